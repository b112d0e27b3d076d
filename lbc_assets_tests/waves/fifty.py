"""Fifty small waves delivered at once, three of them bad, and refreshed by two processes.

Belongs here: making that home. Does not belong here: what is expected of it (``test_fifty_waves.py``).
"""

from __future__ import annotations

import functools
import os
import re
import subprocess
import sys

import pytest
import yaml

from lbc_assets.instance.home import prepare
from lbc_assets.reference import make

WAVES = [f"wave-{number:02d}" for number in range(1, 51)]
HELD, REJECTED = ("wave-07", "wave-24"), "wave-31"
CHILDREN = 60
CANARY = "Stieglitz73310042"
LBC = [sys.executable, "-c", "from lbc_assets.cli.main import main; main()"]


def deliver(folder, wave, seed, change=lambda rows: rows):
    """A small wave; ``change`` changes the lines of one of its files, whose rows and hash are then not declared."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(make, "baked_rows", _baked_rows)
        make.make_wave(folder / wave, wave=wave, children=CHILDREN, seed=seed)
    path = folder / wave / "zhejiang.csv"
    before = path.read_text("utf-8").splitlines()
    after = change(list(before))
    if after != before:
        path.write_text("\n".join(after) + "\n", "utf-8")
        manifest = folder / wave / "wave.yaml"
        manifest.write_text(re.sub(r",\s*(rows|sha256): [0-9a-f]+", "", manifest.read_text("utf-8")), "utf-8")
        (folder / wave / "wave.ok").touch()
    return folder / wave


_baked_rows = functools.cache(make.baked_rows)


def with_canary(lines):
    """The first child's township is one that no other child has."""
    cells = lines[1].split(",")
    cells[lines[0].split(",").index("a3")] = CANARY
    return [lines[0], ",".join(cells), *lines[2:]]


def _deliver_all(home):
    for number, wave in enumerate(WAVES):
        bad = wave in (*HELD, REJECTED)
        folder = deliver(home.inbox, wave, number, with_canary if bad else lambda lines: lines)
        if wave in HELD:
            manifest = folder / "wave.yaml"
            text = manifest.read_text("utf-8")
            impossible = re.sub(r"eligible: \d+, present: ([1-9])", r"eligible: 0, present: \1", text, count=2)
            manifest.write_text(impossible, "utf-8")
        if wave == REJECTED:
            path = folder / "zhejiang.csv"
            path.write_bytes(path.read_bytes() + b"\xff\xfe broken\n")


def refreshed_by_two(home):
    """Deliver all, and refresh half of them by each of two processes; what they said, and how they ended."""
    (home.root / "settings.yaml").write_text(yaml.safe_dump({"alerts": {"sinks": [{"kind": "file", "name": "log"}]}}))
    _deliver_all(home)
    environment = {**os.environ, **prepare(home)}
    halves = [
        subprocess.Popen(
            [*LBC, "refresh", "--json", *half], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        for half in (WAVES[::2], WAVES[1::2])
    ]
    said = [half.communicate() for half in halves]
    return said, [half.returncode for half in halves]
