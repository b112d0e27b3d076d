"""Manifest and codebook: what would be read wrong without a word is refused, and said where."""

from __future__ import annotations

import pytest

from lbc_assets.intake.documents import parse
from lbc_assets.intake.door import receive
from lbc_assets.intake.manifest import Manifest
from lbc_assets.intake.rejection import DeliveryRejected, ReasonCode
from lbc_assets.warehouse.engine import connect, parquet


def reasons(send):
    with pytest.raises(DeliveryRejected) as caught:
        send()
    return caught.value.reasons


@pytest.mark.parametrize(
    ("once", "twice"),
    [
        ('"codes": {"1": "male", "2": "female", ', '"codes": {"1": "male", "1": "female", "2": "female", '),
        ('"identifiers":', '"version": "9", "identifiers":'),
    ],
)
def test_a_key_that_stands_twice_is_refused(parcel, once, twice):
    file = parcel.write() / "codebook.yaml"
    text = file.read_text(encoding="utf-8")
    assert once in text
    file.write_text(text.replace(once, twice, 1), encoding="utf-8")
    (reason,) = reasons(lambda: receive(parcel.folder, parcel.home))
    assert reason.code is ReasonCode.YAML_NOT_READABLE
    assert reason.place == "codebook.yaml, line 1"


def _blank_twice(parcel):
    parcel.codebook["variables"]["lives_with_father"]["codes"][""] = "yes"


def _blank_an_answer_and_missing(parcel):
    parcel.codebook["variables"]["lives_with_father"]["missing"] = {"": "no_answer"}


def _codes_of_the_id(parcel):
    parcel.codebook["variables"]["questionnaire_id"]["codes"] = {"1": "one"}


def _dates(parcel):
    parcel.manifest["survey_dates"] = {"first": "2015-12-20", "last": "2015-03-01"}


def _school(parcel):
    parcel.manifest["schools"].append(parcel.manifest["schools"][0])


REFUSED = {
    "lives_with_father: says twice": _blank_twice,
    "lives_with_father: says twice ": _blank_an_answer_and_missing,
    "questionnaire_id: has no codes": _codes_of_the_id,
    "'last' is before 'first'": _dates,
    "a school stands twice": _school,
}


@pytest.mark.parametrize(("said", "spoil"), REFUSED.items(), ids=[spoil.__name__ for spoil in REFUSED.values()])
def test_what_contradicts_itself_is_refused(parcel, said, spoil):
    spoil(parcel)
    (reason,) = reasons(parcel.send)
    assert reason.code is ReasonCode.DOCUMENT_NOT_VALID
    assert said.strip() in reason.remedy


@pytest.mark.parametrize("name", ["浙江.csv", "2015年 贵州(第二次).csv"])
def test_files_may_have_chinese_names(parcel, name):
    parcel.file["path"] = name
    folder = parcel.write()
    (folder / "children.csv").rename(folder / name)
    assert name in receive(folder, parcel.home).delivery.files


@pytest.mark.parametrize(
    "name", ["../x.csv", "/x.csv", "a/b.csv", "a\\b.csv", ".x.csv", "..", "x\n.csv", "x\u202e.csv", "x\n"]
)
def test_other_names_may_not_leave_the_folder(parcel, name):
    parcel.file["path"] = name
    assert {reason.code for reason in reasons(parcel.send)} == {ReasonCode.DOCUMENT_NOT_VALID}


@pytest.mark.parametrize("dropped", ["identifiers", "ignored"])
def test_columns_that_differ_by_case_only_are_two_and_the_dropped_one_is_not_kept(parcel, dropped):
    parcel.header.append(parcel.header[0].upper())
    parcel.codebook[dropped] = [parcel.header[-1]]
    for row in parcel.rows:
        row.append("canary")
    delivery = parcel.send()
    with connect() as connection:
        rows = connection.execute(f"SELECT * FROM {parquet([delivery.responses])} ORDER BY source_line").fetchall()
    assert [row[0] for row in rows] == [row[0] for row in parcel.rows]
    assert "canary" not in {cell for row in rows for cell in row}
    assert not [path for path in delivery.folder.iterdir() if b"canary" in path.read_bytes()]


def test_a_header_without_end_is_refused(parcel):
    parcel.header[-1] = "x" * 200_000
    (reason,) = reasons(parcel.send)
    assert (reason.code, reason.place) == (ReasonCode.ROWS_NOT_READABLE, "children.csv, line 1")


def test_reasons_of_all_files_come_at_once(parcel):
    parcel.manifest["files"].append({"path": "second.csv", "form": "child-questionnaire"})
    folder = parcel.write()
    (folder / "children.csv").write_bytes(parcel.csv() + b"1,2\n")
    (folder / "second.csv").write_bytes(parcel.csv() + b"3\n")
    found = reasons(lambda: receive(folder, parcel.home))
    assert [reason.place for reason in found] == ["children.csv, near line 8", "second.csv, near line 8"]


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? "])
def test_a_document_nested_beyond_all_measure_is_rejected_and_ends_no_process(opening: str) -> None:
    with pytest.raises(DeliveryRejected) as rejected:
        parse(Manifest, (opening * 200_000).encode(), "wave.yaml")
    assert [reason.code for reason in rejected.value.reasons] == [ReasonCode.YAML_NOT_READABLE]
