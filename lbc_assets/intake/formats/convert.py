"""The way in: a delivered file becomes strict CSV, or reasons; whatever it does to its reader, we live.

Belongs here: starting the reading process, waiting for it, ending it, judging its answer. Does not belong here:
parsing, of which nothing happens in our process.

Every file has a process of its own, in a session of its own, with no environment, files or terminal of ours. What
it prints is thrown away; what it answers is checked and holds no text but the codes and labels that SPSS and Stata
files carry. A reader that stops without an answer tells nothing; to see why, call ``child.read`` on the file.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

import lbc_assets
from lbc_assets.intake.formats.faults import Fault, Problem, reason_of
from lbc_assets.intake.formats.text import Bounds
from lbc_assets.intake.rejection import DeliveryRejected
from lbc_assets.settings import MEBIBYTE, Limits

Format = Literal["xlsx", "sav", "zsav", "dta", "parquet"]
ANSWER_BYTES = 16 * MEBIBYTE
# our package as it is here, from a checkout or a wheel, and nothing else of the folder where it lies
START = "import sys; sys.path.insert(0, sys.argv[1]); import lbc_assets; del sys.path[0]; "
ENTRY = "from lbc_assets.intake.formats import child; child.main()"
ENVIRONMENT = {"LANG": "C.UTF-8", "TZ": "UTC", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}

Number = Annotated[int, Field(ge=1, le=2**40)]


@dataclass(frozen=True)
class Converted:
    """What was written, and what an SPSS or Stata file says of its codes (column to codes; column to code to label)."""

    rows: int
    missing_codes: dict[str, tuple[str, ...]]
    value_labels: dict[str, dict[str, str]]


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class _Read(_Answer):
    rows: Annotated[int, Field(ge=0, le=2**40)]
    missing_codes: dict[str, list[str]]
    value_labels: dict[str, dict[str, str]]


class _Refused(_Answer):
    problem: str
    sheet: Number | None = None
    row: Number | None = None
    columns: Annotated[list[Number], Field(max_length=20)] = []


def convert(
    source: Path,
    target: Path,
    kind: Format,
    *,
    name: str,
    limits: Limits,
    sheet: str | None = None,
    encoding: str | None = None,
) -> Converted:
    """Write ``source`` as CSV: UTF-8, comma, header first, a line feed after each row and none within one.

    ``name`` is the file's name for people; ``sheet`` the declared sheet of a workbook; ``encoding`` that of an SPSS
    or Stata file, used where the file says none itself. Raises DeliveryRejected, and then leaves no target.
    """
    source, target = source.absolute(), target.absolute()
    target.unlink(missing_ok=True)
    try:
        read = _ask(_job(source, target, kind, limits, sheet, encoding), target.parent)
    except BaseException as error:
        target.unlink(missing_ok=True)
        if isinstance(error, Fault):
            raise DeliveryRejected([reason_of(error, name)]) from None
        raise
    missing = {column: tuple(codes) for column, codes in read.missing_codes.items()}
    return Converted(read.rows, missing, read.value_labels)


def _job(
    source: Path, target: Path, kind: Format, limits: Limits, sheet: str | None, encoding: str | None
) -> dict[str, Any]:
    bounds = Bounds(
        rows=limits.rows,
        columns=limits.columns,
        cell_characters=limits.cell_characters,
        unpacked_bytes=limits.unpacked_bytes,
        unpacked_ratio=limits.unpacked_ratio,
    )
    # text is larger than what it was packed in, but no more so than is allowed a workbook
    output = max(limits.unpacked_bytes, source.stat().st_size * limits.unpacked_ratio)
    return {
        "source": str(source),
        "target": str(target),
        "kind": kind,
        "sheet": sheet,
        "encoding": encoding,
        "bounds": asdict(bounds),
        "seconds": limits.parse_seconds,
        "memory": limits.parse_bytes,
        "output": min(output, limits.file_bytes),
    }


def _ask(job: dict[str, Any], folder: Path) -> _Read:
    """Raises Fault for every way in which a file can fail."""
    # without a name: what it holds is gone with the last process that has it open
    with tempfile.TemporaryFile(dir=folder) as answer:
        finished = _run(job, answer)
        answer.seek(0)
        content = answer.read(ANSWER_BYTES + 1)
    if not finished or len(content) > ANSWER_BYTES:
        raise Fault(Problem.STOPPED)
    try:
        data = json.loads(content)
        if isinstance(data, dict) and "problem" not in data:
            return _Read.model_validate(data)
        refused = _Refused.model_validate(data)
        raise Fault(Problem[refused.problem], refused.sheet, refused.row, tuple(refused.columns))
    except (ValidationError, ValueError, KeyError, RecursionError):
        raise Fault(Problem.STOPPED) from None


def _run(job: dict[str, Any], answer: IO[bytes]) -> bool:
    """Whether the process came to its own end in time. However it ends, its whole group has ended."""
    package = Path(lbc_assets.__file__).resolve().parent.parent
    process = subprocess.Popen(
        [sys.executable, "-I", "-B", "-X", "utf8", "-c", START + ENTRY, str(package)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/",
        env=ENVIRONMENT | {name: os.environ[name] for name in ("LD_LIBRARY_PATH",) if name in os.environ},
        pass_fds=(answer.fileno(),),
        start_new_session=True,
    )
    try:
        assert process.stdin is not None
        with contextlib.suppress(BrokenPipeError), process.stdin:
            process.stdin.write(json.dumps({**job, "answer": answer.fileno()}).encode())
        ended = _wait(process.pid, job["seconds"])
    finally:
        # before the process is waited for: until then nobody else can have its number
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    return ended and process.returncode == 0


def _wait(pid: int, seconds: float) -> bool:
    """Whether a process of ours ended in time; it is not reaped."""
    watched = os.pidfd_open(pid)
    try:
        poll = select.poll()  # select() knows no file descriptor past 1023
        poll.register(watched, select.POLLIN)
        return bool(poll.poll(seconds * 1000))
    finally:
        os.close(watched)
