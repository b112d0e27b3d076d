"""What the UI shows of a table: of children's tables never a row, of summaries their first."""

from types import SimpleNamespace

import duckdb
import pytest

from lbc_assets.assets.preview import ROWS_SHOWN, preview
from lbc_assets.warehouse.contracts import TIDY_LAYERS, load_tables

PSEUDONYM = "0123456789abcdef0123"


@pytest.fixture
def written(tmp_path):
    """Writes rows as a table's candidate; every text in them is a pseudonym, every other value missing."""

    def write(table, rows):
        with duckdb.connect() as connection:
            values = ", ".join(
                f"{PSEUDONYM!r} AS {c.name}" if c.data_type == "varchar" else f"NULL::{c.data_type} AS {c.name}"
                for c in table.columns
            )
            path = tmp_path / f"{table.name}.parquet"
            connection.execute(f"COPY (SELECT {values} FROM range({rows})) TO '{path}' (FORMAT parquet)")
            return preview(connection, table, SimpleNamespace(path=path, rows=rows))

    return write


@pytest.mark.parametrize("name", sorted(n for n, t in load_tables().items() if t.layer not in TIDY_LAYERS))
def test_no_value_of_a_childs_table_is_shown(written, name):
    table = load_tables()[name]
    shown = written(table, 12).splitlines()
    assert PSEUDONYM not in "".join(shown)
    assert shown[0] == "| column | type | missing of 12 |"
    assert [line.split(" | ")[0] for line in shown[2:]] == [f"| {column.name}" for column in table.columns]
    # by the file's statistics
    missing = {column.name: "0" if column.data_type == "varchar" else "12" for column in table.columns}
    assert {line.split(" | ")[0][2:]: line.split(" | ")[2][:-2] for line in shown[2:]} == missing


def test_of_a_summary_the_first_rows_are_shown(written):
    table = load_tables()["model_coefficients"]
    shown = written(table, 100).splitlines()
    assert len(shown) == 2 + ROWS_SHOWN
    assert shown[0] == f"| {' | '.join(column.name for column in table.columns)} |"
