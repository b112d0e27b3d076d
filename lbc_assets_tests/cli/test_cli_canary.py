"""Nothing of an answer leaves the four folders where answers may be, whatever happens to a wave.

Belongs here: one home that goes through a refresh, a fault inside a step, a held wave and a rejection. Does not belong
here: what single deliveries tell (`intake/corpus/`).
"""

import os
import re

import pytest

from lbc_assets.intake import relations
from lbc_assets.reference.make import make_wave
from lbc_assets.settings import Home
from lbc_assets.warehouse import store
from lbc_assets.warehouse.flow import REPORT
from lbc_assets.warehouse.store import Warehouse

WAVE = "canary-2016"
ID, TOWN, NAME, ANSWER = "Zeisig-4711-0815", "Stieglitz 73310042", "Gimpel 55120917", "Kreuzschnabel"
MAY_HOLD_ANSWERS = {"inbox", "deliveries", "warehouse", "quarantine"}


def _spoil(folder, *, change=lambda text: text):
    """A dirty wave with canaries: in an id, a text, a name that is dropped, an unreadable answer."""
    codebook = folder / "codebook.yaml"
    codebook.write_text(codebook.read_text(encoding="utf-8").replace("identifiers: []", "identifiers: [pupil]"))
    for name in ("zhejiang.csv", "guizhou.csv"):
        path = folder / name
        header, *rows = path.read_text(encoding="utf-8").splitlines()
        columns = header.split(",")
        cells = rows[0].split(",")
        cells[columns.index("a3")] = TOWN
        cells[columns.index("q07")] = ANSWER
        if name == "zhejiang.csv":
            cells[0] = ID
        lines = [f"{header},pupil", ",".join([*cells, NAME]), *(f"{row},{NAME}" for row in rows[1:])]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    manifest = folder / "wave.yaml"
    text = re.sub(r",\s*(rows|sha256): [0-9a-f]+", "", manifest.read_text(encoding="utf-8"))
    manifest.write_text(change(text), encoding="utf-8")
    (folder / "wave.ok").touch()


@pytest.fixture(scope="module")
def told(lbc_at, tmp_path_factory):
    """The home after all that, and everything that the command line said."""
    home = Home(tmp_path_factory.mktemp("canary") / "home").make()
    saved, said = dict(os.environ), []
    lbc = lbc_at(home)

    def deliver(change=lambda text: text, seed=1):
        make_wave(home.inbox / WAVE, wave=WAVE, dirty=True, seed=seed)
        _spoil(home.inbox / WAVE, change=change)

    def run(*words, code):
        answer = lbc(*words)
        said.append(answer.output)
        assert answer.exit_code == code, answer.output

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(store, "fingerprint", _fault)
        deliver()
        run("refresh", code=1)
    run("refresh", code=0)
    with pytest.MonkeyPatch.context() as patched:
        # held at the questionnaires, whose candidate goes to quarantine: no step behind them runs
        patched.setattr(relations, "pseudonym_sql", lambda *_: "'twice'")
        deliver(lambda text: re.sub(r"eligible: \d+, present", "eligible: 0, present", text, count=3), seed=2)
        run("refresh", code=2)
    held = Warehouse(home).snapshots.draft(WAVE).held
    assert {"raw_schools", "raw_responses"} <= set(held)
    deliver(seed=3)
    file = home.inbox / WAVE / "guizhou.csv"
    file.write_bytes(file.read_bytes() + f"{ID},{TOWN}\n".encode())
    run("refresh", code=2)
    run("status", code=0)
    run("deliveries", code=0)
    run("deliveries", "--json", code=0)
    run("quarantine", WAVE, code=0)
    yield home, said
    os.environ.clear()
    os.environ.update(saved)


def _fault(connection, *_):
    """An error of the engine's own, which quotes an answer."""
    connection.execute(f"SELECT CAST('{ANSWER}' || '{TOWN}' AS integer)").fetchall()


def test_each_canary_was_there(told):
    home, _ = told
    kept = b"".join(path.read_bytes() for path in (home.inbox).rglob("*.csv"))
    assert not [text for text in (ID, TOWN, NAME, ANSWER) if text.encode() not in kept]
    assert (home.releases / WAVE).is_dir()
    assert Warehouse(home).snapshots.current(WAVE).entries[REPORT]


def test_no_canary_is_told(told):
    _, said = told
    assert not [text for text in (ID, TOWN, NAME, ANSWER) for output in said if text in output]


def test_no_canary_lies_where_answers_may_not_be(told):
    home, _ = told
    found = [
        (str(path.relative_to(home.root)), text)
        for path in home.root.rglob("*")
        if path.is_file() and path.relative_to(home.root).parts[0] not in MAY_HOLD_ANSWERS
        for text in (ID, TOWN, NAME, ANSWER)
        if text.encode() in path.read_bytes()
    ]
    assert found == []


def test_a_name_is_nowhere_but_in_what_was_sent(told):
    home, _ = told
    found = [
        str(path.relative_to(home.root))
        for path in home.root.rglob("*")
        if path.is_file() and path.relative_to(home.root).parts[0] != "inbox" and NAME.encode() in path.read_bytes()
    ]
    assert found == []


def test_folders_with_answers_are_their_owners(told):
    home, _ = told
    open_to_others = [
        str(path.relative_to(home.root))
        for folder in MAY_HOLD_ANSWERS - {"inbox"}
        for path in (home.root / folder).rglob("*")
        if path.stat().st_mode & 0o077
    ]
    assert open_to_others == []
