"""Faults of the engine, told from failures of the data, and told without quoting a value.

Belongs here: the exception and what of an error may be said. Does not belong here: verdicts (``gate.py``).
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Sequence

import duckdb

# DuckDB's errors that speak of names and grammar only; any other may quote a value.
_HARMLESS = ("BinderException", "CatalogException", "ParserException")
_DUCKDB_ERROR = re.compile(r"_duckdb\.(\w+)\) ([^\n]*)")


class GateFault(Exception):
    """The engine could not judge: a fault of the platform, never a verdict on the data. Quotes no values."""


def raise_faults(where: str, messages: Sequence[str]) -> None:
    """Raise GateFault if the engine left messages."""
    if messages:
        raise GateFault(f"{where}: {_without_values(messages) or 'the engine failed'}")


@contextlib.contextmanager
def faults_as_such(where: str) -> Iterator[None]:
    """Turn whatever goes wrong into a GateFault that names the error and no value."""
    try:
        yield
    except GateFault:
        raise
    except Exception as error:
        # 'from None': the original may quote a value
        raise GateFault(f"{where}: {told_of(error)}") from None


def told_of(error: Exception) -> str:
    """What may be said of an error: its name, and its words only where they cannot quote a value."""
    name = type(error).__name__
    message = f"(_duckdb.{name}) {error}" if isinstance(error, duckdb.Error) else str(error)
    return _without_values([message]) or name


def _without_values(messages: Sequence[str]) -> str:
    for message in messages:
        found = _DUCKDB_ERROR.search(message)
        if found:
            name, text = found.groups()
            return f"{name}: {text}" if name in _HARMLESS else name
    return ""
