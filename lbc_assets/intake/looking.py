"""Looking into a file that nobody delivers: its text in a folder that is gone when the look is over.

Belongs here: that folder, and the first rows of a file. Does not belong here: what is looked for
(``codebook_draft.py``, ``codebook_check.py``). The bytes take the way of a delivery (``reading.py``, ``keeping.py``).
"""

from __future__ import annotations

import contextlib
import csv
import io
import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from lbc_assets.intake.manifest import FileForm
from lbc_assets.intake.reading import copy_bytes, transcode
from lbc_assets.settings import Home, Limits
from lbc_assets.warehouse.spill import Spill

# no wave's name: the ledger and the waves' folders stay apart
LOOKS = ".tmp-looks"


@contextlib.contextmanager
def passing_folder(home: Home) -> Iterator[Path]:
    """A folder under ``deliveries/`` that only its owner reads; the look after a killed one sweeps what that left."""
    spill = Spill(home.deliveries / LOOKS)
    folder = spill.for_database()
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        spill.close()


def copy_in(source: Path, target: Path, form: FileForm, limits: Limits, rows: int | None) -> None:
    """Copy a file as a delivery would, of text files only the first rows where so many are asked for.

    Raises DeliveryRejected.
    """
    with source.open("rb") as stream:
        if not form.is_text:
            copy_bytes(stream, target, source.name, limits)
            return
        some = stream if rows is None else first_rows(stream, form.encoding, form.separator, rows)
        transcode(some, target, form.encoding, source.name, limits)


def only_first_rows(text: Path, separator: str, rows: int) -> None:
    """Leave the first rows of a text that was made of a workbook or the like."""
    with text.open("rb") as stream:
        some = first_rows(stream, "utf-8", separator, rows).read()
    text.write_bytes(some)


def first_rows(stream: BinaryIO, encoding: str, separator: str, rows: int) -> BinaryIO:
    """The header and the first rows, as bytes in the same encoding; the whole file where it cannot be read so.

    What is wrong with it the door's own code is to say.
    """
    lines: list[str] = []
    text = io.TextIOWrapper(stream, "utf-8-sig" if encoding == "utf-8" else encoding, newline="")

    def noted() -> Iterator[str]:
        for line in text:
            lines.append(line)
            yield line

    try:
        for _ in itertools.islice(csv.reader(noted(), delimiter=separator, strict=True), rows + 1):
            pass
    except (csv.Error, UnicodeError):
        stream.seek(0)
        return stream
    finally:
        text.detach()
    return io.BytesIO("".join(lines).encode(encoding))
