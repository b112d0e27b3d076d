"""Dagster's records, when several processes open them first at the same time."""

import os
import subprocess
import sys

from lbc_assets.settings import HOME_VARIABLE

# as two 'lbc refresh' on an empty home; each waits for the word, so that they begin together
OPEN = """
import sys
import dagster
from lbc_assets.instance.home import prepare, records
from lbc_assets.settings import find_home
prepare(find_home())
print("ready", flush=True)
sys.stdin.readline()
with records(find_home()) as instance:
    instance.get_runs()
    instance.add_dynamic_partitions("wave", [sys.argv[1]])
"""


def test_two_at_once_make_one_schema(tmp_path):
    environment = {**os.environ, HOME_VARIABLE: str(tmp_path / "home")}
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", OPEN, f"wave-{number}"],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for number in range(2)
    ]
    for process in processes:
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        process.stdin.write("now\n")
        process.stdin.flush()
    said = [process.communicate()[1] for process in processes]
    assert [process.returncode for process in processes] == [0, 0], said
