"""What the ledger is told of a delivery that was taken in: version, counts, reasons, and what it changed.

Belongs here: putting that together. Does not belong here: taking in (``door.py``), keeping answers (``ledger.py``).
"""

from __future__ import annotations

import shutil
import uuid
from datetime import UTC, datetime

from lbc_assets.intake.changes import compare
from lbc_assets.intake.delivery import Delivery
from lbc_assets.intake.inbox import MANIFEST
from lbc_assets.intake.ledger import Answer, Changes, FileCount, Ledger, ReasonCount
from lbc_assets.intake.pseudonym import key_of
from lbc_assets.settings import Home
from lbc_assets.warehouse.engine import connect


def changes_between(before: Delivery, after: Delivery, home: Home) -> Changes:
    """What a delivery changes in the one before it. What memory does not hold lies beside them, and is swept."""
    spill = after.folder.parent / f".tmp-{uuid.uuid4().hex}"
    try:
        with connect(spill, home.settings().engine) as connection:
            key = key_of(after.manifest.synthetic, home.root)
            return compare(connection, before.responses, after.responses, key, after.wave)
    finally:
        shutil.rmtree(spill, ignore_errors=True)


def answer_to(delivery: Delivery, ledger: Ledger, changes: Changes | None) -> Answer:
    """The ledger\'s entry: the next version, its files\' rows by fate, and why rows are not published."""

    def rows(path: str, *fates: str) -> int:
        return sum(c.rows for c in delivery.counts if c.source_file == path and (not fates or c.fate in fates))

    reasons: dict[str, int] = {}
    for count in delivery.counts:
        if count.reason_code:
            reasons[count.reason_code] = reasons.get(count.reason_code, 0) + count.rows
    return Answer(
        wave=delivery.wave,
        received=datetime.now(UTC),
        version=sum(not answer.is_rejected for answer in ledger.answers(delivery.wave)) + 1,
        delivery_sha256=delivery.delivery_sha256,
        files=tuple(
            FileCount(
                path=file.path,
                sha256=delivery.files[file.path],
                rows=rows(file.path),
                published=rows(file.path, "published"),
                quarantined=rows(file.path, "quarantined"),
                collapsed=rows(file.path, "collapsed"),
                without_consent=rows(file.path, "without_consent"),
                of_other_events=rows(file.path, "of_other_event"),
            )
            for file in delivery.manifest.files
        ),
        reasons=(
            *(ReasonCount(code=code, rows=number) for code, number in sorted(reasons.items())),
            *(ReasonCount(code=code, place=MANIFEST) for code in delivery.notes),
        ),
        corrections=delivery.corrections,
        changes=changes,
    )
