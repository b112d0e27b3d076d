"""Many known waves without a refresh: the reference wave's documents under other names.

Belongs here: making them. Does not belong here: what a look at them costs (``test_cost_of_a_look.py``).
"""

from __future__ import annotations

import shutil
from pathlib import Path

WAVE = "baseline-2015"
DOCUMENTS = (
    "deliveries/{}/ledger.json",
    "deliveries/{}/*/delivery.json",
    "deliveries/{}/*/manifest.json",
    "deliveries/{}/*/codebook.json",
    "warehouse/waves/{}/draft.json",
    "warehouse/waves/{}/current",
    "warehouse/waves/{}/snapshots/*.json",
)


def known_under(root: Path, source: Path, names: list[str]) -> None:
    """Copy the documents of the published reference wave, and none of its rows."""
    for name in names:
        for pattern in DOCUMENTS:
            for path in source.glob(pattern.format(WAVE)):
                target = root / str(path.relative_to(source)).replace(WAVE, name)
                target.parent.mkdir(parents=True, exist_ok=True)
                if path.suffix == ".json":
                    target.write_text(path.read_text("utf-8").replace(WAVE, name), "utf-8")
                else:
                    shutil.copyfile(path, target)
