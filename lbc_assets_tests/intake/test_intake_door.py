"""A delivery is taken in whole: what is kept, what names it, and what makes no difference."""

from __future__ import annotations

import stat

import pytest

from lbc_assets.intake.delivery import latest_delivery, load_delivery
from lbc_assets.intake.ledger import Ledger
from lbc_assets.intake.questionnaire import ID, questionnaire
from lbc_assets.intake.relations import (
    make_raw_codebook,
    make_raw_corrections,
    make_raw_deliveries,
    make_raw_files,
    make_raw_responses,
    make_raw_row_fates,
    make_raw_schools,
)
from lbc_assets.warehouse.contracts import load_tables
from lbc_assets.warehouse.engine import connect, parquet

MAKERS = {
    "raw_responses": lambda connection, delivery: make_raw_responses(connection, delivery, b"k" * 32),
    "raw_codebook": make_raw_codebook,
    "raw_deliveries": make_raw_deliveries,
    "raw_schools": make_raw_schools,
    "raw_files": make_raw_files,
    "raw_row_fates": make_raw_row_fates,
    "raw_corrections": lambda connection, delivery: make_raw_corrections(connection, delivery, b"k" * 32),
}


def kept(delivery, columns="*"):
    with connect() as connection:
        sql = f"SELECT {columns} FROM {parquet([delivery.responses])} ORDER BY source_line"
        return connection.execute(sql).fetchall()


def made(name, delivery, select="*"):
    with connect() as connection:
        MAKERS[name](connection, delivery)
        return connection.execute(f"SELECT {select} FROM {name}").fetchall()


def files_of(folder):
    return {
        path.relative_to(folder): (path.stat().st_ino, path.stat().st_mtime_ns, path.read_bytes())
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_a_valid_delivery_is_taken_in(parcel):
    delivery = parcel.send()
    assert delivery.rows == len(parcel.rows)
    assert delivery.folder == parcel.deliveries / delivery.wave / delivery.delivery_sha256
    assert set(delivery.files) == {"wave.yaml", "codebook.yaml", "children.csv"}
    assert latest_delivery(parcel.deliveries, delivery.wave) == load_delivery(delivery.folder) == delivery


def test_every_answer_is_kept_as_it_was_written(parcel, delivery):
    names = list(parcel.codebook["variables"])
    assert {ID, *questionnaire()} >= set(names)
    expected = [
        (f"{number}", *(row[parcel.column(name)] for name in names)) for number, row in enumerate(parcel.rows, 2)
    ]
    assert kept(delivery, ", ".join(["source_line::varchar", *names])) == expected


@pytest.mark.parametrize("name", MAKERS)
def test_raw_tables_have_the_columns_of_their_contract(delivery, name):
    with connect() as connection:
        MAKERS[name](connection, delivery)
        columns = [(row[0], row[1].lower()) for row in connection.execute(f"DESCRIBE {name}").fetchall()]
    assert columns == [(column.name, column.data_type) for column in load_tables()[name].columns]


def test_raw_tables_say_what_was_delivered(delivery):
    assert len(made("raw_responses", delivery)) == delivery.rows
    assert made("raw_deliveries", delivery, "questionnaires, data_origin, content_sha256") == [
        (delivery.rows, "synthetic", delivery.content_sha256)
    ]
    assert made("raw_schools", delivery, "school, eligible") == [("ZJ-T01-S1", 24), ("ZJ-T01-S2", 22)]
    codes = made("raw_codebook", delivery, "variable, code, value, status, missing_reason")
    assert ("sex", "1", "male", "value", None) in codes
    assert ("sex", "9", None, "missing", "no_answer") in codes
    assert ("lives_with_father", "", "no", "value", None) in codes
    assert ("township", None, None, "value", None) in codes


def test_a_variable_the_wave_did_not_ask_is_null(parcel):
    del parcel.codebook["variables"]["county"]
    parcel.codebook["ignored"] = ["a2"]
    delivery = parcel.send()
    assert {row[0] for row in kept(delivery, "county")} == {None}


def test_the_same_bytes_again_change_nothing(parcel):
    delivery = parcel.send()
    before = files_of(parcel.deliveries)
    assert parcel.send() == delivery
    assert files_of(parcel.deliveries) == before


def test_an_earlier_delivery_sent_again_is_the_latest(make_parcel):
    first = make_parcel().send()
    other = make_parcel()
    other.rows.pop()
    second = other.send()
    assert latest_delivery(other.deliveries, first.wave) == second
    assert make_parcel().send() == first
    assert latest_delivery(other.deliveries, first.wave) == first
    names = {path.name for path in (other.deliveries / first.wave).iterdir()}
    assert names == {"ledger.json", first.delivery_sha256, second.delivery_sha256}
    assert [answer.version for answer in Ledger(other.deliveries).answers(first.wave)] == [1, 2, 3]


def _reversed(parcel):
    parcel.rows.reverse()


def _columns_reversed(parcel):
    parcel.header.reverse()
    for row in parcel.rows:
        row.reverse()


def _declared(key, value):
    return lambda parcel: parcel.file.update({key: value})


def _crlf(parcel):
    parcel.newline = "\r\n"


def _no_last_line_end(parcel):
    parcel.content = parcel.csv().rstrip(b"\n")


def _bom(parcel):
    parcel.content = b"\xef\xbb\xbf" + parcel.csv()


SAME = {
    "rows": _reversed,
    "columns": _columns_reversed,
    "semicolon": _declared("delimiter", ";"),
    "tab": _declared("delimiter", "\t"),
    "gb18030": _declared("encoding", "gb18030"),
    "utf-16": _declared("encoding", "utf-16"),
    "utf-8-sig": _declared("encoding", "utf-8-sig"),
    "bom": _bom,
    "crlf": _crlf,
    "no last line end": _no_last_line_end,
}


@pytest.mark.parametrize("change", SAME.values(), ids=SAME)
def test_the_same_answers_have_the_same_content(parcel, delivery, change):
    change(parcel)
    other = parcel.send()
    assert other.content_sha256 == delivery.content_sha256
    assert other.delivery_sha256 != delivery.delivery_sha256
    assert other.rows == delivery.rows


def _cell(parcel):
    position = parcel.column("sex")
    parcel.rows[3][position] = {"1": "2", "2": "1"}[parcel.rows[3][position]]


def _cells_of_two_children(parcel):
    position = parcel.column("age_years")
    parcel.rows[0][position], parcel.rows[2][position] = parcel.rows[2][position], parcel.rows[0][position]


def _row_twice(parcel):
    parcel.rows.append(parcel.rows[0])


def _code(parcel):
    parcel.codebook["variables"]["sex"]["codes"] = {"1": "female", "2": "male"}


def _consent(parcel):
    parcel.manifest["consent_version"] = "another"


@pytest.mark.parametrize("change", [_cell, _cells_of_two_children, _row_twice, _code, _consent])
def test_other_answers_have_other_content(parcel, delivery, change):
    change(parcel)
    other = parcel.send()
    assert other.content_sha256 != delivery.content_sha256
    assert other.delivery_sha256 != delivery.delivery_sha256


def test_kept_files_can_only_be_read_by_their_owner(delivery):
    modes = {path.name: oct(stat.S_IMODE(path.stat().st_mode)) for path in delivery.folder.iterdir()}
    names = ("responses.parquet", "held.parquet", "manifest.json", "codebook.json", "delivery.json")
    assert modes == dict.fromkeys(names, "0o400")
    assert stat.S_IMODE(delivery.folder.stat().st_mode) == 0o700


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_byte_order_mark_is_no_part_of_the_first_column(parcel, encoding):
    parcel.file["encoding"] = encoding
    parcel.content = b"\xef\xbb\xbf" + parcel.csv() if encoding == "utf-8" else None
    delivery = parcel.send()
    assert [row[0] for row in kept(delivery, ID)] == [row[0] for row in parcel.rows]


def test_crlf_leaves_nothing_in_the_last_column(parcel):
    parcel.newline = "\r\n"
    last = parcel.header[-1]
    (name,) = [name for name, mapping in parcel.codebook["variables"].items() if mapping["column"] == last]
    assert [row[0] for row in kept(parcel.send(), name)] == [row[-1] for row in parcel.rows]


def test_cells_are_kept_to_the_letter(parcel):
    cells = ["Qixi, north", 'the "old" town', "齐溪镇、北", "NULL", "  spaces  ", "007"]
    for row, cell in zip(parcel.rows, cells, strict=True):
        row[parcel.column("township")] = cell
    assert kept(parcel.send(), "township") == [(cell,) for cell in cells]


def test_columns_are_read_by_name(parcel, delivery):
    _columns_reversed(parcel)
    names = ", ".join([ID, *questionnaire()])
    assert kept(parcel.send(), names) == kept(delivery, names)
