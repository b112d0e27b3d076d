"""Files of programs with flipped bits, all the way through the process that reads them.

Belongs here: damage that a reader may or may not notice. Does not belong here: SPSS files, of which many more bits are
flipped at once (``test_formats_process.py``).
"""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest

from lbc_assets.intake.formats.convert import convert
from lbc_assets.intake.rejection import DeliveryRejected
from lbc_assets.settings import Limits

EXPORTS = Path(__file__).resolve().parent.parent / "exports"


@pytest.mark.parametrize("kind", ["dta", "xlsx", "parquet"])
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
