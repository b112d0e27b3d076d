"""Exports as text: REDCap raw and labelled, Kobo, Wenjuanxing, EpiData's double entry.

Belongs here: how each of these programs lays out what was answered. Does not belong here: the answers
(``make_exports.py``).
"""

from __future__ import annotations

from make_exports import (
    ASKED,
    FREE,
    HERE,
    ITEMS,
    LIVES,
    Child,
    add,
    codes,
    label,
    mapping,
    table,
    write,
    write_csv,
)

from lbc_assets.intake.columns import hash_of
from lbc_assets.intake.questionnaire import ID

CHECKBOX = {"yes": "1", "no": "0"}
ITEM = {"0": "0", "1": "1", "2": "2"}


def _plain_names() -> dict[str, str]:
    items = {name: f"sdq{number:02}" for number, name in enumerate(ITEMS, 1)}
    boxes = {name: f"lives_with___{number}" for number, name in enumerate(LIVES, 1)}
    return {name: name for name in ASKED} | items | boxes | {ID: "record_id"}


def _coded(items: dict[str, str]) -> dict[str, dict[str, str]]:
    coded = {name: codes(name) for name in ASKED if name not in FREE}
    return coded | dict.fromkeys(ITEMS, items) | dict.fromkeys(LIVES, CHECKBOX)


def redcap_raw(rows: list[Child]) -> None:
    """Codes, checkboxes as field___1, and a row an event of which one is this wave's."""
    names, coded = _plain_names(), _coded(ITEM)
    export = table(rows, names, coded)
    add(export, 1, "redcap_event_name", "baseline_arm_1")
    add(export, 2, "child_name", "Invented Name {n}")
    later = [["", *row[1:]] for row in export[1]][:3]
    for number, row in enumerate(later):
        row[0], row[1] = export[1][number][0], "followup_arm_1"
    export[1].extend(later)
    write_csv(HERE / "redcap_raw" / "export.csv", export)
    variables = {ID: {"column": "record_id"}} | {
        name: mapping(names[name], coded.get(name), {"-99": "no_answer"}) for name in ASKED
    }
    write(
        "redcap_raw",
        [{"path": "export.csv"}],
        {
            "rows": {"column": "redcap_event_name", "values": ["baseline_arm_1"]},
            "identifiers": ["child_name"],
            "variables": variables,
        },
    )


def redcap_label(rows: list[Child]) -> None:
    """Labels in cells and in headers; a header may be wording, so items are matched by its hash or by position."""
    names = {name: f"Question about {name.replace('_', ' ')}?" for name in ASKED} | {ID: "Record ID"}
    coded = {name: {value: label(name, value) for value in codes(name)} for name in ASKED if name not in FREE}
    coded |= {key: {"yes": "Checked", "no": "Unchecked"} for key in LIVES}
    export = table(rows, names, coded)
    write_csv(HERE / "redcap_label" / "export.csv", export)
    places = {name: f"@{place}" for place, name in enumerate([ID, *ASKED], 1)}
    columns = {name: hash_of(names[name]) if name in ITEMS else places[name] for name in ASKED}
    variables = {ID: {"column": "@1"}} | {name: mapping(columns[name], coded.get(name)) for name in ASKED}
    write("redcap_label", [{"path": "export.csv"}], {"variables": variables})


def kobo(rows: list[Child]) -> None:
    """Groups before a slash, choices of one question as columns of 0 and 1, semicolons, an id of the server's."""
    names = {name: f"family/{name}" for name in ASKED} | {ID: "_uuid"}
    names |= {name: f"sdq/i{number:02}" for number, name in enumerate(ITEMS, 1)}
    names |= {name: f"home/lives_with/{name.removeprefix('lives_with_')}" for name in LIVES}
    coded = {name: {value: value for value in codes(name)} for name in ASKED if name not in FREE}
    coded |= {key: {"0": "not_true", "1": "somewhat", "2": "certainly"} for key in ITEMS} | dict.fromkeys(
        LIVES, CHECKBOX
    )
    export = table(rows, names, coded)
    more = {"end": "2015-04-0{n}", "start": "2015-04-0{n}", "_submission_time": "2015-04-01", "_gps": "28.{n} 118"}
    for header, cell in more.items():
        add(export, 0, header, cell)
    write_csv(HERE / "kobo" / "export.csv", export, delimiter=";")
    variables = {ID: {"column": "_uuid"}} | {name: mapping(names[name], coded.get(name)) for name in ASKED}
    dropped = {"identifiers": ["_gps"], "ignored": ["start", "end", "_submission_time"]}
    write("kobo", [{"path": "export.csv", "delimiter": ";"}], {**dropped, "variables": variables})


def wenjuanxing(rows: list[Child]) -> None:
    """Chinese headers that begin with the question's number, options from 1, -3 for skipped, address and name."""
    numbers = {name: str(number) for number, name in enumerate(ASKED, 2)}
    boxes = {name: f"{numbers[LIVES[0]]}(虚构选项{place})" for place, name in enumerate(LIVES, 1)}
    names = {name: f"{numbers[name]}、虚构题目{numbers[name]}" for name in ASKED} | boxes | {ID: "序号"}
    coded = {name: codes(name) for name in ASKED if name not in FREE} | dict.fromkeys(LIVES, CHECKBOX)
    coded |= {key: {"0": "1", "1": "2", "2": "3"} for key in ITEMS}
    export = table(rows, names, coded, dict.fromkeys(coded, "-3"))
    for header, cell in (("1、姓名", "虚构姓名{n}"), ("来自IP", "192.0.2.{n}(虚构)"), ("所用时间", "{n}00秒")):
        add(export, 1, header, cell)
    write_csv(HERE / "wenjuanxing" / "export.csv", export, encoding="gb18030")
    columns = {name: f"#{numbers[name]}" for name in ASKED}
    columns |= {name: f"#{numbers[LIVES[0]]}.{place}" for place, name in enumerate(LIVES, 1)}
    skipped = {"-2": "blank_page", "-3": "skipped"}
    variables = {ID: {"column": "序号"}} | {name: mapping(columns[name], coded.get(name), skipped) for name in ASKED}
    book = {"identifiers": ["来自IP", "#1"], "ignored": ["所用时间"], "variables": variables}
    write("wenjuanxing", [{"path": "export.csv", "encoding": "gb18030"}], book)


def epidata(rows: list[Child]) -> None:
    """Keyed in twice; where the entries differ a correction says what the paper form says."""
    names = _plain_names() | {name: f"v{number}" for number, name in enumerate(ASKED, 1)} | {ID: "qid"}
    coded = {name: codes(name) for name in ASKED if name not in FREE}
    # 9 is missing, but where it is an option's number
    blanks = {name: "99" if "9" in coded[name].values() else "9" for name in coded}
    first, second = table(rows, names, coded, blanks), table(rows, names, coded, blanks)
    place = ASKED.index("sdq_worries") + 1
    right = second[1][2][place]
    wrong = "1" if right != "1" else "2"
    second[1][2][place] = wrong
    second[1].reverse()
    write_csv(HERE / "epidata" / "first.csv", first)
    write_csv(HERE / "epidata" / "second.csv", second)
    corrections = [["id", "field", "old", "new", "who", "why"]]
    corrections.append([rows[2][ID], "sdq_worries", wrong, right, "data manager", "paper form looked at"])
    write_csv(HERE / "epidata" / "corrections.csv", (corrections[0], corrections[1:]))
    variables = {ID: {"column": "qid"}} | {
        name: mapping(names[name], coded.get(name), {blanks[name]: "blank"} if name in blanks else None)
        for name in ASKED
    }
    write(
        "epidata",
        [{"path": "first.csv"}, {"path": "second.csv", "second_entry_of": "first.csv"}],
        {"variables": variables},
        corrections={"path": "corrections.csv", "version": "1", "reviewed_by": "data steward"},
    )


def write_all(rows: list[Child]) -> None:
    """Every text export."""
    for export in (redcap_raw, redcap_label, kobo, wenjuanxing, epidata):
        export(rows)
