"""Where everything lives: the home folder, in one typed place.

Belongs here: paths under ``LBC_HOME`` and settings that a deployment may change. Does not belong here:
what is read from or written to those paths (``intake/``, ``warehouse/``), and rules of the study.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from lbc_assets.operations.sink_settings import Alerts, Freshness

HOME_VARIABLE = "LBC_HOME"
# where the web server answers, and nowhere else: others come through a proxy on this machine
LOOPBACK = "127.0.0.1"
FOLDERS = ("inbox", "deliveries", "warehouse", "quarantine", "releases", "catalogue", "dagster", "alerts", "audit")


SETTINGS_FILE = "settings.yaml"
MEBIBYTE = 1 << 20


class SettingsNotValid(Exception):
    """``settings.yaml`` of the home cannot be used; the message names the key and what was expected."""


class _Settings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Limits(_Settings):
    """How large a delivered file may be before it is refused unread; bytes, rows, columns, characters, seconds.

    The defaults admit a census (CSV of 61 million children) and refuse what no questionnaire needs. ``unpacked_``
    limits are those of a zipped file (XLSX): its parts' sizes as unpacked, and how many times the packed size that
    is. ``parse_`` limits hold for the process of its own in which XLSX, SPSS, Stata and Parquet are read.
    """

    file_bytes: int = Field(default=64 * 1024 * MEBIBYTE, gt=0)
    document_bytes: int = Field(default=MEBIBYTE, gt=0)
    rows: int = Field(default=100_000_000, gt=0)
    columns: int = Field(default=2_000, gt=0)
    cell_characters: int = Field(default=32_767, gt=0)
    unpacked_bytes: int = Field(default=512 * MEBIBYTE, gt=0)
    unpacked_ratio: int = Field(default=200, gt=0)
    parse_seconds: int = Field(default=30, gt=0)
    parse_bytes: int = Field(default=1_500 * MEBIBYTE, gt=0)


class Intake(_Settings):
    """How the inbox is looked at, and when unreadable answers say more about a codebook than about children.

    A file is whole when its size and time are the same in two looks ``settle_seconds`` apart (or when a marker or
    the manifest says so). Shares lie between 0 and 1: of the answers that were given, how many may be unreadable.
    """

    settle_seconds: float = Field(default=2.0, ge=0)
    done_days: int = Field(default=30, ge=0)
    unreadable_share_of_column: float = Field(default=0.25, ge=0, le=1)
    unreadable_share_of_file: float = Field(default=0.10, ge=0, le=1)


class Engine(_Settings):
    """What one DuckDB database may use; what its memory does not hold it writes to the home, and removes again.

    A command that computes holds some 350 MiB of libraries beside it. More threads need more memory.
    """

    memory_bytes: int = Field(default=400 * MEBIBYTE, ge=64 * MEBIBYTE)
    threads: int = Field(default=2, gt=0)


# names of users go into headers and logs
USER_NAME = r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}"
UserName = Annotated[str, StringConstraints(pattern=f"^{USER_NAME}$")]
HostName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?(:[0-9]{1,5})?$")]


class Server(_Settings):
    """Who may ask the web server, and under which names it answers.

    Without ``proxy`` it answers on loopback only, to those who have the link that ``lbc ui`` prints. With it, a proxy
    on this machine (``deploy/``) says who is signed in; ``hosts`` are the names under which browsers reach the proxy,
    ``stewards`` those of its users who may do more than look.
    """

    proxy: bool = False
    hosts: tuple[HostName, ...] = ()
    stewards: tuple[UserName, ...] = ()

    @model_validator(mode="after")
    def _only_behind_a_proxy(self) -> Server:
        if self.proxy and not self.hosts:
            raise ValueError("behind a proxy, 'hosts' has to name what browsers ask for: hosts: [lbc.example.org]")
        if not self.proxy and (self.hosts or self.stewards):
            raise ValueError("'hosts' and 'stewards' say something only with 'proxy: true'")
        return self


class Settings(_Settings):
    """``settings.yaml`` in the home; every key has a default, and so has the file."""

    limits: Limits = Limits()
    intake: Intake = Intake()
    engine: Engine = Engine()
    alerts: Alerts = Alerts()
    freshness: Freshness = Freshness()
    server: Server = Server()


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
    def alerts(self) -> Path:
        """What was told to whom: a note an event."""
        return self.root / "alerts"

    @property
    def catalogue(self) -> Path:
        """The catalogue's site: versions, and ``current``, which names the one that is served."""
        return self.root / "catalogue"

    @property
    def audit(self) -> Path:
        """Who asked the web server to change what."""
        return self.root / "audit" / "audit.jsonl"

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

    def settings(self) -> Settings:
        """What ``settings.yaml`` says, or the defaults. Raises SettingsNotValid."""
        path = self.root / SETTINGS_FILE
        try:
            return Settings.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")) or {})
        except FileNotFoundError:
            return Settings()
        except (UnicodeDecodeError, yaml.YAMLError) as error:
            raise SettingsNotValid(f"{path}: is no YAML in UTF-8 ({type(error).__name__})") from None
        except ValidationError as error:
            problems = (f"{'.'.join(map(str, p['loc'])) or 'whole file'}: {p['msg']}" for p in error.errors())
            raise SettingsNotValid(f"{path}: {'; '.join(problems)}") from None


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
