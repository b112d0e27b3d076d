"""The door: a folder of the inbox is taken in whole, or rejected with reasons; either way the ledger says so.

Belongs here: staging, hashing, the immutable copy under ``deliveries/``. Does not belong here: what lies in the inbox
(``inbox.py``), reading one file (``reading.py``, ``formats/``), what becomes of its rows (``fates.py``).

Bytes are copied once, out of the inbox into a folder that nobody else writes, and hashed on the way; all that follows
reads the copy.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import stat
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from pydantic import ValidationError

from lbc_assets.intake.answering import answer_to, changes_between
from lbc_assets.intake.codebook import Codebook, without_key
from lbc_assets.intake.corrections import read_corrections
from lbc_assets.intake.delivery import Delivery, latest_delivery, load_delivery
from lbc_assets.intake.documents import parse
from lbc_assets.intake.inbox import MANIFEST, is_marker, shown_name
from lbc_assets.intake.keeping import Staged, keep
from lbc_assets.intake.ledger import NAMELESS, Answer, Ledger, ReasonCount
from lbc_assets.intake.manifest import File, Manifest
from lbc_assets.intake.questionnaire import LINKING_KEY
from lbc_assets.intake.reading import copy_bytes, transcode
from lbc_assets.intake.rejection import DeliveryRejected, Reason, ReasonCode, StillGrowing, reject
from lbc_assets.settings import Home, Limits
from lbc_assets.warehouse.files import alone_in, fsync
from lbc_assets.warehouse.snapshots import WAVE_ID


class NothingDelivered(Exception):
    """The folder holds a manifest for lone files and no file beside it, or is not there any more."""


@dataclass(frozen=True)
class Received:
    """What came of a folder: the delivery, whether it is new, and which names of the folder made it."""

    delivery: Delivery
    is_new: bool
    names: tuple[str, ...]
    keep_manifest: bool


@contextlib.contextmanager
def _open(folder: Path, name: str) -> Iterator[BinaryIO]:
    """A plain file of the folder; a link is not followed, a pipe not waited for. Raises DeliveryRejected."""
    try:
        descriptor = os.open(folder / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        raise reject(ReasonCode.FOLDER_INCOMPLETE, f"{folder.name}/{name}", "Put it beside the manifest.") from None
    except OSError:
        raise reject(ReasonCode.NAME_NOT_ALLOWED, f"{folder.name}/{name}", "Deliver the file itself.") from None
    before = os.fstat(descriptor)
    if not stat.S_ISREG(before.st_mode):
        os.close(descriptor)
        raise reject(ReasonCode.NAME_NOT_ALLOWED, f"{folder.name}/{name}", "Deliver the file itself.")
    with os.fdopen(descriptor, "rb") as stream:
        yield stream
        after = os.fstat(descriptor)
        if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
            raise StillGrowing(shown_name(name))


def _document(folder: Path, name: str, limits: Limits) -> bytes:
    with _open(folder, name) as stream:
        content = stream.read(limits.document_bytes + 1)
    if len(content) > limits.document_bytes:
        place = f"{name}: more than {limits.document_bytes:,} bytes"
        raise reject(ReasonCode.TOO_LARGE, place, "No manifest, codebook or list of corrections is that long.")
    return content


def _lone_files(folder: Path, manifest: Manifest) -> list[str]:
    documents = {MANIFEST, manifest.codebook, *([manifest.corrections.path] if manifest.corrections else [])}
    names = [path.name for path in sorted(folder.iterdir()) if path.is_file() and not path.is_symlink()]
    return [name for name in names if name not in documents and not name.startswith(".") and not is_marker(name)]


def _manifest(folder: Path, limits: Limits, contents: dict[str, bytes]) -> tuple[Manifest, bool]:
    """The manifest, and whether it stays for the next lone file. Raises DeliveryRejected or NothingDelivered."""
    contents[MANIFEST] = _document(folder, MANIFEST, limits)
    manifest = parse(Manifest, contents[MANIFEST], MANIFEST)
    if manifest.wave != folder.name:
        raise reject(ReasonCode.WAVE_NOT_AS_FOLDER, f"{MANIFEST}, wave", f"The folder is named {folder.name!r}.")
    if manifest.any_file is None:
        return manifest, False
    names = _lone_files(folder, manifest)
    if not names:
        raise NothingDelivered
    try:
        return manifest.of_files(names), True
    except ValidationError:
        place = f"{folder.name}: {', '.join(map(shown_name, names))}"
        raise reject(ReasonCode.NAME_NOT_ALLOWED, place, "Give the file a plain name.") from None


def each_file(manifest: Manifest, step: Callable[[int, File], None]) -> None:
    """Do a step for every file, and give the reasons of all of them at once."""
    reasons: list[Reason] = []
    for number, file in enumerate(manifest.files):
        try:
            step(number, file)
        except DeliveryRejected as rejection:
            reasons += rejection.reasons
    if reasons:
        raise DeliveryRejected(reasons)


def _stage(folder: Path, staging: Path, limits: Limits, *, is_settled: bool) -> tuple[Staged, bool]:
    """Copy and hash everything that the folder delivers. Raises DeliveryRejected, StillGrowing, NothingDelivered."""
    contents: dict[str, bytes] = {}
    manifest, keep_manifest = _manifest(folder, limits, contents)
    if not is_settled and not all(file.sha256 and file.rows is not None for file in manifest.files):
        raise StillGrowing(shown_name(folder.name))
    contents[manifest.codebook] = _document(folder, manifest.codebook, limits)
    codebook = parse(Codebook, contents[manifest.codebook], manifest.codebook)
    notes: tuple[str, ...] = ()
    is_mapped = LINKING_KEY in codebook.variables
    if manifest.linking and not is_mapped:
        remedy = "The manifest approves of linking: map 'linking_key', or take 'linking' out."
        raise reject(ReasonCode.DOCUMENT_NOT_VALID, f"{manifest.codebook}, variables.{LINKING_KEY}", remedy)
    if is_mapped and not manifest.linking:
        codebook, notes = without_key(codebook), ("linking_not_approved",)
    corrections = []
    if manifest.corrections:
        name = manifest.corrections.path
        contents[name] = _document(folder, name, limits)
        corrections = read_corrections(contents[name], manifest.corrections)
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}

    def copy(number: int, file: File) -> None:
        target = staging / f"delivered-{number}"
        with _open(folder, file.path) as stream:
            if file.is_text:
                hashes[file.path] = transcode(stream, target, file.encoding, file.path, limits)
            else:
                hashes[file.path] = copy_bytes(stream, target, file.path, limits)
        if file.sha256 and file.sha256 != hashes[file.path]:
            raise reject(ReasonCode.SHA256_NOT_AS_DECLARED, file.path, "Send the file again; it changed on the way.")

    each_file(manifest, copy)
    return Staged(staging, manifest, codebook, hashes, corrections, notes=notes), keep_manifest


@contextlib.contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Be the only one who writes in a wave's folder; what a killed process left half-made is removed."""
    with alone_in(folder):
        for orphan in folder.glob(".tmp-*"):  # staged text still holds the identifiers: it must not stay
            if orphan.is_dir() and not orphan.is_symlink():
                shutil.rmtree(orphan)
            else:
                orphan.unlink()
        yield


def receive(folder: Path, home: Home, *, is_settled: bool = True, ended: str | None = None) -> Received:
    """Take a delivery in: read once, check, keep what may be kept under ``deliveries/<wave>/<sha256>/``, and answer.

    The same bytes again give the delivery that is there, and no other answer. ``is_settled``: nothing in the folder
    has changed for a while; if not, what is not as declared may still be on its way, and only a delivery that
    declares rows and sha256 of every file is taken. ``ended``: the state in
    which the wave's latest delivery is left. Raises DeliveryRejected (answered, nothing kept), StillGrowing and
    NothingDelivered (not answered).
    """
    wave, ledger = folder.name, Ledger(home.deliveries)
    is_wave = WAVE_ID.fullmatch(wave) is not None
    with _alone_in(home.deliveries / (wave if is_wave else NAMELESS)):
        try:
            if not is_wave:
                remedy = "Lower-case letters, digits, '-' and '_', at most 40, beginning with a letter or digit."
                raise reject(ReasonCode.WAVE_NAME_NOT_ALLOWED, shown_name(wave), remedy)
            return _receive(folder, home, ledger, is_settled=is_settled, ended=ended)
        except DeliveryRejected as rejection:
            if not folder.is_dir():  # another process took it in, and gave it back, while we waited or read
                raise NothingDelivered from None
            if not is_settled:
                raise StillGrowing(shown_name(wave)) from None
            reasons = tuple(
                ReasonCount(code=reason.code.name.lower(), place=reason.place, remedy=reason.remedy)
                for reason in rejection.reasons
            )
            ledger.add(Answer(wave=shown_name(wave), received=datetime.now(UTC), reasons=reasons))
            raise


def _receive(folder: Path, home: Home, ledger: Ledger, *, is_settled: bool, ended: str | None) -> Received:
    wave, known = folder.name, latest_delivery(home.deliveries, folder.name)
    settings = home.settings()
    staging = home.deliveries / wave / f".tmp-{uuid.uuid4().hex}"
    staging.mkdir(mode=0o700)
    try:
        staged, keep_manifest = _stage(folder, staging, settings.limits, is_settled=is_settled)
        names = tuple(staged.hashes) if not keep_manifest else tuple(file.path for file in staged.manifest.files)
        if known and known.delivery_sha256 == staged.delivery_sha256:
            return Received(known, False, names, keep_manifest)
        target = home.deliveries / wave / staged.delivery_sha256
        if not target.exists():
            keep(staged, settings)
            fsync(staging)
            os.rename(staging, target)
        delivery = load_delivery(target)
        changes = changes_between(known, delivery, home) if known else None
        # written last: until then the wave's latest delivery is the one before
        ledger.add(answer_to(delivery, ledger, changes), ended)
        return Received(delivery, True, names, keep_manifest)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
