"""Bad text: bytes that are not what the manifest says, and lines that are not rows.

Belongs here: the categories encoding and structure. Does not belong here: files that are no text (``corpus_xlsx.py``,
``corpus_spss.py``).
"""

from __future__ import annotations

import codecs

from corpus_case import ANSWER, WARNED, Case, accepted, both, cell, content, file, held_back, rejected, second_file


def _utf16(data: bytes) -> bytes:
    return data.decode().encode("utf-16")


def _line(number: int, change):
    def spoil(data: bytes) -> bytes:
        lines = data.split(b"\n")
        lines[number] = change(lines[number])
        return b"\n".join(lines)

    return content(spoil)


def _sex_in_chinese(parcel) -> None:
    """Right bytes, read under another encoding that takes them: characters that no code allows."""
    place = parcel.column("sex")
    parcel.codebook["variables"]["sex"]["codes"] = {"男生": "male", "女生": "female"}
    parcel.rows[0][parcel.column("township")] = "齐溪"
    for row in parcel.rows:
        row[place] = {"1": "男生", "2": "女生"}.get(row[place], row[place])
    parcel.content = parcel.csv()
    parcel.file["encoding"] = "gb18030"


ENCODING: list[Case] = [
    rejected("utf-16 not declared", "encoding", content(_utf16), "not_decodable", "children.csv"),
    rejected("utf-16 declared, utf-8 sent", "encoding", file(encoding="utf-16"), "not_decodable", "children.csv"),
    rejected(
        "gb18030 sent as utf-8",
        "encoding",
        content(lambda data: data.decode().encode("gb18030")),
        "not_decodable",
        "children.csv, from line 1",
    ),
    rejected("a stray byte late in the file", "encoding", content(lambda d: d + b"\xff\n"), "not_decodable", "line"),
    rejected("a lone surrogate", "encoding", _line(3, lambda b: b"\xed\xa0\x80" + b), "not_decodable"),
    rejected("an overlong slash", "encoding", _line(3, lambda b: b"\xc0\xaf" + b), "not_decodable"),
    rejected("half a character at the end", "encoding", content(lambda d: d + "镇".encode()[:2]), "not_decodable"),
    rejected("a NUL byte", "encoding", _line(2, lambda b: b[:9] + b"\0" + b[9:]), "nul_byte", "children.csv"),
    rejected(
        "utf-16 without its mark, declared",
        "encoding",
        lambda parcel: both(
            content(lambda data: data.decode().encode("utf-16-le")), lambda p: p.file.update(encoding="utf-16")
        )(parcel),
        "not_decodable",
    ),
    rejected("mojibake that decodes", "encoding", _sex_in_chinese, "too_many_unreadable", "children.csv, sex"),
    rejected(
        "two marks of the byte order",
        "encoding",
        content(lambda d: codecs.BOM_UTF8 * 2 + d),
        {"column_unknown", "column_absent"},
    ),
    accepted("carriage returns only", "encoding", content(lambda d: d.replace(b"\n", b"\r"))),
    accepted(
        "line ends of every kind",
        "encoding",
        content(lambda d: d.replace(b"\n", b"\r\n", 3).replace(b"\r\n", b"\r", 1)),
    ),
]


def _remark(text: str):
    """A column of remarks, which the codebook ignores, with this text in one row."""

    def spoil(parcel) -> None:
        parcel.header.append("remark")
        parcel.codebook["ignored"] = ["remark"]
        for number, row in enumerate(parcel.rows):
            row.append(text if number == 2 else "")

    return spoil


def _shift(parcel) -> None:
    for row in parcel.rows[1:4]:
        row[8:] = ["", *row[8:-1]]


def _wide(parcel) -> None:
    parcel.header += [f"x{number}" for number in range(3000)]
    for row in parcel.rows:
        row += [""] * 3000


def _without(parcel) -> None:
    for row in (parcel.header, *parcel.rows):
        row.pop(-2)


def _rename(place: int, name: str):
    return lambda parcel: parcel.header.__setitem__(place, name)


STRUCTURE: list[Case] = [
    rejected("an empty file", "structure", content(lambda d: b""), "empty_file", "children.csv"),
    rejected("only a mark of the byte order", "structure", content(lambda d: codecs.BOM_UTF8), "empty_file"),
    rejected("a header and no row", "structure", lambda p: p.rows.clear(), "rows_absent"),
    rejected("a short row", "structure", lambda p: p.rows[2].pop(), "rows_not_readable", "line 4"),
    rejected("a long row", "structure", lambda p: p.rows[2].append("1"), "rows_not_readable", "line 4"),
    rejected("rows shifted by a cell", "structure", _shift, "too_many_unreadable", "children.csv"),
    accepted(
        "the header again amid the rows: it consents to nothing",
        "structure",
        lambda p: p.rows.insert(3, list(p.header)),
        reasons=frozenset({"no_consent"}),
        rows={"without_consent": 1},
        children=7,
    ),
    rejected("a quote that is not closed", "structure", content(lambda d: d + b'"SYN-1,1,1\n'), "rows_not_reconciled"),
    rejected(
        "a quote that closes rows later",
        "structure",
        both(_remark(""), lambda p: (_line(3, lambda b: b + b'"x')(p), setattr(p, "content", p.content[:-1] + b'"\n'))),
        "rows_not_reconciled",
    ),
    rejected(
        "a quoted cell with more behind it",
        "structure",
        _line(3, lambda b: b.replace(b",", b',"1"x,', 1)),
        "rows_not_readable",
    ),
    rejected(
        "an empty line amid the rows",
        "structure",
        content(lambda d: d.replace(b"\n", b"\n\n", 2)),
        "rows_not_reconciled",
    ),
    rejected("another delimiter", "structure", file(delimiter=";"), {"column_unknown", "column_absent"}),
    rejected(
        "a column twice",
        "structure",
        _rename(3, "c1"),
        {"duplicate_header", "column_absent"},
        "columns number 2, 4",
    ),
    rejected(
        "a column without a name", "structure", _rename(3, " "), {"header_blank", "column_absent"}, "columns number 4"
    ),
    rejected("three thousand columns", "structure", _wide, "too_many_columns"),
    rejected("a column too few", "structure", _without, "column_absent"),
    rejected("a cell of a megabyte", "structure", cell(2, "township", "x" * 1_000_000), "cell_too_long", "line 4"),
    rejected("a line end within an answer", "structure", cell(2, "township", "one\ntwo"), "rows_not_reconciled"),
    rejected(
        "more rows than allowed",
        "structure",
        cell(2, "township", "another"),
        "too_many_rows",
        settings={"limits": {"rows": 3}},
    ),
    rejected(
        "more bytes than allowed", "structure", lambda p: None, "too_large", settings={"limits": {"file_bytes": 500}}
    ),
    rejected(
        "rows that the manifest does not count", "structure", file(rows=5), "rows_not_as_declared", "6 rows, declared 5"
    ),
    rejected(
        "two files, both bad",
        "structure",
        both(second_file("second.csv", lambda p: [p.rows[0][:5]]), lambda p: p.rows[2].pop()),
        "rows_not_readable",
        "second.csv",
    ),
    accepted("a line end within a remark", "structure", _remark("one\ntwo\nthree")),
    accepted("remarks with quotes and delimiters", "structure", _remark(f'he said "{ANSWER}", twice')),
]

IDS: list[Case] = [
    held_back("an id is blank", "ids", lambda p: p.rows[2].__setitem__(0, ""), "id_absent", {"quarantined": 1}),
    held_back("an id of blanks", "ids", lambda p: p.rows[2].__setitem__(0, "   "), "id_absent", {"quarantined": 1}),
    held_back(
        "an id twice, other answers",
        "ids",
        lambda p: p.rows[2].__setitem__(0, p.rows[1][0]),
        "copies_conflict",
        {"quarantined": 2},
    ),
    held_back(
        "an id thrice, two alike",
        "ids",
        lambda p: (p.rows[2].__setitem__(0, p.rows[1][0]), p.rows.append(list(p.rows[1]))),
        "copies_conflict",
        {"quarantined": 3},
        children=7,
    ),
    held_back(
        "an id twice but for blanks around it",
        "ids",
        lambda p: p.rows[2].__setitem__(0, f" {p.rows[1][0]} "),
        "copies_conflict",
        {"quarantined": 2},
    ),
    held_back(
        "all ids blank", "ids", lambda p: [row.__setitem__(0, "") for row in p.rows], "id_absent", {"quarantined": 6}
    ),
    accepted(
        "a row twice",
        "ids",
        lambda p: p.rows.append(list(p.rows[1])),
        state=WARNED,
        reasons=frozenset({"identical_copy"}),
        rows={"collapsed": 1},
        children=7,
    ),
    accepted(
        "a row twice in two files",
        "ids",
        second_file("second.csv", lambda p: [p.rows[1]]),
        state=WARNED,
        reasons=frozenset({"identical_copy"}),
        rows={"collapsed": 1},
        children=7,
    ),
    accepted(
        "ids that differ by case",
        "ids",
        lambda p: (p.rows[1].__setitem__(0, "Child-One-1"), p.rows[2].__setitem__(0, "CHILD-ONE-1")),
    ),
    held_back(
        "a second entry that differs",
        "ids",
        both(
            second_file(
                "second.csv",
                lambda p: [
                    [*r[:10], "3" if r[10] != "3" else "1", *r[11:]] if n == 2 else r for n, r in enumerate(p.rows)
                ],
                second_entry_of="children.csv",
            )
        ),
        {"double_entry_differs", "double_entry_agrees"},
        {"quarantined": 2, "collapsed": 5},
        children=12,
    ),
    held_back(
        "keyed in once only",
        "ids",
        second_file("second.csv", lambda p: p.rows[:5], second_entry_of="children.csv"),
        {"double_entry_single", "double_entry_agrees"},
        {"quarantined": 1, "collapsed": 5},
        children=11,
    ),
    held_back(
        "a conflict with one who refused",
        "ids",
        lambda p: (p.rows[2].__setitem__(0, p.rows[1][0]), p.rows[2].__setitem__(p.column("consent_child"), "2")),
        {"copies_conflict", "no_consent"},
        {"quarantined": 1, "without_consent": 1},
    ),
]
