"""The process in which files of programs are read: whatever becomes of it, we live, and nothing of a file is told.

Belongs here: ends of that process, and files with flipped bits. Does not belong here: what is wrong in a whole file
(``corpus/corpus_programs.py``), what honest files are read as (``test_exports.py``).
"""

from __future__ import annotations

import contextlib
import os
import time
from pathlib import Path

import pytest

from lbc_assets.intake.formats import convert as way_in
from lbc_assets.intake.formats.convert import convert
from lbc_assets.intake.rejection import DeliveryRejected, ReasonCode
from lbc_assets.settings import Limits

EXPORTS = Path(__file__).parent / "exports"
SAV = EXPORTS / "sav" / "answers.sav"
ENDS = {
    "segmentation fault": "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)",
    "no answer": "pass",
    "an answer that is none": "import json, os, sys; os.write(json.load(sys.stdin)['answer'], b'{\"rows\": -1}')",
    "an exception that quotes": "raise ValueError('canary')",
    "more memory than it may have": (
        "import json, sys; from lbc_assets.intake.formats import child; job = json.load(sys.stdin); "
        "child.limit(job['seconds'], job['memory'], job['output']); bytearray(job['memory'])"
    ),
}


def reason(tmp_path, **limits):
    """The one reason for which the file is refused, after which there is no target."""
    with pytest.raises(DeliveryRejected) as caught:
        convert(SAV, tmp_path / "text.csv", "sav", name="children.sav", limits=Limits(**limits))
    assert list(tmp_path.iterdir()) == []
    (found,) = caught.value.reasons
    assert "canary" not in str(found)
    return found


@pytest.mark.parametrize("entry", ENDS.values(), ids=ENDS)
def test_a_reader_that_ends_badly_costs_the_delivery_and_no_more(tmp_path, monkeypatch, capfd, entry):
    monkeypatch.setattr(way_in, "ENTRY", entry)
    assert reason(tmp_path).code is ReasonCode.READER_STOPPED
    assert capfd.readouterr() == ("", "")


def test_a_reader_that_does_not_end_is_ended_with_all_that_it_started(tmp_path, monkeypatch):
    number = tmp_path.parent / "grandchild"
    sleep = f"child = subprocess.Popen(['sleep', '60']); open({str(number)!r}, 'w').write(str(child.pid))"
    monkeypatch.setattr(way_in, "ENTRY", f"import subprocess, time; {sleep}; time.sleep(60)")
    started = time.monotonic()
    assert reason(tmp_path, parse_seconds=1).code is ReasonCode.READER_STOPPED
    assert time.monotonic() - started < 10
    status = Path(f"/proc/{number.read_text()}/stat")
    assert not status.exists() or status.read_text().split()[2] == "Z"


def test_text_that_grows_beyond_the_limit_is_refused(tmp_path):
    assert reason(tmp_path, file_bytes=500).code is ReasonCode.UNPACKED_TOO_LARGE


@pytest.mark.parametrize("kind", ["sav", "dta", "xlsx", "parquet"])
def test_a_flipped_bit_gives_text_or_a_reason_and_never_a_crash(tmp_path, kind):
    whole = (EXPORTS / kind / f"answers.{kind}").read_bytes()
    read, target, seen = 0, tmp_path / "text", []
    for number in range(5):
        spoilt = bytearray(whole)
        spoilt[(number + 1) * len(whole) // 7] ^= 1 << number
        (tmp_path / "spoilt").write_bytes(spoilt)
        target.unlink(missing_ok=True)
        with contextlib.suppress(DeliveryRejected):
            convert(tmp_path / "spoilt", target, kind, name="c", limits=Limits())
            read += 1
        seen.append(target.exists())
    assert read == seen.count(True)


def test_nothing_of_our_environment_reaches_the_reader(tmp_path, monkeypatch):
    monkeypatch.setenv("SECRET_OF_OURS", "x")
    target = tmp_path.parent / "environment"
    monkeypatch.setattr(way_in, "ENTRY", f"import os; open({str(target)!r}, 'w').write(' '.join(os.environ))")
    assert reason(tmp_path).code is ReasonCode.READER_STOPPED
    assert "SECRET_OF_OURS" not in target.read_text().split()
    assert os.environ["SECRET_OF_OURS"] == "x"
