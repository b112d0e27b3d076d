"""The inbox: what lies there, what of it is whole, what is no delivery and why, and what is given back.

Belongs here: names, kinds, sizes and times of files; nothing here opens one. Does not belong here: what is in them
(``door.py``), who waits for a second look (``launching.py``).

A delivery is whole when a marker says so (``wave.ok``, or ``<file>.ok`` beside each file), or when its files' sizes
and times are the same in two looks some seconds apart. One whose manifest declares rows and sha256 of every file is
tried at once: ``door.py`` finds out whether it is.
"""

from __future__ import annotations

import json
import re
import shutil
import stat
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lbc_assets import __version__
from lbc_assets.reporting.inert import visible
from lbc_assets.settings import Home
from lbc_assets.warehouse.files import write_json

MANIFEST = "wave.yaml"
DONE = "done"
WAVE_MARKER = "wave.ok"
_TEMPORARY = re.compile(r"(~\$.*|.*~|.*\.(tmp|part|partial|crdownload|download|swp|lock|filepart))", re.IGNORECASE)
_KINDS = (
    (stat.S_ISLNK, "a link: deliver the file itself"),
    (stat.S_ISFIFO, "a pipe, not a file"),
    (stat.S_ISSOCK, "a socket, not a file"),
    (stat.S_ISCHR, "a device, not a file"),
    (stat.S_ISBLK, "a device, not a file"),
)


@dataclass(frozen=True)
class Left:
    """Something in the inbox that is left alone: where, and why (or what it waits for)."""

    place: str
    why: str


@dataclass
class Look:
    """One look into the inbox. ``ready``: folders to take in; ``settled``: those that two looks found unchanged."""

    ready: list[Path] = field(default_factory=list)
    settled: set[str] = field(default_factory=set)
    waiting: list[Left] = field(default_factory=list)
    ignored: list[Left] = field(default_factory=list)
    answered: set[str] = field(default_factory=set)


def shown_name(name: str) -> str:
    """A file's name, safe to show, and not longer than a line."""
    text = visible(name)
    return text if len(text) <= 100 else f"{text[:100]} ..."


def _why_ignored(path: Path) -> str | None:
    if path.name.startswith("."):
        return "a hidden name: rename it"
    if _TEMPORARY.fullmatch(path.name):
        return "a temporary name: rename it once it is whole"
    mode = path.lstat().st_mode
    return next((why for is_kind, why in _KINDS if is_kind(mode)), None)


def _entries(folder: Path, ignored: list[Left]) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        try:
            why = _why_ignored(path)
        except FileNotFoundError:
            continue  # taken away while we looked
        if why is None:
            yield path
        else:
            place = path.name if folder.name == "inbox" else f"{folder.name}/{path.name}"
            ignored.append(Left(shown_name(place), why))


def _key(name: str) -> str:
    # names come in any bytes (a zip from a Chinese Windows): as they are they could not be written down
    return name.encode("utf-8", "backslashreplace").decode()


def _state(files: list[Path]) -> dict[str, list[int]]:
    states = {}
    for path in files:
        seen = path.lstat()
        states[_key(path.name)] = [seen.st_size, seen.st_mtime_ns, seen.st_ino]
    return states


def is_marker(name: str) -> bool:
    """Whether the name is a marker's: it says that a file is whole and is none of the delivery's files."""
    return name.endswith(".ok")


def _marked(names: set[str]) -> bool:
    # a marker for the wave, or one for every file that has no other reason to be here
    files = {name for name in names if not is_marker(name) and not name.endswith((".yaml", ".yml"))}
    return WAVE_MARKER in names or (bool(files) and all(f"{name}.ok" in names for name in files))


class Inbox:
    """The inbox of a home, with the memory of what earlier looks saw (``deliveries/looks.json``)."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self._memory_path = home.deliveries / "looks.json"

    def _memory(self) -> dict[str, Any]:
        try:
            memory: dict[str, Any] = json.loads(self._memory_path.read_bytes())
        except (FileNotFoundError, ValueError):
            return {}  # forgetting costs a look, no more
        return memory

    def _rules(self) -> str:
        return f"{__version__} {self.home.settings().model_dump_json()}"

    def look(self, waves: tuple[str, ...] = ()) -> Look:
        """See what lies in the inbox (or in these waves' folders), and remember it for the next look."""
        seen, settings, now = Look(), self.home.settings().intake, time.time()
        if not self.home.inbox.is_dir():
            return seen
        before, after, rules = self._memory(), {}, self._rules()
        for path in _entries(self.home.inbox, seen.ignored):
            name = path.name
            key = _key(name)
            if name == DONE and path.is_dir():
                if (path / MANIFEST).exists():
                    seen.ignored.append(Left(DONE, "no wave can have this name: what was taken in lies there"))
                continue
            if waves and name not in waves:
                if key in before:
                    after[key] = before[key]
                continue
            if not path.is_dir():
                remedy = "put it into the folder of its wave, or use 'lbc deliver'"
                seen.ignored.append(Left(shown_name(name), f"a file beside the waves' folders: {remedy}"))
                continue
            # what was answered under other limits may have another answer under these
            known = before.get(key) if before.get(key, {}).get("rules") == rules else None
            try:
                note = self._look_at(path, known, now, settings.settle_seconds, seen)
            except OSError as error:
                seen.ignored.append(Left(shown_name(name), f"cannot be read ({error.strerror}): see who owns it"))
                continue
            if note:
                after[key] = {**note, "rules": rules}
        if after != before:
            write_json(self._memory_path, after)
        return seen

    def _look_at(
        self, folder: Path, known: dict[str, Any] | None, now: float, settle: float, seen: Look
    ) -> dict[str, Any] | None:
        files = [path for path in _entries(folder, seen.ignored) if path.is_file()]
        names = {path.name for path in files}
        place = shown_name(folder.name)
        if MANIFEST not in names:
            if names:
                seen.waiting.append(Left(place, f"there is no {MANIFEST} yet"))
            return None
        try:
            state = _state(files)
        except FileNotFoundError:
            return known
        if known is None or known["files"] != state:
            known = {"files": state, "since": now, "answered": False}
        if known["answered"]:
            seen.answered.add(folder.name)
            return known
        if now - known["since"] >= settle or _marked(names):
            seen.settled.add(folder.name)
        seen.ready.append(folder)
        return known

    def answered(self, folder: Path) -> None:
        """Remember that this folder, as it was seen, has its answer: it is not read again until it changes."""
        memory, key = self._memory(), _key(folder.name)
        if key in memory:
            memory[key]["answered"] = True
            write_json(self._memory_path, memory)

    def give_back(self, folder: Path, delivery_sha256: str, names: tuple[str, ...], *, keep_manifest: bool) -> None:
        """Put a delivery that was taken in where its custodian finds it: ``inbox/done/<wave>/<sha256>/``.

        ``keep_manifest``: the folder and its documents stay for the next lone file; ``names`` go. What has changed
        since the look stays where it is: it is another delivery, and the next look's affair.
        """
        if not folder.is_dir():  # another process was first
            return
        files = [path for path in _entries(folder, []) if path.is_file()]
        if self._memory().get(_key(folder.name), {}).get("files") != _state(files):
            return
        target = self.home.inbox / DONE / folder.name / delivery_sha256[:16]
        if target.exists():
            shutil.rmtree(target)
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if keep_manifest:
            target.mkdir(mode=0o700)
            for name in names:
                for path in (folder / name, folder / f"{name}.ok"):
                    if path.exists():
                        path.rename(target / path.name)
        else:
            folder.rename(target)
        target.touch()

    def sweep(self) -> int:
        """Remove what was given back more days ago than the settings say; how many deliveries."""
        oldest = time.time() - self.home.settings().intake.done_days * 86_400
        removed = 0
        for folder in (self.home.inbox / DONE).glob("*/*"):
            if folder.is_dir() and not folder.is_symlink() and folder.stat().st_mtime < oldest:
                shutil.rmtree(folder)
                removed += 1
        return removed
