"""The door: a folder of the inbox is taken in whole, or rejected with reasons.

Belongs here: staging, hashing, the immutable copy under ``deliveries/``. Does not belong here: reading
one file (``reading.py``), making raw tables of a delivery (``relations.py``).
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from lbc_assets.intake.documents import Codebook, File, Manifest, parse
from lbc_assets.intake.questionnaire import ID, questionnaire
from lbc_assets.intake.reading import ROWS_AT_ONCE, read_rows, transcode
from lbc_assets.intake.rejection import DeliveryRejected, Reason, ReasonCode, reject
from lbc_assets.warehouse.engine import connect, fingerprint, literal, parquet
from lbc_assets.warehouse.files import alone_in, fsync, sha256_of, verify, write_bytes, write_json
from lbc_assets.warehouse.snapshots import WAVE_ID

MANIFEST = "wave.yaml"


@dataclass(frozen=True)
class Delivery:
    """A delivery as taken in. ``delivery_sha256`` names its bytes, ``content_sha256`` what they say."""

    wave: str
    delivery_sha256: str
    content_sha256: str
    folder: Path
    rows: int
    files: dict[str, str]
    responses_sha256: str
    manifest: Manifest
    codebook: Codebook

    @property
    def responses(self) -> Path:
        """The verified canonical text, one row a questionnaire (with ids: it stays in ``deliveries/``)."""
        return verify(self.folder / "responses.parquet", self.responses_sha256)


def find_deliveries(inbox: Path) -> list[Path]:
    """Folders of the inbox that hold a manifest, by name; dotfiles, links and other names are left alone."""
    if not inbox.is_dir():
        return []
    return sorted(
        path
        for path in inbox.iterdir()
        if WAVE_ID.fullmatch(path.name) and path.is_dir() and not path.is_symlink() and (path / MANIFEST).is_file()
    )


def _plain(folder: Path, name: str) -> Path:
    path = folder / name
    if not path.exists() and not path.is_symlink():
        raise reject(ReasonCode.FOLDER_INCOMPLETE, f"{folder.name}/{name}", "Put it beside the manifest.")
    if path.is_symlink() or not path.is_file():
        raise reject(ReasonCode.NAME_NOT_ALLOWED, f"{folder.name}/{name}", "Deliver the file itself.")
    return path


def _documents(folder: Path) -> tuple[Manifest, Codebook, bytes, bytes]:
    manifest_text = _plain(folder, MANIFEST).read_bytes()
    manifest = parse(Manifest, manifest_text, MANIFEST)
    if manifest.wave != folder.name:
        raise reject(ReasonCode.WAVE_NOT_AS_FOLDER, f"{MANIFEST}, wave", f"The folder is named {folder.name!r}.")
    codebook_text = _plain(folder, manifest.codebook).read_bytes()
    return manifest, parse(Codebook, codebook_text, manifest.codebook), manifest_text, codebook_text


def _name_of(hashes: dict[str, str]) -> str:
    return hashlib.sha256("\n".join(f"{name}\t{sha}" for name, sha in sorted(hashes.items())).encode()).hexdigest()


def delivery_sha256_of(folder: Path) -> str:
    """Name a delivery in the inbox by its bytes, without parsing its rows. Raises DeliveryRejected."""
    manifest, *_ = _documents(folder)
    names = [MANIFEST, manifest.codebook, *(file.path for file in manifest.files)]
    return _name_of({name: sha256_of(_plain(folder, name)) for name in names})


def _content_of(manifest: Manifest, codebook: Codebook, answers: str) -> str:
    """What the delivery says, whatever its file names, row order, encoding, delimiter or title of the file."""
    said = manifest.model_dump_json(exclude={"files", "codebook"}) + codebook.model_dump_json() + answers
    return hashlib.sha256(said.encode()).hexdigest()


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


def _each_file(manifest: Manifest, step: Callable[[int, File], None]) -> None:
    """Do a step for every file, and give the reasons of all of them at once."""
    reasons: list[Reason] = []
    for number, file in enumerate(manifest.files):
        try:
            step(number, file)
        except DeliveryRejected as rejection:
            reasons += rejection.reasons
    if reasons:
        raise DeliveryRejected(reasons)


def receive(folder: Path, deliveries: Path) -> Delivery:
    """Take a delivery in: read once, check, and keep its canonical text under ``deliveries/<wave>/<sha256>/``.

    The same bytes again give the delivery that is there. Raises DeliveryRejected, and keeps nothing.
    """
    manifest, codebook, manifest_text, codebook_text = _documents(folder)
    with _alone_in(deliveries / manifest.wave):
        known = latest_delivery(deliveries, manifest.wave)
        if known and known.delivery_sha256 == delivery_sha256_of(folder):
            return known
        return _take_in(folder, deliveries, manifest, codebook, manifest_text, codebook_text)


def _take_in(
    folder: Path, deliveries: Path, manifest: Manifest, codebook: Codebook, manifest_text: bytes, codebook_text: bytes
) -> Delivery:
    staging = deliveries / manifest.wave / f".tmp-{uuid.uuid4().hex}"
    staging.mkdir(mode=0o700)
    try:
        hashes = {
            MANIFEST: hashlib.sha256(manifest_text).hexdigest(),
            manifest.codebook: hashlib.sha256(codebook_text).hexdigest(),
        }

        def stage(number: int, file: File) -> None:
            hashes[file.path] = _stage(folder, staging / f"text-{number}", file)

        _each_file(manifest, stage)
        delivery_sha256 = _name_of(hashes)
        target = deliveries / manifest.wave / delivery_sha256
        if not target.exists():
            rows, answers = _write_responses(staging, manifest, codebook)
            write_bytes(staging / "manifest.json", manifest.model_dump_json().encode(), mode=0o400)
            write_bytes(staging / "codebook.json", codebook.model_dump_json().encode(), mode=0o400)
            write_json(
                staging / "delivery.json",
                {
                    "content_sha256": _content_of(manifest, codebook, answers),
                    "files": hashes,
                    "responses_sha256": sha256_of(staging / "responses.parquet"),
                    "rows": rows,
                },
            )
            (staging / "delivery.json").chmod(0o400)
            fsync(staging)
            os.rename(staging, target)
        # written last: until then the wave's latest delivery is the one before
        write_bytes(deliveries / manifest.wave / "latest", delivery_sha256.encode())
        return load_delivery(target)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _stage(folder: Path, target: Path, file: File) -> str:
    sha256 = transcode(_plain(folder, file.path), target, file.encoding, file.path)
    if file.sha256 and file.sha256 != sha256:
        raise reject(ReasonCode.SHA256_NOT_AS_DECLARED, file.path, "Send the file again; it changed on the way.")
    return sha256


def _write_responses(staging: Path, manifest: Manifest, codebook: Codebook) -> tuple[int, str]:
    """Write all files' rows as one Parquet file; rows, and the fingerprint of ids and answers."""
    path = staging / "responses.parquet"
    rows: dict[Path, int] = {}
    # what is spilt are answers: they stay where the sweep finds them
    with connect(staging / "spill") as connection:
        # with more threads rows pile up that wait to be written in order: 242 MB for 600,000 rows, not 1.4 GB,
        # for about half as much time again as a table in memory takes
        connection.execute("SET threads = 1")

        def read(number: int, file: File) -> None:
            text, part = staging / f"text-{number}", staging / f"part-{number}"
            rows[part] = read_rows(connection, text, file, codebook, part)
            text.unlink()

        _each_file(manifest, read)
        connection.execute(
            f"COPY (SELECT * FROM {parquet(rows)}) TO {literal(path)} (FORMAT parquet, COMPRESSION zstd, "
            f"ROW_GROUP_SIZE {ROWS_AT_ONCE})"
        )
        answers = fingerprint(connection, parquet([path]), [ID, *questionnaire()])
    for part in rows:
        part.unlink()
    shutil.rmtree(staging / "spill", ignore_errors=True)
    path.chmod(0o400)
    fsync(path)
    return sum(rows.values()), answers


def load_delivery(folder: Path) -> Delivery:
    """A delivery that was taken in before."""
    facts = json.loads((folder / "delivery.json").read_bytes())
    manifest = Manifest.model_validate_json((folder / "manifest.json").read_bytes())
    return Delivery(
        wave=manifest.wave,
        delivery_sha256=folder.name,
        content_sha256=facts["content_sha256"],
        folder=folder,
        rows=facts["rows"],
        files=facts["files"],
        responses_sha256=facts["responses_sha256"],
        manifest=manifest,
        codebook=Codebook.model_validate_json((folder / "codebook.json").read_bytes()),
    )


def latest_delivery(deliveries: Path, wave: str) -> Delivery | None:
    """The wave's delivery that was taken in last, or None."""
    try:
        name = (deliveries / wave / "latest").read_text().strip()
    except FileNotFoundError:
        return None
    return load_delivery(deliveries / wave / name)
