"""Where everything lives: the home folder, in one typed place.

Belongs here: paths under ``LBC_HOME`` and settings that a deployment may change. Does not belong here:
what is read from or written to those paths (``intake/``, ``warehouse/``), and rules of the study.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

HOME_VARIABLE = "LBC_HOME"
FOLDERS = ("inbox", "deliveries", "warehouse", "quarantine", "releases", "dagster")


class HomeNotUsable(Exception):
    """The home folder cannot be made or written; the message names it and says what to do."""


@dataclass(frozen=True)
class Home:
    """The folder under which all state lives (mode 0700: it holds children's answers)."""

    root: Path

    @property
    def inbox(self) -> Path:
        """Deliveries as they arrive: one folder a wave, with ``wave.yaml``."""
        return self.root / "inbox"

    @property
    def deliveries(self) -> Path:
        """Deliveries as taken in: immutable, named by their sha256."""
        return self.root / "deliveries"

    @property
    def warehouse(self) -> Path:
        """Table files, drafts and snapshots."""
        return self.root / "warehouse"

    @property
    def quarantine(self) -> Path:
        """What a gate held back, and answers that no code allows."""
        return self.root / "quarantine"

    @property
    def releases(self) -> Path:
        """Published reports."""
        return self.root / "releases"

    @property
    def dagster(self) -> Path:
        """``DAGSTER_HOME``: runs, events, schedules."""
        return self.root / "dagster"

    def make(self) -> Home:
        """Make the home and its folders, readable by their owner only, as is all that this process writes.

        The mask is the process's: DuckDB and Dagster make files of their own, which no mode of ours reaches.
        """
        os.umask(0o077)
        for folder in (self.root, *(self.root / name for name in FOLDERS)):
            try:
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                folder.chmod(0o700)
            except OSError as error:
                raise HomeNotUsable(
                    f"{folder}: cannot be made or protected ({error.strerror}). "
                    f"Set {HOME_VARIABLE} to a folder that you own."
                ) from error
        return self


def find_home() -> Home:
    """The home: ``LBC_HOME``, else ``var/`` of the checkout, else the user's data folder (installed wheel)."""
    configured = os.environ.get(HOME_VARIABLE)
    if configured:
        return Home(Path(configured).expanduser().absolute())
    checkout = Path(__file__).resolve().parent.parent
    if (checkout / "workspace.yaml").is_file() and (checkout / "dbt_like_sql").is_dir():
        return Home(checkout / "var")
    from platformdirs import user_data_path

    return Home(user_data_path("lbc_assets", appauthor=False))
