"""Where memory spills: under the home, apart from other databases, and gone with its process.

Belongs here: ``spill.py`` and that the warehouse uses it. Does not belong here: tables (``test_store.py``).
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from lbc_assets.settings import Home
from lbc_assets.warehouse.engine import connect
from lbc_assets.warehouse.spill import Spill
from lbc_assets.warehouse.store import Warehouse

BIG = "CREATE TEMP TABLE big AS SELECT i, hash(i) AS h FROM range(6000000) AS t (i)"
HOLD = """
import sys, time
from pathlib import Path
from lbc_assets.warehouse.spill import Spill
spill = Spill(Path(sys.argv[1]))
spill.for_database().mkdir()
(spill.for_database().parent / "answers").write_text("x")
print("ready", flush=True)
sys.stdin.read()
"""


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    return Warehouse(Home(tmp_path / "home").make())


def test_a_step_spills_under_the_home_and_cleans_up(
    warehouse: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    spill = warehouse.home.warehouse / "spill"
    with warehouse.open("w", []) as connection:
        connection.execute("SET memory_limit = '40MB'; SET threads = 1")
        connection.execute(BIG)
        assert files_in(spill)
        assert oct(spill.stat().st_mode)[-3:] == "700"
    assert [path.name for path in tmp_path.iterdir()] == ["home"]
    del connection, warehouse.__dict__["_database"], warehouse.__dict__["_spill"]
    assert list(spill.iterdir()) == []


def test_without_a_place_nothing_is_spilt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with connect() as connection:
        connection.execute("SET memory_limit = '40MB'; SET threads = 1")
        with pytest.raises(duckdb.OutOfMemoryException):
            connection.execute(BIG)
    assert list(tmp_path.iterdir()) == []


def test_settings_bound_the_memory_and_threads_of_a_database(warehouse: Warehouse) -> None:
    asked = "SELECT current_setting('memory_limit'), current_setting('threads')"
    with warehouse.open("w", []) as connection:
        assert connection.execute(asked).fetchone() == ("400.0 MiB", 2)
    (warehouse.home.root / "settings.yaml").write_text("engine: {memory_bytes: 104857600, threads: 1}")
    with Warehouse(warehouse.home).open("w", []) as connection:
        assert connection.execute(asked).fetchone() == ("100.0 MiB", 1)


def test_connections_of_a_warehouse_do_not_see_each_other(warehouse: Warehouse) -> None:
    with warehouse.open("w", []) as one, warehouse.open("w", []) as two:
        one.execute("CREATE TEMP TABLE answers AS SELECT 1 AS x; CREATE TEMP VIEW v AS SELECT 1")
        one.register("frame", duckdb.sql("SELECT 1 AS x").df())
        for name in ("answers", "v", "frame"):
            with pytest.raises(duckdb.CatalogException):
                two.execute(f"SELECT * FROM {name}")


def test_what_a_killed_process_spilt_is_swept_and_a_living_one_s_is_not(tmp_path: Path) -> None:
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", HOLD, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    try:
        for process in processes:
            assert process.stdout
            assert process.stdout.readline() == "ready\n"
        assert len(files_in(tmp_path)) == 2
        processes[0].kill()
        processes[0].wait()
        assert len(files_in(tmp_path)) == 2
        mine = Spill(tmp_path)
        assert len(files_in(tmp_path)) == 1
        assert mine.for_database().parent.is_dir()
        assert mine.for_database() != mine.for_database()
        processes[1].communicate()  # ends by itself
        assert files_in(tmp_path) == []
    finally:
        for process in processes:
            process.kill()
            process.communicate()
