"""Secrets of sinks: read from a file of mode 0600 or from a variable when they are used, and never kept or shown.

Belongs here: reading one. Does not belong here: using it (``sinks.py``), naming it (``sink_settings.py``).
"""

from __future__ import annotations

import os
import stat
from pathlib import Path


class SecretNotUsable(Exception):
    """A secret cannot be had; the message names the file or variable and says what to do."""


def read_secret(file: Path | None, variable: str | None) -> str | None:
    """The secret, without the line's end; None where neither file nor variable is named."""
    if variable is not None:
        if not os.environ.get(variable):
            raise SecretNotUsable(f"the variable {variable} is not set where the daemon runs")
        return os.environ[variable]
    if file is None:
        return None
    try:
        descriptor = os.open(file.expanduser(), os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        raise SecretNotUsable(f"{file}: cannot be read ({error.strerror})") from None
    with os.fdopen(descriptor, "rb") as stream:
        status = os.fstat(stream.fileno())
        if not stat.S_ISREG(status.st_mode) or status.st_mode & 0o077 or status.st_uid != os.geteuid():
            raise SecretNotUsable(f"{file}: a secret's file is yours and nobody else's: chmod 600")
        text = stream.read(65_536).decode("utf-8", "replace").strip()
    if not text or not text.isprintable():
        raise SecretNotUsable(f"{file}: one line with the secret is expected")
    return text
