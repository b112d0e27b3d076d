"""Twelve synthetic children, exported as nine programs would: writes a folder a program, with codebook and manifest.

Belongs here: the samples (``python make_exports.py`` writes them again). Does not belong here: what they are read as
(``test_exports.py``: the same answers, whatever the program). The headers are invented; item wording is nobody's.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import yaml

from lbc_assets.intake.questionnaire import ID, questionnaire
from lbc_assets.reference.deliver import BAKED

HERE = Path(__file__).parent
PLACES = {"zhejiang": (0, 7, 65, 400, 900, 1300), "guizhou": (0, 3, 150, 801, 1500, 2200)}
LIVES = ("lives_with_father", "lives_with_mother", "lives_with_grandparent", "lives_with_other")
FREE = tuple(name for name, variable in questionnaire().items() if variable.kind != "coded")
# the reference wave did not ask these
NOT_ASKED = ("selected_village", "centre_attendance", "village")
ASKED = tuple(name for name in questionnaire() if name not in NOT_ASKED)
ITEMS = tuple(name for name in ASKED if name.startswith("sdq_"))
Child = dict[str, str]
Table = tuple[list[str], list[list[str]]]


def children() -> list[Child]:
    """Canonical answers of twelve children of the reference wave; what is missing is ''."""
    book = yaml.load(BAKED.joinpath("codebook.yaml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader)["variables"]
    picked = []
    for province, places in PLACES.items():
        rows = list(csv.DictReader(BAKED.joinpath(f"{province}.csv").read_text(encoding="utf-8").splitlines()))
        for place in places:
            answers = {}
            for name, mapping in book.items():
                cell = rows[place][mapping["column"]]
                known = cell if name in FREE or name == ID else ""
                answers[name] = mapping.get("codes", {}).get(cell, mapping.get("blank", "") if cell == "" else known)
                if cell in mapping.get("missing", {}):
                    answers[name] = ""
            picked.append(answers)
    picked[4]["sdq_lies"], picked[7]["cares_most"] = "", ""  # answers that are missing, whatever the draw
    return picked


def _values(name: str) -> tuple[str, ...]:
    variable = questionnaire()[name]
    return tuple(value for value in variable.allowed if value != "several")


def codes(name: str, first: int = 1) -> dict[str, str]:
    """Value -> code: numbers from ``first`` (items from 0 or 1 with it), yes before no."""
    values = ("yes", "no") if set(_values(name)) == {"yes", "no"} else _values(name)
    return {value: str(number) for number, value in enumerate(values, first)}


LABELS = {"0": "Not true", "1": "Somewhat true", "2": "Certainly true"}
CHINESE = {"0": "不符合", "1": "有点符合", "2": "完全符合", "yes": "是", "no": "否", "male": "男", "female": "女"}


def label(name: str, value: str) -> str:
    """What a label export shows of a value (in words of our own)."""
    return LABELS[value] if name in ITEMS else value.replace("_", " ").capitalize()


def mapping(column: str, coded: dict[str, str] | None, missing: dict[str, str] | None = None) -> Any:
    """A variable's entry in a codebook."""
    entry: dict[str, Any] = {"column": column}
    if coded is not None:
        entry["codes"] = {code: value for value, code in coded.items()}
    if missing:
        entry["missing"] = missing
    return entry


def table(
    rows: list[Child],
    columns: dict[str, str],
    coded: dict[str, dict[str, str]],
    blanks: dict[str, str] | None = None,
) -> Table:
    """A plain export: one column a variable, values as coded, its ``blanks`` where the answer is missing."""
    body = []
    for child in rows:
        cells = [child[ID]]
        for name in ASKED:
            value = coded[name][child[name]] if name in coded and child[name] else child[name]
            cells.append(value or (blanks or {}).get(name, ""))
        body.append(cells)
    return [columns[ID], *(columns[name] for name in ASKED)], body


def add(export: Table, place: int, header: str, cell: str) -> None:
    """Put a column that no variable needs into an export."""
    export[0].insert(place, header)
    for number, row in enumerate(export[1]):
        row.insert(place, cell.format(n=number))


class _PlainDumper(yaml.SafeDumper):
    """Writes every value out: an anchor is no example."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def write(kind: str, files: list[dict[str, Any]], book: dict[str, Any], **manifest: Any) -> None:
    """Write manifest and codebook of one program's export."""
    head = {"codebook": kind, "version": "1"}
    folder = HERE / kind
    text = yaml.dump(
        {**head, **book}, Dumper=_PlainDumper, sort_keys=False, allow_unicode=True, default_flow_style=None, width=110
    )
    (folder / "codebook.yaml").write_text(f"# Worked example: invented headers, no wording.\n{text}", encoding="utf-8")
    whole = {
        "wave": kind.replace("_", "-"),
        "title": f"Twelve synthetic children, as {kind} exports them",
        "synthetic": True,
        "codebook": "codebook.yaml",
        "files": [{"form": "child-questionnaire", **file} for file in files],
        **manifest,
        "survey_dates": {"first": "2015-03-01", "last": "2015-12-20"},
        "sampling_frame": {"id": "lbc-2015"},
        "consent_version": "1",
        "ethics_approval": "SYNTHETIC",
        "custodian": "SYNTHETIC",
        "retention_date": "2099-12-31",
    }
    text = yaml.safe_dump(whole, sort_keys=False, allow_unicode=True)
    (folder / "wave.yaml").write_text(text, encoding="utf-8")


def write_csv(path: Path, export: Table, encoding: str = "utf-8", delimiter: str = ",") -> None:
    """Write an export as text."""
    path.parent.mkdir(exist_ok=True)
    with path.open("w", encoding=encoding, newline="") as out:
        csv.writer(out, delimiter=delimiter, lineterminator="\r\n").writerows([export[0], *export[1]])


def main() -> None:
    """Write every sample."""
    import exports_other
    import exports_text

    rows = children()
    write_csv(HERE / "children.csv", table(rows, {ID: ID, **{name: name for name in ASKED}}, {}))
    exports_text.write_all(rows)
    exports_other.write_all(rows)


if __name__ == "__main__":
    main()
