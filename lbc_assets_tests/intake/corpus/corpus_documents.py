"""Hostile and careless manifests and codebooks, names and paths.

Belongs here: the categories documents and names. Does not belong here: when things come (``corpus_timing.py``).
"""

from __future__ import annotations

import os
import socket

from corpus_case import IDENTIFIER, Case, accepted, both, column, file, left, manifest, rejected, second_file


def _document(name: str, text: str):
    return lambda parcel: parcel.more.update({name: text.encode()})


def _variable(name: str, **said):
    return lambda parcel: parcel.codebook["variables"][name].update(said)


BOMB = "\n".join(
    ["a0: &a0 [x, x, x, x, x, x, x, x, x]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9)]
)
YAML, INVALID = "yaml_not_readable", "document_not_valid"


def _two_of_a_number(parcel) -> None:
    parcel.header[parcel.header.index("q01")], parcel.header[parcel.header.index("q02")] = "1. a", "1. b"
    parcel.codebook["variables"]["sdq_consid"]["column"] = "#1"
    parcel.codebook["variables"]["sdq_restles"]["column"] = "1. b"


def _events_of_none(parcel) -> None:
    parcel.codebook["rows"] = {"column": "event", "values": ["baseline"]}
    parcel.header.append("event")
    for row in parcel.rows:
        row.append("later")


def _optional(parcel) -> None:
    place = parcel.column("county")
    parcel.codebook["variables"]["county"]["optional"] = True
    for row in (parcel.header, *parcel.rows):
        del row[place]


DOCUMENTS: list[Case] = [
    rejected("anchors that unfold to billions", "documents", _document("codebook.yaml", BOMB), YAML, "codebook.yaml"),
    rejected("a list within lists", "documents", _document("codebook.yaml", "[" * 400 + "]" * 400), YAML),
    rejected(
        "an object of Python's",
        "documents",
        _document("codebook.yaml", "!!python/object/apply:os.system [id]"),
        INVALID,
    ),
    rejected("a key twice", "documents", _document("wave.yaml", "wave: a\nwave: b\n"), YAML, "wave.yaml, line 2"),
    rejected("a tabulator for blanks", "documents", _document("codebook.yaml", "codebook:\n\tx: 1"), YAML, "line 2"),
    rejected("an empty manifest", "documents", _document("wave.yaml", ""), INVALID, "wave.yaml"),
    rejected(
        "a manifest that is no text",
        "documents",
        lambda p: p.more.update({"wave.yaml": b"\xff\xfe\0"}),
        "not_decodable",
    ),
    rejected(
        "a codebook of two megabytes",
        "documents",
        _document("codebook.yaml", "#" * 2_000_000),
        "too_large",
        "codebook.yaml",
    ),
    rejected("a key that nobody knows", "documents", manifest(note="x"), INVALID, "note"),
    rejected("another wave than the folder", "documents", manifest(wave="followup-2016"), "wave_not_as_folder"),
    rejected(
        "a variable that nobody knows",
        "documents",
        lambda p: p.codebook["variables"].update({"iq": {"column": "iq"}}),
        INVALID,
    ),
    rejected("an item without a column", "documents", lambda p: p.codebook["variables"].pop("sdq_lies"), INVALID),
    rejected("a code for what does not exist", "documents", _variable("sex", codes={"1": "boy"}), INVALID),
    rejected("a code that is an answer and missing", "documents", _variable("sex", missing={"1": "none"}), INVALID),
    rejected("a column for two variables", "documents", _variable("sex", column="q01"), INVALID),
    rejected(
        "a position for two variables",
        "documents",
        _variable("sex", column="@1"),
        {"column_ambiguous", "column_unknown"},
    ),
    rejected(
        "a position beyond the header",
        "documents",
        _variable("sex", column="@999"),
        {"column_absent", "column_unknown"},
    ),
    rejected("a number that two columns have", "documents", _two_of_a_number, "column_ambiguous", "columns number"),
    rejected(
        "a hash that no header has",
        "documents",
        _variable("sex", column=f"sha256:{'0' * 64}"),
        {"column_absent", "column_unknown"},
    ),
    rejected(
        "a column and its alias, both there",
        "documents",
        both(column("gender"), _variable("sex", aliases=["gender"])),
        "column_ambiguous",
        "sex: columns number",
    ),
    rejected("an alias that is another variable's", "documents", _variable("sex", aliases=["a5"]), INVALID),
    rejected(
        "rows of an event, without its column",
        "documents",
        lambda p: p.codebook.update(rows={"column": "event", "values": ["a"]}),
        "column_absent",
        "rows",
    ),
    accepted(
        "rows of an event that nobody had",
        "documents",
        _events_of_none,
        reasons=frozenset({"other_event"}),
        rows={"of_other_events": 6},
    ),
    accepted("an optional column is not there", "documents", _optional),
    rejected("files and any_file", "documents", manifest(any_file={"form": "x"}), INVALID),
    rejected("a second entry of nothing", "documents", second_file("second.csv", second_entry_of="first.csv"), INVALID),
    rejected(
        "a school with fewer than none", "documents", manifest(schools=[{"school": "s", "eligible": -1}]), INVALID
    ),
]


def _folder(name: str):
    def spoil(parcel) -> None:
        parcel.folder = parcel.folder.parent / name

    return spoil


def _beside(name: str, make):
    """Something else in the folder, beside a delivery that is good."""
    return lambda parcel: make(parcel.folder / name)


def _socket(path) -> None:
    os.chdir(path.parent)
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(path.name)


def _as_link(parcel) -> None:
    path = parcel.folder / "children.csv"
    path.rename(parcel.home.inbox / ".elsewhere.csv")
    path.symlink_to(parcel.home.inbox / ".elsewhere.csv")


def _as_pipe(parcel) -> None:
    (parcel.folder / "children.csv").unlink()
    os.mkfifo(parcel.folder / "children.csv")


def _as_folder(parcel) -> None:
    (parcel.folder / "children.csv").unlink()
    (parcel.folder / "children.csv").mkdir()


def _unapproved_key(parcel) -> None:
    parcel.header.append("reg")
    parcel.codebook["variables"]["linking_key"] = {"column": "reg"}
    for row in parcel.rows:
        row.append(IDENTIFIER)


def _key_without_column(parcel) -> None:
    parcel.manifest["linking"] = {"approval": "Committee", "key": "register"}


def _given(name: str, state: str, make) -> Case:
    """A good delivery with something beside it that is told of and not read."""
    return accepted(f"{state} beside the files", "names", put=_beside(name, make), told=(state,), spoil=lambda p: None)


LINKING: list[Case] = [
    accepted(
        "a linking key without approval",
        "documents",
        _unapproved_key,
        reasons=frozenset({"linking_not_approved"}),
        places=("wave.yaml",),
    ),
    rejected("an approval of linking without a key", "documents", _key_without_column, INVALID, "linking_key"),
]
NAMES: list[Case] = [
    *(
        rejected(f"a path {path!r}", "names", file(path=path), INVALID)
        for path in ("../children.csv", "/etc/passwd", "a/b.csv", "..", ".hidden.csv", "x\n.csv", "a\\b.csv", "x" * 300)
    ),
    *(
        rejected(f"a wave {name[:12]!r}", "names", _folder(name), "wave_name_not_allowed")
        for name in ("Baseline 2015", "-x", "x" * 41, "波次", "a.b", "_")
    ),
    rejected(
        "a link for a file", "names", put=_as_link, spoil=lambda p: None, reasons="name_not_allowed", told=("a link",)
    ),
    rejected(
        "a pipe for a file", "names", put=_as_pipe, spoil=lambda p: None, reasons="name_not_allowed", told=("a pipe",)
    ),
    rejected("a folder for a file", "names", put=_as_folder, spoil=lambda p: None, reasons="name_not_allowed"),
    _given(".DS_Store", "a hidden name", lambda path: path.write_bytes(b"x")),
    _given("~$children.csv", "a temporary name", lambda path: path.write_bytes(b"x")),
    _given("more.csv.part", "a temporary name: ", lambda path: path.write_bytes(b"x")),
    _given("passwd", "a link: deliver", lambda path: path.symlink_to("/etc/passwd")),
    _given("pipe", "a pipe, not", os.mkfifo),
    _given("socket", "a socket", _socket),
    left(
        "a file beside the folders",
        "names",
        lambda p: None,
        "a file beside",
        put=lambda p: (p.folder.rename(p.home.inbox / ".away"), (p.home.inbox / "lone.csv").write_bytes(b"x")),
    ),
]
