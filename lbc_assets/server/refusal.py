"""A request that is refused: its status, and what is wrong and what to do in words that quote nothing of it.

Belongs here: the refusal itself, raised wherever a rule is broken. Does not belong here: rules, and how a refusal looks
as an answer (``answers.py``).
"""

from __future__ import annotations


class Refused(Exception):
    """Nothing was done; the message says why, and what to do."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
