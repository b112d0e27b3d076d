"""The baked reference wave, and its way into an inbox.

Here: where the baked files lie and how they are delivered. Not here: how they were made (`make`), how
deliveries are taken in (`lbc_assets.intake`).
"""

import os
import shutil
import tempfile
from importlib import resources
from pathlib import Path

REFERENCE_WAVE = "baseline-2015"
FILES = {"zhejiang.csv": "utf-8", "guiding.csv": "gb18030", "longli.sav": ""}
"""Data files of the wave and the encoding of the text files, in order."""
DELIVERED = ("wave.yaml", "codebook.yaml", *FILES)
BAKED = resources.files("lbc_assets.reference").joinpath("waves", REFERENCE_WAVE)
"""The committed reference wave (package data)."""


class DeliveryExists(Exception):
    """The inbox holds another delivery of that wave; the message names the folder."""


def _is_reference(folder: Path) -> bool:
    names = {entry.name for entry in folder.iterdir() if not entry.name.startswith(".")}
    return names == set(DELIVERED) and all(
        (folder / name).read_bytes() == BAKED.joinpath(name).read_bytes() for name in DELIVERED
    )


def deliver_reference(inbox: Path) -> Path:
    """Copy the baked wave to `<inbox>/baseline-2015` and return that folder.

    It is written under a temporary dot-name and renamed, so that a watcher never sees half a delivery; an
    identical one stays as it is. Raises DeliveryExists when a different one is there and OSError when the
    inbox cannot be written.
    """
    inbox.mkdir(parents=True, exist_ok=True)
    folder = inbox / REFERENCE_WAVE
    if folder.exists():
        if folder.is_dir() and _is_reference(folder):
            return folder
        raise DeliveryExists(
            f"{folder} holds a different delivery: move it away, then deliver the reference wave again"
        )
    staging = Path(tempfile.mkdtemp(prefix=f".{REFERENCE_WAVE}.", dir=inbox))
    try:
        for name in DELIVERED:
            with (staging / name).open("wb") as copy:
                copy.write(BAKED.joinpath(name).read_bytes())
                copy.flush()
                os.fsync(copy.fileno())
        staging.rename(folder)
    except BaseException:
        shutil.rmtree(staging, ignore_errors=True)
        raise
    return folder
