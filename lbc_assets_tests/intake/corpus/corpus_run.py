"""Sends a case the way a user does, through the inbox, and looks at everything that came of it.

Belongs here: what must hold of every bad delivery. Does not belong here: the cases.
"""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml
from corpus_case import ACCEPTED, ANSWER, HELD, IDENTIFIER, LEFT, QUARANTINED, REJECTED, WARNED, Case
from parcel import Parcel

from lbc_assets.cli.deliveries import tell_of
from lbc_assets.deliveries import list_deliveries
from lbc_assets.intake.delivery import load_delivery
from lbc_assets.intake.inbox import DONE
from lbc_assets.intake.ledger import Answer, Ledger
from lbc_assets.intake.relations import make_raw_files, make_raw_responses, make_raw_row_fates
from lbc_assets.intake.states import state_of
from lbc_assets.launching import Intake, take_in
from lbc_assets.settings import SETTINGS_FILE, Home
from lbc_assets.warehouse.engine import connect, parquet
from lbc_assets.warehouse.snapshots import WAVE_ID
from lbc_assets.warehouse.store import Warehouse

FATES = ("quarantined", "collapsed", "without_consent", "of_other_events")
FATE_NAMES = {"of_other_event": "of_other_events"}


@dataclass(frozen=True)
class Came:
    """What came of a case: the last look, all answers to the wave, what was there before, what lay in the inbox."""

    home: Home
    store: Warehouse
    parcel: Parcel
    intakes: list[Intake]
    answers: tuple[Answer, ...]
    before: dict[str, bytes]
    lay: set[str]

    @property
    def wave(self) -> str:
        """Name of the folder that was delivered."""
        return self.parcel.folder.name


def files_of(folder: Path) -> dict[str, bytes]:
    """Every file of a folder with its bytes."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in regular(folder)}


def regular(folder: Path) -> Iterator[Path]:
    """Regular files below a folder; no link is followed."""
    return (path for path in sorted(folder.rglob("*")) if stat.S_ISREG(path.lstat().st_mode))


def send(case: Case, parcel: Parcel) -> Came:
    """Put the case into the inbox, look as often as it says, and gather what came of it."""
    home, wave = parcel.home, parcel.folder.name
    before = files_of(home.deliveries)
    intake = {"settle_seconds": 0, **case.settings.get("intake", {})}
    (home.root / SETTINGS_FILE).write_text(yaml.safe_dump({**case.settings, "intake": intake}))
    store, intakes = Warehouse(home), []
    case.spoil(parcel)
    parcel.write()
    for step in (case.put, *case.then):
        step(parcel)
        lay = {path.name for path in parcel.folder.iterdir()} if parcel.folder.is_dir() else set()
        intakes.append(take_in(store))
        tell_of(store, intakes[-1])
    wave = parcel.folder.name
    return Came(home, store, parcel, intakes, Ledger(home.deliveries).answers_to(wave), before, lay)


def the_answer(came: Came, known: int) -> Answer | None:
    """The answer to the case: the last one, if there is one more than before."""
    return came.answers[-1] if len(came.answers) > known else None


def check_state(case: Case, came: Came) -> None:
    """Exactly one state, these reasons, each with a place or a number and a remedy."""
    known = sum(name.endswith("ledger.json") for name in came.before) if WAVE_ID.fullmatch(came.wave) else 0
    answer, last = the_answer(came, known), came.intakes[-1]
    left = [f"{other.place}: {other.why}" for other in (*last.waiting, *last.ignored)]
    for text in case.told:
        assert any(text in line for line in left), left
    if case.state == LEFT:
        assert answer is None
        assert case.told
        return
    assert answer is not None, left
    draft = came.store.snapshots.draft(came.wave if WAVE_ID.fullmatch(came.wave) else "none")
    assert state_of(answer, draft).value == case.state, answer.reasons
    assert {reason.code for reason in answer.reasons} == case.reasons, answer.reasons
    if case.state == REJECTED:
        assert all(reason.place and reason.remedy for reason in answer.reasons)
        assert came.wave in last.rejected
    for text in case.places:
        assert any(text in reason.place for reason in answer.reasons), answer.reasons
    rows = [row for row in list_deliveries(came.store) if row["version"] == answer.version][-len(answer.files or "1") :]
    assert {row["state"] for row in rows} == {case.state}
    assert all(row["what_to_do"] for row in rows)


def check_identity(case: Case, came: Came) -> None:
    """Rows in the files = published + held + collapsed + without consent + of other events: ledger and raw tables."""
    answer = came.answers[-1]
    expected = {"rows": case.children, "published": case.published} | {fate: case.rows.get(fate, 0) for fate in FATES}
    assert {name: sum(getattr(file, name) for file in answer.files) for name in expected} == expected
    for file in answer.files:
        assert file.rows == file.published + sum(getattr(file, fate) for fate in FATES)
    delivery = load_delivery(came.home.deliveries / came.wave / str(answer.delivery_sha256))
    with connect() as connection:
        make_raw_files(connection, delivery)
        make_raw_row_fates(connection, delivery)
        make_raw_responses(connection, delivery, b"k" * 32)
        fates = dict(connection.execute("SELECT fate, sum(rows) FROM raw_row_fates GROUP BY 1").fetchall())
        (in_files,) = connection.execute("SELECT sum(rows_in_file) FROM raw_files").fetchall()[0]
        published, pseudonyms = connection.execute(
            "SELECT count(*), count(DISTINCT child_pseudonym) FROM raw_responses"
        ).fetchall()[0]
        kept = list(delivery.folder.glob("*.parquet"))
        texts = [
            text for path in kept for row in connection.execute(f"FROM {parquet([path])}").fetchall() for text in row
        ]
    assert {FATE_NAMES.get(fate, fate): number for fate, number in fates.items()} == {
        name: number for name, number in expected.items() if number and name != "rows"
    }
    assert (in_files, published, pseudonyms) == (case.children, case.published, case.published)
    assert not [text for text in texts if IDENTIFIER in str(text)]


def check_kept(case: Case, came: Came) -> None:
    """What was there before is there unchanged; of a rejected delivery only the ledger tells; nothing temporary."""
    now = files_of(came.home.deliveries)
    changed = {name for name in {*now, *came.before} if now.get(name) != came.before.get(name)}
    changing = {"looks.json", f"{came.wave}/ledger.json", "_/ledger.json"}
    if case.state not in (REJECTED, LEFT):
        changing |= {name for name in now if came.answers[-1].delivery_sha256 in name.split("/")}
    assert changed <= changing
    assert not [path for path in came.home.root.rglob("*") if path.name.startswith(".tmp-") or path.name == "spill"]
    for folder in (came.home.deliveries, came.home.quarantine, came.home.warehouse):
        for path in (folder, *folder.rglob("*")):
            wanted = (0o700,) if path.is_dir() else (0o600, 0o400)
            assert stat.S_IMODE(path.stat().st_mode) in wanted, path


def check_inbox(case: Case, came: Came) -> None:
    """A delivery that was taken in is given back whole; any other lies where it was put."""
    folder = came.parcel.folder
    lies = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
    if case.state in (REJECTED, LEFT):
        assert lies == (came.lay if case.kept is None else case.kept)
        return
    assert lies == (case.kept or set())
    sha = str(came.answers[-1].delivery_sha256)[:16]
    done = {path.name for path in (came.home.inbox / DONE / came.wave / sha).iterdir()}
    assert {file.path for file in came.answers[-1].files} <= done
    assert done | lies == came.lay


def check_untold(came: Came, said: str) -> None:
    """Neither answer nor name is told: not on the terminal, in no log, in no ledger, in no file where it may not be."""
    ids = {row[0].strip() for row in came.parcel.rows if row and len(row[0].strip()) > 5}
    told = [said, *map(repr, came.intakes), json.dumps(list_deliveries(came.store), ensure_ascii=False)]
    told += [path.read_text() for path in came.home.deliveries.rglob("*.json") if path.name != "manifest.json"]
    for secret in (ANSWER, IDENTIFIER, *ids):
        assert not [text for text in told if secret in text], secret
    for path in regular(came.home.root):
        if path.relative_to(came.home.root).parts[0] not in ("inbox", "deliveries", "warehouse", "quarantine"):
            assert ANSWER.encode() not in path.read_bytes()
    for path in regular(came.home.deliveries):
        assert IDENTIFIER.encode() not in path.read_bytes()


def check(case: Case, came: Came, said: str) -> None:
    """All that must hold."""
    check_state(case, came)
    if case.state in (QUARANTINED, WARNED, ACCEPTED, HELD):
        check_identity(case, came)
    check_kept(case, came)
    check_inbox(case, came)
    check_untold(came, said)
