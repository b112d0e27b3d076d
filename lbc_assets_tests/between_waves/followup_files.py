"""Two synthetic waves in Zhejiang that belong together: a baseline, and the follow-up of village children's centres.

Belongs here: writing their deliveries. Does not belong here: what is expected of them (the tests). The baseline's rows
are those of the reference wave with a register number added; the follow-up has other columns, other codes, other
children besides, and the arms. Everything is invented and seeded.
"""

from __future__ import annotations

import csv
import random
from pathlib import Path
from typing import Any

import yaml

from lbc_assets.reference.deliver import BAKED

BASELINE, FOLLOWUP = "baseline-2015", "followup-2017-zhejiang"
SEED = 2017
CHILDREN, FOLLOWED, NEW = 320, 200, 40
VILLAGES = 12
REGISTER = "village register 2015"
APPROVAL = "SYNTHETIC: no approval, no children"
Document = dict[str, Any]


def _documents() -> tuple[Document, Document, list[str], list[list[str]]]:
    manifest, codebook = (
        yaml.load(BAKED.joinpath(name).read_text("utf-8"), Loader=yaml.BaseLoader)
        for name in ("wave.yaml", "codebook.yaml")
    )
    header, *rows = csv.reader(BAKED.joinpath("zhejiang.csv").read_text("utf-8").splitlines())
    return manifest, codebook, header, rows[:CHILDREN]


def _write(inbox: Path, manifest: Document, codebook: Document, header: list[str], rows: list[list[str]]) -> Path:
    folder = inbox / manifest["wave"]
    folder.mkdir(parents=True, mode=0o700)
    with (folder / "children.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows([header, *rows])
    entry = {"path": "children.csv", "encoding": "utf-8", "delimiter": ",", "form": "child-questionnaire"}
    said = {**manifest, "files": [entry], "synthetic": True}
    # some of the fitted children are not fitted to anything
    for name in ("schools", "calibrated_to"):
        said.pop(name, None)
    for name, document in (("codebook.yaml", codebook), ("wave.yaml", said)):
        (folder / name).write_text(yaml.safe_dump(document, allow_unicode=True, sort_keys=False), "utf-8")
    (folder / "wave.ok").touch()
    return folder


def _register(number: int) -> str:
    return f"R{number * 17 % 997:03d}"


def deliver_baseline(inbox: Path, *, is_approved: bool = True, **said: Any) -> Path:
    """The baseline into the inbox; ``said`` changes its manifest."""
    manifest, codebook, header, rows = _documents()
    codebook["variables"]["linking_key"] = {"column": "reg"}
    manifest |= {"linking": {"approval": APPROVAL, "key": REGISTER}} if is_approved else {}
    numbered = [[*row, _register(number)] for number, row in enumerate(rows)]
    return _write(inbox, manifest | said, codebook, [*header, "reg"], numbered)


def _grown(rng: random.Random, row: list[str], place: dict[str, int], attends: bool) -> list[str]:
    """The same child two years later: older, some items answered otherwise, a parent who left or came back."""
    grown = list(row)
    for name in ("age_years", "school_year"):
        if grown[place[name]].isdigit() and grown[place[name]] != "99":
            grown[place[name]] = str(int(grown[place[name]]) + 2)
    for name in (name for name in place if name.startswith("sdq_")):
        if rng.random() < 0.35:
            grown[place[name]] = rng.choice("123")
        elif attends and rng.random() < 0.1:
            grown[place[name]] = "1"
    if rng.random() < 0.2:
        grown[place["father_migration"]] = rng.choice("123")
    return grown


def deliver_followup(inbox: Path, *, is_approved: bool = True, villages: int = VILLAGES, **said: Any) -> Path:
    """The follow-up into the inbox, with columns and codes of its own; ``said`` changes its manifest."""
    manifest, codebook, header, rows = _documents()
    rng = random.Random(SEED)
    place = {name: header.index(mapping["column"]) for name, mapping in codebook["variables"].items()}
    made = []
    for number, row in enumerate([*rows[:FOLLOWED], *rows[-NEW:]]):
        village = number % villages
        attends = village < villages // 2 and number % 4 > 0
        grown = _grown(rng, row, place, attends)
        grown[place["questionnaire_id"]] = f"F{number:04d}"
        key = _register(number) if number < FOLLOWED else ""
        made.append([*grown, "1" if attends else "2", f"ZJ-V{village:02d}", key])
    variables = {
        name: {**mapping, "column": f"f_{mapping['column']}"} for name, mapping in codebook["variables"].items()
    }
    variables["sex"]["codes"] = {"F": "female", "M": "male"}
    for row in made:
        row[place["sex"]] = {"1": "M", "2": "F"}.get(row[place["sex"]], row[place["sex"]])
    variables["centre_attendance"] = {"column": "arm", "codes": {"1": "attender", "2": "control"}}
    variables |= {"village": {"column": "vill"}, "linking_key": {"column": "register_no", "missing": {"0": "none"}}}
    manifest |= {
        "wave": FOLLOWUP,
        "title": "Follow-up of village children's centres 2017 (synthetic)",
        "survey_dates": {"first": "2017-02-01", "last": "2017-03-31"},
        "sampling_frame": {"id": "centres-2017", "description": "Attenders of centres, and village-matched controls"},
        **({"linking": {"approval": APPROVAL, "key": REGISTER}} if is_approved else {}),
    }
    book = {"codebook": "lbc-followup", "version": "1", "variables": variables}
    names = [f"f_{name}" for name in header]
    return _write(inbox, manifest | said, book, [*names, "arm", "vill", "register_no"], made)
