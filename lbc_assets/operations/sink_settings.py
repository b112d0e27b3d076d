"""What ``settings.yaml`` may say of alerts and of due dates.

Belongs here: the sections ``alerts`` and ``freshness``, typed. Does not belong here: sending (``sinks.py``), when a
wave is overdue (``overdue.py``), secrets: a password, a token, a secret address is named by a file or a variable only.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Literal, get_args
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator, model_validator

from lbc_assets.warehouse.snapshots import WAVE_ID

Kind = Literal["held", "rejected", "failed", "overdue"]
KINDS: tuple[Kind, ...] = get_args(Kind)
Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
Variable = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]
MailAddress = Annotated[str, StringConstraints(pattern=r"^[!-;=?A-Z\[-~]+@[A-Za-z0-9.-]+$", max_length=254)]
WaveId = Annotated[str, StringConstraints(pattern=f"^{WAVE_ID.pattern}$")]
LOOPBACK = ("localhost", "127.0.0.1", "::1")


def check_address(address: str) -> str:
    """An http(s) address without a user's name in it; ValueError says what is wrong, and not the address."""
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname or not address.isprintable() or " " in address:
        raise ValueError("an address begins with https:// (or http://) and a host")
    if parts.username or parts.password:
        raise ValueError("no user and no password stand in an address")
    return address


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Sink(_Part):
    name: Name
    events: tuple[Kind, ...] = KINDS


class Smtp(_Sink):
    """Mail. ``security: none`` is for a relay that wants no password; ``ca_file`` names a certificate authority."""

    kind: Literal["smtp"]
    host: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9.:-]+$")]
    port: int = Field(default=587, gt=0, lt=65_536)
    security: Literal["starttls", "ssl", "none"] = "starttls"
    sender: MailAddress
    recipients: tuple[MailAddress, ...] = Field(min_length=1)
    username: str | None = None
    password_file: Path | None = None
    password_variable: Variable | None = None
    ca_file: Path | None = None

    @model_validator(mode="after")
    def _password(self) -> Smtp:
        named = [self.password_file, self.password_variable]
        if sum(name is not None for name in named) != (self.username is not None):
            raise ValueError("'username' wants 'password_file' or 'password_variable', one of them")
        if self.username and self.security == "none":
            raise ValueError("no password is sent without 'security: starttls' or 'ssl'")
        return self


class Webhook(_Sink):
    """A POST of JSON. The address is secret with many services: then a file or a variable holds it."""

    kind: Literal["webhook"]
    address: str | None = None
    address_file: Path | None = None
    address_variable: Variable | None = None
    token_file: Path | None = None
    token_variable: Variable | None = None
    ca_file: Path | None = None

    @field_validator("address")
    @classmethod
    def _is_address(cls, address: str | None) -> str | None:
        return address if address is None else check_address(address)

    @model_validator(mode="after")
    def _named_once(self) -> Webhook:
        if sum(name is not None for name in (self.address, self.address_file, self.address_variable)) != 1:
            raise ValueError("one of 'address', 'address_file' and 'address_variable'")
        if self.token_file is not None and self.token_variable is not None:
            raise ValueError("one of 'token_file' and 'token_variable', or neither")
        return self


class File(_Sink):
    """JSON lines at the end of a file; a relative path is one under the home."""

    kind: Literal["file"]
    path: Path = Path("alerts/alerts.jsonl")


Sink = Annotated[Smtp | Webhook | File, Field(discriminator="kind")]


class Alerts(_Part):
    """Who is told. Without sinks nothing is sent anywhere; ``ui_address``: where alerts link to.

    ``timeout_seconds``: how long a sink may keep one alert waiting before it counts as not reachable.
    """

    ui_address: str = "http://127.0.0.1:3000"
    timeout_seconds: float = Field(default=10, gt=0, le=20)
    sinks: tuple[Sink, ...] = ()

    @field_validator("ui_address")
    @classmethod
    def _is_address(cls, address: str) -> str:
        return check_address(address).rstrip("/")

    @model_validator(mode="after")
    def _names_differ(self) -> Alerts:
        names = [sink.name for sink in self.sinks]
        if len(set(names)) < len(names):
            raise ValueError("a name stands twice")
        return self


class Freshness(_Part):
    """When a wave is overdue: so many hours after a delivery was taken in, or after the day it was expected."""

    hours_to_publish: float = Field(default=24, gt=0)
    expected_waves: dict[WaveId, date] = Field(default_factory=dict)
