"""Every reason for which a delivery is rejected: nothing of it is kept, and no answer is told."""

from __future__ import annotations

import codecs

import pytest

from lbc_assets.intake.delivery import latest_delivery
from lbc_assets.intake.door import receive
from lbc_assets.intake.ledger import Ledger
from lbc_assets.intake.rejection import DeliveryRejected, ReasonCode

CANARY = "canary"
NUMBER = "73310042"


def _file(key, value):
    return lambda parcel: parcel.file.update({key: value})


def _manifest(key, value):
    return lambda parcel: parcel.manifest.update({key: value})


def _content(change):
    def spoil(parcel):
        parcel.content = change(parcel.csv())

    return spoil


def _link(parcel):
    folder = parcel.write()
    target = folder.parent / "elsewhere.csv"
    (folder / "children.csv").rename(target)
    (folder / "children.csv").symlink_to(target)


def _no_yaml(parcel):
    (parcel.write() / "codebook.yaml").write_text("variables: {id: [")


def _no_file(parcel):
    (parcel.write() / "children.csv").unlink()


def _header(position, name):
    def spoil(parcel):
        parcel.header[position] = name

    return spoil


def _unknown(parcel):
    parcel.header.append("z9")
    for row in parcel.rows:
        row.append(CANARY)


def _without_last(parcel):
    for row in (parcel.header, *parcel.rows):
        row.pop()


def _short(parcel):
    parcel.rows[2].pop()


def _two_of_a_number(parcel):
    parcel.codebook["variables"]["sdq_consid"]["column"] = "#1"
    parcel.header[parcel.header.index("q01")], parcel.header[parcel.header.index("q02")] = "1. a", "1. b"
    parcel.codebook["variables"]["sdq_restles"]["column"] = "1. b"


def _unreadable(parcel):
    for row in parcel.rows[:2]:
        row[parcel.column("sdq_worries")] = "7"


def _corrections(text):
    def spoil(parcel):
        parcel.manifest["corrections"] = {"path": "corrections.csv", "version": "1", "reviewed_by": "a steward"}
        parcel.write()
        (parcel.folder / "corrections.csv").write_text(text)

    return spoil


# a spoiler that writes the folder itself is among WRITTEN: sending must not write it anew
WRITTEN = (_link, _no_yaml, _no_file)
SPOILS = {
    ReasonCode.FOLDER_INCOMPLETE: _no_file,
    ReasonCode.NAME_NOT_ALLOWED: _link,
    ReasonCode.YAML_NOT_READABLE: _no_yaml,
    ReasonCode.DOCUMENT_NOT_VALID: _manifest("custodian", ""),
    ReasonCode.WAVE_NOT_AS_FOLDER: _manifest("wave", "followup-2016"),
    ReasonCode.NOT_DECODABLE: _content(lambda content: content + b"\xff\n"),
    ReasonCode.NUL_BYTE: _content(lambda content: content + b"\0"),
    ReasonCode.EMPTY_FILE: _content(lambda content: b""),
    ReasonCode.DUPLICATE_HEADER: _header(3, "c1"),
    ReasonCode.COLUMN_UNKNOWN: _unknown,
    ReasonCode.COLUMN_ABSENT: _without_last,
    ReasonCode.ROWS_NOT_READABLE: _short,
    ReasonCode.ROWS_NOT_RECONCILED: _content(lambda content: content + b"\n\n"),
    ReasonCode.ROWS_NOT_AS_DECLARED: _file("rows", 5),
    ReasonCode.SHA256_NOT_AS_DECLARED: _file("sha256", "0" * 64),
    ReasonCode.HEADER_BLANK: _header(3, " "),
    ReasonCode.ROWS_ABSENT: lambda parcel: parcel.rows.clear(),
    ReasonCode.COLUMN_AMBIGUOUS: _two_of_a_number,
    ReasonCode.TOO_MANY_UNREADABLE: _unreadable,
    ReasonCode.CORRECTIONS_NOT_VALID: _corrections("id,field,old,new\n"),
    ReasonCode.CORRECTION_NOT_APPLICABLE: _corrections("id,field,old,new,who,why\nNOBODY,sex,1,2,me,slip\n"),
}


def rejection(parcel, spoil):
    """The rejection of a spoiled delivery, after which nothing of it is left."""
    spoil(parcel)
    folder = parcel.folder if spoil in WRITTEN else parcel.write()
    with pytest.raises(DeliveryRejected) as caught:
        receive(folder, parcel.home)
    wave = parcel.deliveries / parcel.folder.name
    assert sorted(parcel.deliveries.rglob("*")) == [wave, wave / "ledger.json"]
    return caught.value


def codes(rejected):
    return {reason.code for reason in rejected.reasons}


@pytest.mark.parametrize("code", SPOILS, ids=lambda code: code.name)
def test_each_reason(parcel, code):
    rejected = rejection(parcel, SPOILS[code])
    assert code in codes(rejected)
    assert code.value in str(rejected)
    assert all(reason.place and reason.remedy for reason in rejected.reasons)


def test_of_two_files_the_one_that_cannot_be_read_is_named(parcel):
    _unreadable(parcel)
    unreadable, children = parcel.csv(), len(parcel.rows)
    place = parcel.column("sdq_worries")
    for number, row in enumerate(parcel.rows):
        row[parcel.column("questionnaire_id")], row[place] = f"OTHER-{number}", "1"
    parcel.manifest["files"].append({**parcel.file, "path": "other.csv"})
    parcel.more["other.csv"] = unreadable
    with pytest.raises(DeliveryRejected) as caught:
        receive(parcel.write(), parcel.home)
    assert codes(caught.value) == {ReasonCode.TOO_MANY_UNREADABLE}
    assert [r.place for r in caught.value.reasons] == [f"other.csv, sdq_worries: 2 of {children} answers"]


MORE = {
    "a path out of the folder": (ReasonCode.DOCUMENT_NOT_VALID, _file("path", "../children.csv")),
    "an unknown key": (ReasonCode.DOCUMENT_NOT_VALID, _manifest("note", "x")),
    "utf-8 declared as utf-16": (
        ReasonCode.NOT_DECODABLE,
        lambda parcel: (_content(bytes)(parcel), _file("encoding", "utf-16")(parcel)),
    ),
    "gb18030 declared as utf-8": (
        ReasonCode.NOT_DECODABLE,
        _content(lambda content: codecs.encode(content.decode(), "gb18030")),
    ),
    "a long row": (ReasonCode.ROWS_NOT_READABLE, lambda parcel: parcel.rows[2].append("1")),
    "an open quote": (ReasonCode.ROWS_NOT_RECONCILED, _content(lambda content: content + b'"SYN-1,1,1\n')),
    "a line break in a cell": (
        ReasonCode.ROWS_NOT_RECONCILED,
        lambda parcel: parcel.rows[2].__setitem__(parcel.column("township"), "one\ntwo"),
    ),
    "an empty line amid the rows": (
        ReasonCode.ROWS_NOT_RECONCILED,
        _content(lambda content: content.replace(b"\n", b"\n\n", 2)),
    ),
    "another delimiter than declared": (
        ReasonCode.COLUMN_UNKNOWN,
        lambda parcel: (_content(bytes)(parcel), _file("delimiter", ";")(parcel)),
    ),
}


@pytest.mark.parametrize(("code", "spoil"), MORE.values(), ids=MORE)
def test_more_that_is_rejected(parcel, code, spoil):
    assert code in codes(rejection(parcel, spoil))


def test_a_rejected_delivery_leaves_the_one_before(make_parcel):
    delivery = make_parcel().send()
    spoiled = make_parcel()
    spoiled.rows[2].pop()
    with pytest.raises(DeliveryRejected):
        spoiled.send()
    assert latest_delivery(spoiled.deliveries, delivery.wave) == delivery
    assert [answer.is_rejected for answer in Ledger(spoiled.deliveries).answers(delivery.wave)] == [False, True]
    names = {path.name for path in delivery.folder.parent.iterdir()}
    assert names == {"ledger.json", delivery.delivery_sha256}


def _row(change):
    def spoil(parcel):
        position = parcel.column("township")
        parcel.rows[2][position] = f"{CANARY} {NUMBER} {CANARY}"
        parcel.rows[2][position + 1] = f"{CANARY} {NUMBER}"
        change(parcel)

    return spoil


def _no_header(parcel):
    parcel.header = parcel.rows[2]


def _open_quote(parcel):
    parcel.content = parcel.csv() + f'"{CANARY} {NUMBER},1\n'.encode()


def _twice_unknown(parcel):
    for row in (parcel.header, *parcel.rows):
        row += [f"{CANARY} {NUMBER}"] * 2


TELLING = {
    "short": _short,
    "long": lambda parcel: parcel.rows[2].append(CANARY),
    "open quote": _open_quote,
    "answers as header": _no_header,
    "answer twice in header": _twice_unknown,
    "line break": lambda parcel: parcel.rows[2].__setitem__(parcel.column("school"), f"{CANARY}\n{NUMBER}"),
    "not decodable": lambda parcel: _content(lambda content: content.replace(b"canary", b"canary\xff"))(parcel),
}


@pytest.mark.parametrize("change", TELLING.values(), ids=TELLING)
def test_no_answer_is_told(parcel, change):
    rejected = rejection(parcel, _row(change))
    told = [str(rejected), repr(rejected), *(repr(reason) for reason in rejected.reasons)]
    assert not [text for text in told if CANARY in text or NUMBER in text]


def test_a_short_row_is_named_by_its_line(parcel):
    (reason,) = rejection(parcel, _row(_short)).reasons
    assert reason.place == "children.csv, near line 4"
