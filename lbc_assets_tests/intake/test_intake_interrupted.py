"""The door when things go wrong around it: a kill, two receivers at once, an engine that fails."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import duckdb
import pytest

from lbc_assets.intake import answering, door, keeping
from lbc_assets.intake.delivery import latest_delivery
from lbc_assets.intake.door import receive

KILLED = """
import os, signal, sys
from pathlib import Path
from lbc_assets.intake import door, keeping
from lbc_assets.settings import Home
keeping.read_rows = lambda *arguments: os.kill(os.getpid(), signal.SIGKILL)
door.receive(Path(sys.argv[1]), Home(Path(sys.argv[2])))
"""


def fail(*_):
    raise RuntimeError("in the middle")


def names_in(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize(
    ("module", "step"),
    [
        (door, "transcode"),
        (keeping, "read_rows"),
        (keeping, "sort_rows"),
        (keeping, "fingerprint"),
        (keeping, "write_facts"),
        (door, "fsync"),
        (answering, "compare"),
    ],
)
def test_a_fault_in_the_middle_leaves_the_delivery_before(make_parcel, monkeypatch, module, step):
    first = make_parcel().send()
    other = make_parcel()
    other.rows.pop()
    with monkeypatch.context() as patched:
        patched.setattr(module, step, fail)
        with pytest.raises(RuntimeError, match="in the middle"):
            other.send()
    assert latest_delivery(other.deliveries, first.wave) == first
    # a delivery that nobody answered for may lie there whole: the next try finds it
    left = set(names_in(other.deliveries / first.wave)) - {first.delivery_sha256, "ledger.json"}
    assert not [name for name in left if name.startswith(".")]
    assert len(left) == (step == "compare")
    assert other.send() == latest_delivery(other.deliveries, first.wave) != first


def test_what_a_killed_process_staged_is_swept(parcel):
    folder = parcel.write()
    command = [sys.executable, "-c", KILLED, str(folder), str(parcel.home.root)]
    killed = subprocess.run(command, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}, check=False)
    assert killed.returncode == -signal.SIGKILL
    wave = parcel.deliveries / folder.name
    (orphan,) = wave.iterdir()
    assert (orphan / "text-0").read_bytes() == parcel.csv()
    assert latest_delivery(parcel.deliveries, folder.name) is None
    delivery = receive(folder, parcel.home).delivery
    assert names_in(wave) == sorted([delivery.delivery_sha256, "ledger.json"])


def test_the_sweep_does_not_wait_for_new_bytes(parcel):
    delivery = parcel.send()
    (delivery.folder.parent / ".tmp-file").write_bytes(b"")
    parcel.send()
    assert names_in(delivery.folder.parent) == sorted([delivery.delivery_sha256, "ledger.json"])


def test_receivers_at_once_get_the_same_delivery(parcel):
    folder = parcel.write()
    with ThreadPoolExecutor(4) as pool:
        taken = list(pool.map(lambda _: receive(folder, parcel.home), range(4)))
    assert len({received.delivery.delivery_sha256 for received in taken}) == 1
    assert sorted(received.is_new for received in taken) == [False, False, False, True]
    assert names_in(parcel.deliveries / folder.name) == sorted([taken[0].delivery.delivery_sha256, "ledger.json"])


def test_the_folder_of_a_wave_is_its_owners(parcel):
    wave = parcel.deliveries / parcel.folder.name
    wave.mkdir(mode=0o755, parents=True)
    parcel.send()
    assert stat.S_IMODE(wave.stat().st_mode) == 0o700


def test_a_fault_of_the_engine_is_no_rejection(parcel, monkeypatch):
    class Connection:
        def __init__(self, spill, engine):
            pass

        def __enter__(self):
            return self

        def __exit__(self, *_):
            return None

        def execute(self, sql, *_):
            if "read_csv" in sql:
                raise duckdb.OutOfMemoryException("no more")

    monkeypatch.setattr(keeping, "connect", Connection)
    with pytest.raises(duckdb.OutOfMemoryException):
        parcel.send()


def test_what_the_engine_spills_stays_among_the_deliveries(parcel, monkeypatch):
    spilled_to = []
    read_rows = keeping.read_rows

    def seen(connection, *arguments):
        spilled_to.append(connection.execute("SELECT current_setting('temp_directory')").fetchall()[0][0])
        return read_rows(connection, *arguments)

    monkeypatch.setattr(keeping, "read_rows", seen)
    delivery = parcel.send()
    assert [path.startswith(f"{delivery.folder.parent}/.tmp-") for path in spilled_to] == [True]
