"""Writing, verifying, publishing and collecting files."""

import os
import time

import duckdb
import pytest

from lbc_assets.settings import Home
from lbc_assets.warehouse import store as store_module
from lbc_assets.warehouse.contracts import Column, Table, Test
from lbc_assets.warehouse.engine import connect, fingerprint, one_row, parquet
from lbc_assets.warehouse.files import FileDamaged
from lbc_assets.warehouse.snapshots import Entry, WaveNotKnown
from lbc_assets.warehouse.store import Warehouse

TABLE = Table(
    name="sheet",
    layer="marts",
    description="A sheet.",
    grain="one row a number",
    key=("wave", "number"),
    columns=(
        Column(name="wave", data_type="varchar", description="Wave."),
        Column(name="number", data_type="integer", description="Number."),
        Column(name="line", data_type="integer", description="Line.", provenance=True),
    ),
    tests=(),
)


@pytest.fixture
def store(tmp_path):
    return Warehouse(Home(tmp_path / "ho[me]*").make())


def _candidate(store, rows, table=TABLE):
    with connect() as connection:
        return store.write_table(connection, "w1", table, f"SELECT * FROM (VALUES {rows}) t(wave, number, line)")


def _accept(store, candidate):
    return store.accept(candidate, code_version="c", inputs={}, gates=())


def test_row_order_decides_nothing(store):
    there, back = _candidate(store, "('w1', 1, 1), ('w1', 2, 2)"), _candidate(store, "('w1', 2, 2), ('w1', 1, 1)")
    assert there == back


def test_rows_as_made_keep_their_order(store):
    as_made = TABLE.model_copy(update={"order": "as_made"})
    candidate = _candidate(store, "('w1', 2, 1), ('w1', 1, 2)", as_made)
    with connect() as connection:
        assert connection.execute(f"SELECT number FROM {parquet([candidate.path])}").fetchall() == [(2,), (1,)]


@pytest.mark.parametrize("stranger", ["NULL", "'z'"])
def test_codes_are_sorted_as_places_and_written_as_text(store, stranger):
    test = Test(
        kind="accepted_values", columns=("code",), arguments={"values": ["b", "a"]}, severity="error", check="c",
        reason="r",
    )  # fmt: skip
    code = Column(name="code", data_type="varchar", description="Code.")
    coded = TABLE.model_copy(update={"columns": (*TABLE.columns, code), "tests": (test,)})
    values = f"('w1', 3, 1, 'a'), ('w1', 2, 1, {stranger}), ('w1', 1, 1, 'b')"
    sql = f"SELECT * FROM (VALUES {values}) t(wave, number, line, code)"
    with connect() as connection:
        candidate = store.write_table(connection, "w1", coded, sql)
        rows = connection.execute(f"SELECT number, code, typeof(code) FROM {parquet([candidate.path])}").fetchall()
    assert rows == [(1, "b", "VARCHAR"), (2, None if stranger == "NULL" else "z", "VARCHAR"), (3, "a", "VARCHAR")]


def test_provenance_changes_bytes_and_not_the_data_version(store):
    first, second = _candidate(store, "('w1', 1, 1)"), _candidate(store, "('w1', 1, 9)")
    assert first.sha256 != second.sha256
    assert first.data_version == second.data_version
    assert _candidate(store, "('w1', 7, 1)").data_version != first.data_version


def test_a_changed_byte_is_never_read(store):
    entry = _accept(store, _candidate(store, "('w1', 1, 1)"))
    path = store.path("sheet", entry)
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(FileDamaged, match="not those that were published"):
        store.open("w1", ["sheet"])
    path.unlink()
    with pytest.raises(FileDamaged, match="missing"):
        store.open("w1", ["sheet"])


def test_what_nobody_names_is_collected_when_old(store, monkeypatch):
    kept = store.path("sheet", _accept(store, _candidate(store, "('w1', 1, 1)")))
    orphan, young = _candidate(store, "('w1', 2, 1)").path, _candidate(store, "('w1', 3, 1)").path
    half_made = orphan.parent / ".tmp-killed"
    half_made.write_bytes(b"half")
    old = time.time() - store_module.ORPHAN_SECONDS - 60
    for path in (kept, orphan, half_made):
        os.utime(path, (old, old))
    assert store.collect() == 2
    assert (kept.exists(), orphan.exists(), half_made.exists(), young.exists()) == (True, False, False, True)


@pytest.mark.parametrize("wave", ["../w", "", "W", "a/b", "x" * 41, "<script>"])
def test_no_path_can_be_a_wave(store, wave):
    with pytest.raises(WaveNotKnown):
        store.snapshots.draft(wave)


def test_the_draft_inherits_what_is_published(store):
    entry = _accept(store, _candidate(store, "('w1', 1, 1)"))
    store.snapshots.publish("w1", store.snapshots.draft("w1"))
    (store.home.warehouse / "waves" / "w1" / "draft.json").unlink()
    assert store.snapshots.draft("w1").entries == {"sheet": entry}
    assert isinstance(store.snapshots.current("w1").entries["sheet"], Entry)


def test_the_fingerprint_sees_values_and_not_their_order():
    with connect() as connection:
        connection.execute("CREATE TABLE a AS SELECT * FROM (VALUES ('x', NULL), ('', 'y')) t(p, q)")
        connection.execute("CREATE TABLE b AS SELECT * FROM (VALUES ('', 'y'), ('x', NULL)) t(p, q)")
        connection.execute("CREATE TABLE c AS SELECT * FROM (VALUES (NULL, 'y'), ('x', '')) t(p, q)")
        a, b, c = (fingerprint(connection, name, ["p", "q"]) for name in "abc")
    assert a == b
    assert a != c


def test_names_with_glob_characters_are_names(store):
    candidate = _candidate(store, "('w1', 1, 1)")
    with connect() as connection:
        assert one_row(connection, f"SELECT count(*) FROM {parquet([candidate.path])}") == (1,)


def test_answers_in_quarantine_are_no_formulas(store):
    answers = ["=cmd|' /C calc'!A0", "-9", "\uff1d1", "2\u200b", 'say "x", y', "\x1b[2J"]
    with connect() as connection:
        connection.execute("CREATE TEMP TABLE q AS SELECT 7 AS source_line, unnest(?::varchar[]) AS answer", [answers])
        path = store.quarantine_values(connection, "w1", "values", "SELECT * FROM q")
    assert path.read_text("utf-8").splitlines() == [
        "source_line,answer",
        "7,'=cmd|' /C calc'!A0",
        "7,-9",
        "7,'\uff1d1",
        r"7,2\u200b",
        '7,"say ""x"", y"',
        r"7,\x1b[2J",
    ]
    assert path.stat().st_mode & 0o777 == 0o600
    assert [entry.name for entry in path.parent.iterdir()] == ["values.csv"]


def test_a_quarantine_file_that_cannot_be_written_leaves_no_part(store):
    with connect() as connection, pytest.raises(duckdb.Error):
        store.quarantine_values(connection, "w1", "values", "SELECT CAST('x' || i AS int) FROM range(3) t(i)")
    assert list((store.home.quarantine / "w1").iterdir()) == []
