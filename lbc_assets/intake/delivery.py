"""A delivery as taken in: its folder under ``deliveries/<wave>/<sha256>/``, immutable.

Belongs here: what is kept, and reading it again. Does not belong here: making it (``door.py``), raw tables of it
(``relations.py``).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lbc_assets.intake.codebook import Codebook
from lbc_assets.intake.fates import RowCount
from lbc_assets.intake.ledger import Ledger
from lbc_assets.intake.manifest import Manifest
from lbc_assets.intake.questionnaire import ID, LINKING_KEY, questionnaire
from lbc_assets.warehouse.engine import parquet, quote
from lbc_assets.warehouse.files import verify, write_bytes, write_json

RESPONSES, HELD, CORRECTED = "responses.parquet", "held.parquet", "corrections.parquet"


@dataclass(frozen=True)
class Delivery:
    """A delivery as taken in. ``delivery_sha256`` names its bytes, ``content_sha256`` what they say.

    ``files``: sha256 of every document and file as delivered; ``rows``: published rows; ``labels``: what the files
    themselves call the codes of a variable (SDQ items left out); ``notes``: what else the door did, by code.
    """

    wave: str
    delivery_sha256: str
    content_sha256: str
    folder: Path
    rows: int
    files: dict[str, str]
    kept: dict[str, str]
    counts: tuple[RowCount, ...]
    labels: dict[str, dict[str, str]]
    corrections: int
    notes: tuple[str, ...]
    manifest: Manifest
    codebook: Codebook

    def path(self, name: str) -> Path:
        """One of the kept Parquet files, verified: published rows, held rows, corrections that were applied."""
        return verify(self.folder / name, self.kept[name])

    @property
    def responses(self) -> Path:
        """The verified canonical text, one row a questionnaire (with ids: it stays in ``deliveries/``)."""
        return self.path(RESPONSES)


def responses_sql(path: Path) -> str:
    """SQL, in brackets: the rows of a delivery with every variable of today's questionnaire.

    A delivery that was taken in before a variable was known does not carry it: NULL, as of a file without the column.
    """
    names = ", ".join(f"NULL::varchar AS {quote(name)}" for name in (ID, LINKING_KEY, *questionnaire()))
    return f"(SELECT * FROM {parquet([path])} UNION ALL BY NAME SELECT {names} WHERE false)"


def write_facts(folder: Path, manifest: Manifest, codebook: Codebook, facts: dict[str, Any]) -> None:
    """Put the delivery's documents and facts beside its rows, readable only and by their owner only."""
    write_bytes(folder / "manifest.json", manifest.model_dump_json().encode(), mode=0o400)
    write_bytes(folder / "codebook.json", codebook.model_dump_json().encode(), mode=0o400)
    write_json(folder / "delivery.json", facts)
    (folder / "delivery.json").chmod(0o400)


def load_delivery(folder: Path) -> Delivery:
    """A delivery that was taken in before."""
    facts = json.loads((folder / "delivery.json").read_bytes())
    manifest = Manifest.model_validate_json((folder / "manifest.json").read_bytes())
    counts = tuple(RowCount.model_validate(count) for count in facts["counts"])
    return Delivery(
        wave=manifest.wave,
        delivery_sha256=folder.name,
        content_sha256=facts["content_sha256"],
        folder=folder,
        rows=sum(count.rows for count in counts if count.fate == "published"),
        files=facts["files"],
        kept=facts["kept"],
        counts=counts,
        labels=facts["labels"],
        corrections=facts["corrections"],
        notes=tuple(facts.get("notes", ())),
        manifest=manifest,
        codebook=Codebook.model_validate_json((folder / "codebook.json").read_bytes()),
    )


def latest_delivery(deliveries: Path, wave: str) -> Delivery | None:
    """The wave's delivery that was taken in last, or None."""
    answer = Ledger(deliveries).latest(wave)
    return load_delivery(deliveries / wave / answer.delivery_sha256) if answer and answer.delivery_sha256 else None
