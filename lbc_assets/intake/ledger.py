"""The ledger: what was answered to every delivery, in the order in which they came.

Belongs here: the answers, kept for ever, and which delivery of a wave is the latest. Does not belong here: finding an
answer (``door.py``), what became of the delivery behind the door (``states.py``). Counts, places, hashes and neutral
codes only; children by pseudonym.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from lbc_assets.warehouse.files import changed, write_bytes
from lbc_assets.warehouse.snapshots import WAVE_ID

# Deliveries whose folder could be no wave's.
NAMELESS = "_"


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class FileCount(_Entry):
    """One file: its hash as delivered, and what became of its rows (``withheld``: without consent)."""

    path: str
    sha256: str
    rows: int
    published: int
    quarantined: int
    collapsed: int
    without_consent: int
    of_other_events: int


class ReasonCount(_Entry):
    """Why rows were held back or dropped, or a delivery was rejected: code, rows (None: the whole), place, remedy."""

    code: str
    rows: int | None = None
    place: str = ""
    remedy: str = ""


class Changed(_Entry):
    """Children of one kind of change between two versions of a wave: how many, and the first of them."""

    children: int
    pseudonyms: tuple[str, ...]


class Changes(_Entry):
    """What a version changed in the one before it; ``fields``: children whose answer differs, by variable."""

    added: Changed
    removed: Changed
    changed: Changed
    fields: dict[str, int]


class Answer(_Entry):
    """What was answered to one delivery; a rejected one has no version.

    ``ended`` is its state when another delivery took its place (``states.py``): until then the state is not stored.
    """

    wave: str
    received: datetime
    version: int | None = None
    delivery_sha256: str | None = None
    files: tuple[FileCount, ...] = ()
    reasons: tuple[ReasonCount, ...] = ()
    corrections: int = 0
    changes: Changes | None = None
    ended: str | None = None

    @property
    def is_rejected(self) -> bool:
        """Whether nothing of the delivery was taken in."""
        return self.version is None


class _Ledger(_Entry):
    answers: tuple[Answer, ...] = Field(default=())


class Ledger:
    """The ledgers of all waves: ``deliveries/<wave>/ledger.json``. Writing is for who is alone in that folder."""

    def __init__(self, deliveries: Path) -> None:
        self._folder = deliveries

    def waves(self) -> list[str]:
        """Waves that have an answer, in order of their names (``_``: names that no wave can have)."""
        return sorted(path.parent.name for path in self._folder.glob("*/ledger.json"))

    def changed(self, wave: str) -> int:
        """When the wave's ledger was written last (nanoseconds of its file's time; 0: never)."""
        return changed(self._folder / wave / "ledger.json")

    def answers(self, wave: str) -> tuple[Answer, ...]:
        """Every answer to deliveries of this wave, the oldest first."""
        try:
            content = (self._folder / wave / "ledger.json").read_bytes()
        except FileNotFoundError:
            return ()
        return _Ledger.model_validate_json(content).answers

    def answers_to(self, folder: str) -> tuple[Answer, ...]:
        """Every answer to deliveries that came in a folder of this name, or in others that no wave can have."""
        return self.answers(folder if WAVE_ID.fullmatch(folder) else NAMELESS)

    def latest(self, wave: str) -> Answer | None:
        """The answer to the delivery of the wave that was taken in last."""
        return next((answer for answer in reversed(self.answers(wave)) if not answer.is_rejected), None)

    def add(self, answer: Answer, ended: str | None = None) -> None:
        """Write an answer behind the others; ``ended``: the state in which it finds the delivery before it."""
        answers = list(self.answers_to(answer.wave))
        if answer.is_rejected and answers and answers[-1].reasons == answer.reasons and answers[-1].is_rejected:
            return  # the same again says nothing new
        if not answer.is_rejected:
            for place, earlier in enumerate(answers):
                if not earlier.is_rejected and earlier.ended is None:
                    answers[place] = earlier.model_copy(update={"ended": ended})
        content = _Ledger(answers=(*answers, answer)).model_dump_json(indent=1)
        key = answer.wave if WAVE_ID.fullmatch(answer.wave) else NAMELESS
        write_bytes(self._folder / key / "ledger.json", content.encode())
