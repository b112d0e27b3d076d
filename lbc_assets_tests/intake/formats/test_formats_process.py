"""Whatever a file does to its reader, the platform lives, within the limits, and says only what is on its list.

Belongs here: the process and its answer. Does not belong here: formats (the other ``test_formats_*``).

``ENTRY`` is what the process runs; a test puts something worse in its place.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest
from formats_files import CANARY

from lbc_assets.intake.formats import convert as way_in
from lbc_assets.intake.formats.convert import Converted, convert
from lbc_assets.intake.formats.faults import Problem
from lbc_assets.intake.rejection import DeliveryRejected, ReasonCode
from lbc_assets.settings import MEBIBYTE, Limits

# a busy machine may start a process slowly
LIMITS = Limits(parse_seconds=20, parse_bytes=600 * MEBIBYTE, unpacked_bytes=MEBIBYTE)
WITH_READ = "from lbc_assets.intake.formats import child; child.read = read; child.main()"


READ_NOTHING = "from lbc_assets.intake.formats.text import Reading; nothing = Reading(0, {}, {})"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A small SPSS file."""
    path = tmp_path / f"{CANARY}.sav"
    frame = pd.DataFrame({CANARY: [1.0, 2.0, -9.0], "t": [CANARY, "b", "c"]})
    labels = {CANARY: {1.0: CANARY, 2.0: "b"}}
    pyreadstat.write_sav(frame, path, variable_value_labels=labels, missing_ranges={CANARY: [-9.0]})
    return path


def _reason(source: Path, entry: str, monkeypatch: pytest.MonkeyPatch, limits: Limits = LIMITS) -> ReasonCode:
    monkeypatch.setattr(way_in, "ENTRY", f"\n{entry}")  # a loop or def must begin a line
    target = source.parent / "out.csv"
    begun = time.monotonic()
    with pytest.raises(DeliveryRejected) as caught:
        convert(source, target, "sav", name="answers", limits=limits)
    assert time.monotonic() - begun < limits.parse_seconds + 3
    assert CANARY not in str(caught.value)
    assert not target.exists()
    assert list(source.parent.iterdir()) == [source]
    return caught.value.reasons[0].code


def test_a_file_comes_through_the_process(source: Path, tmp_path: Path) -> None:
    limits = Limits(parse_seconds=30)
    read = convert(source, tmp_path / "out.csv", "sav", name="answers", limits=limits)
    assert read == Converted(3, {CANARY: ("-9",)}, {CANARY: {"1": CANARY, "2": "b"}})
    assert (tmp_path / "out.csv").read_text(encoding="utf-8") == f"{CANARY},t\n1,{CANARY}\n2,b\n-9,c\n"


@pytest.mark.parametrize(
    "entry",
    [
        "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)",
        "raise SystemExit(1)",
        "import os; os._exit(0)",
        f"def read(*_): raise ValueError('{CANARY}')\n{WITH_READ}",
        f"{READ_NOTHING}\ndef read(*_): return bytearray(10**9) and nothing\n{WITH_READ}",
        f"def read(*_):\n    kept = []\n    while True: kept.append(bytearray(10**6))\n{WITH_READ}",
    ],
    ids=["segfault", "exit", "silence", "exception", "allocation", "hoarding"],
)
def test_a_reader_that_dies_is_a_reason(source: Path, entry: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert _reason(source, entry, monkeypatch) is ReasonCode.READER_STOPPED


@pytest.mark.parametrize("entry", ["import time; time.sleep(60)", "while True: pass"])
def test_a_reader_that_never_ends_is_a_reason(source: Path, entry: str, monkeypatch: pytest.MonkeyPatch) -> None:
    limits = LIMITS.model_copy(update={"parse_seconds": 1})
    assert _reason(source, entry, monkeypatch, limits) is ReasonCode.READER_STOPPED


def test_output_past_the_limit_is_refused(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = f"def read(kind, source, target, *_): target.write_bytes(bytes(10**8))\n{WITH_READ}"
    assert _reason(source, entry, monkeypatch) is ReasonCode.UNPACKED_TOO_LARGE


@pytest.mark.parametrize(
    "answer",
    [
        CANARY,
        "[]",
        "{}",
        "[" * 100_000,
        json.dumps({"problem": CANARY}),
        json.dumps({"problem": "DTD", "row": CANARY}),
        json.dumps({"problem": "DTD", "row": -1}),
        json.dumps({"problem": "DTD", "place": CANARY}),
        json.dumps({"rows": "3", "missing_codes": {}, "value_labels": {}}),
    ],
)
def test_an_answer_that_is_not_on_the_list_is_none(source: Path, answer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def lie(job: object, stream: object) -> bool:
        stream.write(answer.encode())  # type: ignore[attr-defined]
        stream.flush()  # type: ignore[attr-defined]
        return True

    monkeypatch.setattr(way_in, "_run", lie)
    assert _reason(source, "", monkeypatch) is ReasonCode.READER_STOPPED


def test_the_process_prints_nowhere_and_sees_no_environment(
    source: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LBC_SALT", CANARY)
    entry = f"import os, sys; print('{CANARY}'); print('{CANARY}', file=sys.stderr); os._exit('LBC_SALT' in os.environ)"
    monkeypatch.setattr(way_in, "_wait", _and_tell(codes := []))
    assert _reason(source, entry, monkeypatch) is ReasonCode.READER_STOPPED
    assert codes == [0]
    assert capfd.readouterr() == ("", "")


def _and_tell(codes: list[int]) -> object:
    waited = way_in._wait

    def wait(pid: int, seconds: float) -> bool:
        ended = waited(pid, seconds)
        codes.append(os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT).si_status)
        return ended

    return wait


def test_children_of_the_reader_end_with_it(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told, said = os.pipe()
    os.set_inheritable(said, True)
    popen = subprocess.Popen
    monkeypatch.setattr(
        way_in.subprocess, "Popen", lambda *a, **k: popen(*a, **{**k, "pass_fds": (*k["pass_fds"], said)})
    )
    entry = "import os, time\nif os.fork() == 0: time.sleep(60)"
    assert _reason(source, entry, monkeypatch) is ReasonCode.READER_STOPPED
    os.close(said)
    os.set_blocking(told, False)
    end = time.monotonic() + 2
    while time.monotonic() < end:  # the last one that has the pipe open is gone
        try:
            assert os.read(told, 1) == b""
            break
        except BlockingIOError:
            time.sleep(0.01)
    else:
        pytest.fail("a process of the reader lives on")
    os.close(told)


# one start for all: each damaged file is read in a fork of it
FLIPS = """
import json, os, random, sys
from pathlib import Path
from lbc_assets.intake.formats import child, spss_stata
job = json.load(sys.stdin)
source, content, chance = Path(job["source"]), Path(job["source"]).read_bytes(), random.Random(7)
for flip in range(40):
    damaged = bytearray(content)
    damaged[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    source.write_bytes(damaged)
    pid = os.fork()
    if pid == 0:
        child.limit(5, job["memory"], job["output"])
        answer = child.answer(job)
        print(json.dumps(answer), flush=True)
        os._exit(0)
    if code := os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]):
        print(json.dumps({"problem": "STOPPED", "code": code}), flush=True)
"""


def test_flipped_bits_give_an_answer_or_a_reason(source: Path, tmp_path: Path) -> None:
    job = way_in._job(source, tmp_path / "out.csv", "sav", Limits(rows=1_000), None, None)
    done = subprocess.run(
        [sys.executable, "-c", FLIPS], input=json.dumps(job), capture_output=True, text=True, timeout=60, check=True
    )
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(answers) == 40
    refused = [answer for answer in answers if "problem" in answer]
    assert 0 < len(refused) < 40
    assert CANARY not in json.dumps(refused)
    assert {answer["problem"] for answer in refused} <= set(Problem.__members__)
    assert all(answer["rows"] <= 1_000 for answer in answers if "rows" in answer)
    assert not [answer for answer in refused if answer.get("code", -1) > 0], done.stderr
