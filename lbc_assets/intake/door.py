"""The door: a folder of the inbox is taken in whole, or rejected with reasons.

Belongs here: staging, hashing, the immutable copy under ``deliveries/``. Does not belong here: reading
one file (``reading.py``), making raw tables of a delivery (``relations.py``).
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import uuid
from dataclasses import dataclass
from pathlib import Path

from lbc_assets.intake.documents import Codebook, File, Manifest, parse
from lbc_assets.intake.questionnaire import ID, questionnaire
from lbc_assets.intake.reading import read_rows, transcode
from lbc_assets.intake.rejection import ReasonCode, reject
from lbc_assets.warehouse.engine import connect, fingerprint, literal, parquet
from lbc_assets.warehouse.files import fsync, sha256_of, verify, write_bytes, write_json
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


def receive(folder: Path, deliveries: Path) -> Delivery:
    """Take a delivery in: read once, check, and keep its canonical text under ``deliveries/<wave>/<sha256>/``.

    The same bytes again give the delivery that is there. Raises DeliveryRejected, and keeps nothing.
    """
    known = latest_delivery(deliveries, folder.name) if WAVE_ID.fullmatch(folder.name) else None
    if known and known.delivery_sha256 == delivery_sha256_of(folder):
        return known
    manifest, codebook, manifest_text, codebook_text = _documents(folder)
    staging = deliveries / manifest.wave / f".tmp-{uuid.uuid4().hex}"
    staging.mkdir(mode=0o700, parents=True)
    try:
        hashes = {
            MANIFEST: hashlib.sha256(manifest_text).hexdigest(),
            manifest.codebook: hashlib.sha256(codebook_text).hexdigest(),
        }
        for number, file in enumerate(manifest.files):
            hashes[file.path] = _stage(folder, staging / f"text-{number}", file)
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
    with connect() as connection:
        rows = 0
        for number, file in enumerate(manifest.files):
            text = staging / f"text-{number}"
            rows += read_rows(connection, text, file, codebook, f"file_{number}")
            text.unlink()
        union = " UNION ALL ".join(f"SELECT * FROM file_{number}" for number in range(len(manifest.files)))
        connection.execute(f"COPY ({union}) TO {literal(path)} (FORMAT parquet, COMPRESSION zstd)")
        answers = fingerprint(connection, parquet([path]), [ID, *questionnaire()])
    path.chmod(0o400)
    fsync(path)
    return rows, answers


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
