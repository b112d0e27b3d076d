"""Deliveries that come in pieces, late, twice or in another order.

Belongs here: the category timing. Does not belong here: what is wrong in a file.
"""

from __future__ import annotations

import hashlib
import os

from corpus_case import Case, accepted, left, nothing, rejected

NEVER = {"intake": {"settle_seconds": 3600}}


def _take_away(name: str):
    return lambda parcel: (parcel.folder / name).unlink()


def _add(name: str, content: bytes = b""):
    return lambda parcel: (parcel.folder / name).write_bytes(content)


def _declare(right: bool, rows: int = 6):
    def spoil(parcel) -> None:
        parcel.content = parcel.csv()
        digest = hashlib.sha256(parcel.content if right else b"").hexdigest()
        parcel.file.update(rows=rows, sha256=digest)

    return spoil


def _any_file(parcel) -> None:
    parcel.content = parcel.csv()
    (form,) = parcel.manifest.pop("files")
    parcel.manifest["any_file"] = {name: form[name] for name in ("encoding", "delimiter", "form")}


def _touch(parcel) -> None:
    os.utime(parcel.folder / "children.csv", (1, 1))


def _put_back(parcel) -> None:
    parcel.write()


MARKED = accepted("a marker for the wave", "timing", put=_add("wave.ok"), settings=NEVER, spoil=nothing)
TIMING: list[Case] = [
    left("the files before the manifest", "timing", nothing, "no wave.yaml yet", put=_take_away("wave.yaml")),
    accepted("the manifest at last", "timing", put=_take_away("wave.yaml"), then=(_put_back,)),
    rejected(
        "the manifest before the files",
        "timing",
        nothing,
        "folder_incomplete",
        "children.csv",
        put=_take_away("children.csv"),
    ),
    accepted("the files at last", "timing", put=_take_away("children.csv"), then=(_put_back,)),
    rejected(
        "a codebook that did not come",
        "timing",
        nothing,
        "folder_incomplete",
        "codebook.yaml",
        put=_take_away("codebook.yaml"),
    ),
    left("seen once only", "timing", nothing, "may still be growing", settings=NEVER),
    left("changed between two looks", "timing", nothing, "may still be growing", settings=NEVER, then=(_touch,)),
    MARKED,
    accepted("a marker for each file", "timing", put=_add("children.csv.ok"), settings=NEVER),
    left(
        "a marker for another file", "timing", nothing, "may still be growing", put=_add("other.csv.ok"), settings=NEVER
    ),
    accepted("declared rows and hash", "timing", _declare(True), settings=NEVER),
    left("not as declared, and perhaps growing", "timing", _declare(False), "may still be growing", settings=NEVER),
    rejected("not as declared, and settled", "timing", _declare(False), "sha256_not_as_declared", "children.csv"),
    rejected("fewer rows than declared, and settled", "timing", _declare(True, 7), "rows_not_as_declared"),
    accepted(
        "a lone file, read as the folder says", "timing", _any_file, kept=frozenset({"wave.yaml", "codebook.yaml"})
    ),
]
