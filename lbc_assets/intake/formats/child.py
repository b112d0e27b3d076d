"""The process in which a delivered file is read: it sets its own limits, reads, answers in one JSON document.

Belongs here: what must hold before a byte is parsed. Does not belong here: parsing; and nothing is imported here
that is not needed before the limits stand.

The job comes on standard input; the answer goes to the file descriptor that the job names, and nowhere else:
whatever a library prints may quote a child's answer, and is thrown away.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import signal
import sys
from pathlib import Path
from typing import Any

from lbc_assets.intake.formats.faults import Fault, Problem
from lbc_assets.intake.formats.text import Bounds, Reading


def limit(seconds: int, memory: int, output: int) -> None:
    """From now on: this much CPU, time, memory and output, and no core dump."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds + 1, seconds + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (output, output))
    # should the parent be gone, nobody else would end a process that sleeps
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(seconds + 2)


def read(kind: str, source: Path, target: Path, bounds: Bounds, sheet: str | None, encoding: str | None) -> Reading:
    """Read with the one reader of this format. Raises Fault."""
    if kind == "xlsx":
        from lbc_assets.intake.formats.sheet import read_workbook

        return read_workbook(source, target, bounds, sheet)
    if kind == "parquet":
        from lbc_assets.intake.formats.parquet import read_parquet

        return read_parquet(source, target, bounds)
    if kind == "dta":
        from lbc_assets.intake.formats.spss_stata import read_stata

        return read_stata(source, target, bounds, encoding)
    from lbc_assets.intake.formats.spss_stata import read_spss

    return read_spss(source, target, bounds, encoding)


def answer(job: dict[str, Any]) -> dict[str, Any]:
    """What came of a job, as the parent's ``_Answer``."""
    target = Path(job["target"])
    try:
        reading = read(job["kind"], Path(job["source"]), target, Bounds(**job["bounds"]), job["sheet"], job["encoding"])
    except Fault as found:
        # whatever the library made of it
        full = target.exists() and target.stat().st_size >= job["output"]
        fault = Fault(Problem.UNPACKED) if full else found
        place = {"sheet": fault.sheet, "row": fault.row, "columns": fault.columns}
        return {"problem": fault.problem.name, **place}
    except OSError:
        full = target.exists() and target.stat().st_size >= job["output"]
        return {"problem": (Problem.UNPACKED if full else Problem.STOPPED).name}
    except MemoryError:
        return {"problem": Problem.STOPPED.name}
    return {"rows": reading.rows, "missing_codes": reading.missing_codes, "value_labels": reading.value_labels}


def main() -> None:
    """Do the job that standard input says. An unexpected fault ends the process, and the parent says so."""
    gc.disable()  # millions of small values and no cycles: looking for some took a third of the time
    job = json.load(sys.stdin)
    limit(job["seconds"], job["memory"], job["output"])
    with os.fdopen(job["answer"], "w", encoding="utf-8") as stream:
        json.dump(answer(job), stream)
    os._exit(0)  # nothing that a library does when it is taken down matters any more
