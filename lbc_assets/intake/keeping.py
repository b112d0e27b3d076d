"""What is kept of a staged delivery: canonical text of the rows that may be kept, held rows apart, and the facts.

Belongs here: from staged files to the delivery's folder. Does not belong here: staging (``door.py``), the fates' rules
(``fates.py``).
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import duckdb

from lbc_assets.intake.codebook import Codebook
from lbc_assets.intake.columns import find
from lbc_assets.intake.corrections import apply_corrections
from lbc_assets.intake.delivery import CORRECTED, HELD, RESPONSES, write_facts
from lbc_assets.intake.fates import RowCount, row_key, sort_rows
from lbc_assets.intake.formats.convert import Converted, Format, convert
from lbc_assets.intake.header import read_header
from lbc_assets.intake.manifest import File, FileForm, Manifest
from lbc_assets.intake.questionnaire import ID, LINKING_KEY, questionnaire
from lbc_assets.intake.reading import ROWS_AT_ONCE, read_rows
from lbc_assets.intake.rejection import DeliveryRejected, Reason, ReasonCode, reject
from lbc_assets.intake.relations import fill_raw_codebook
from lbc_assets.intake.unreadable import Unreadable, count_unreadable
from lbc_assets.settings import Intake, Limits, Settings
from lbc_assets.warehouse.engine import connect, fingerprint, literal, one_row, parquet, quote
from lbc_assets.warehouse.files import fsync, sha256_of

IN_FILE = "user_missing_in_file"


@dataclass
class Staged:
    """A delivery's bytes, copied and hashed: ``delivered-<n>`` in ``folder`` is the manifest's n-th file."""

    folder: Path
    manifest: Manifest
    codebook: Codebook
    hashes: dict[str, str]
    corrections: list[dict[str, str | None]]
    labels: dict[str, dict[str, str]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def delivery_sha256(self) -> str:
        """Name of the delivery: a hash over its documents' and files' names and hashes."""
        return hashlib.sha256("\n".join(f"{n}\t{sha}" for n, sha in sorted(self.hashes.items())).encode()).hexdigest()


def keep(staged: Staged, settings: Settings) -> None:
    """Leave in the staged folder what is kept, and nothing else. Raises DeliveryRejected."""
    folder, parts = staged.folder, {}
    # what is spilt are answers: they stay where the sweep finds them
    with connect(folder / "spill", settings.engine) as connection:
        # until the answers are known to be readable: of text, with more threads, rows pile up that wait to be written
        # in order (1.4 GB for 600,000 rows, not 242 MB), and each thread counts the answers of every field for itself
        connection.execute("SET threads = 1")
        reasons: list[Reason] = []
        for number, file in enumerate(staged.manifest.files):
            try:
                parts[file.path] = _read(connection, staged, number, file, settings.limits)
            except DeliveryRejected as rejection:
                reasons += rejection.reasons
        if reasons:
            raise DeliveryRejected(reasons)
        rows = delivered(connection, parts.values())
        if staged.manifest.corrections:
            rows = apply_corrections(connection, rows, staged.corrections, staged.manifest.corrections.path)
        counts = sort(connection, staged, rows)
        refuse_unreadable(connection, staged, rows, settings.intake)
        connection.execute(f"SET threads = {settings.engine.threads}")
        kept = _write(connection, staged, rows)
        content = _content_of(connection, staged, counts)
    for path in parts.values():
        path.unlink()
    shutil.rmtree(folder / "spill", ignore_errors=True)
    facts = {
        "content_sha256": content,
        "files": staged.hashes,
        "kept": kept,
        "counts": [count.model_dump() for count in counts],
        "labels": staged.labels,
        "corrections": len(staged.corrections),
        "notes": staged.notes,
    }
    write_facts(folder, staged.manifest, staged.codebook, facts)


def _read(connection: duckdb.DuckDBPyConnection, staged: Staged, number: int, file: File, limits: Limits) -> Path:
    """One file's rows as Parquet; its staged bytes go. Raises DeliveryRejected."""
    text, part = text_of(staged, number, file, limits), staged.folder / f"part-{number}"
    rows = read_rows(connection, text, file.separator, file.path, staged.codebook, limits, part)
    text.unlink()
    if file.rows is not None and file.rows != rows:
        place = f"{file.path}: {rows} rows, declared {file.rows}"
        raise reject(ReasonCode.ROWS_NOT_AS_DECLARED, place, "Send the whole file.")
    return part


def text_of(staged: Staged, number: int, file: File, limits: Limits) -> Path:
    """One staged file as text, separated by ``file.separator``; what it declares of its codes joins the codebook's.

    Raises DeliveryRejected.
    """
    source, text = staged.folder / f"delivered-{number}", staged.folder / f"text-{number}"
    converted = as_text(source, text, file, file.path, limits)
    if converted:
        _take_declarations(staged, file, read_header(text, file.separator, file.path, limits), converted)
    return text


def as_text(source: Path, target: Path, form: FileForm, name: str, limits: Limits) -> Converted | None:
    """Turn staged bytes into text, separated by ``form.separator``; what a file that is no text says of its codes."""
    if form.is_text:
        source.rename(target)
        return None
    converted = convert(source, target, cast(Format, form.format), name=name, limits=limits, sheet=form.sheet)
    source.unlink()
    return converted


def delivered(connection: duckdb.DuckDBPyConnection, parts: Iterable[Path]) -> str:
    """The view of all rows of all files."""
    connection.execute(f"CREATE TEMP VIEW delivered AS SELECT * FROM {parquet(parts)}")
    return "delivered"


def _take_declarations(staged: Staged, file: File, header: list[str], converted: Converted) -> None:
    """What an SPSS or Stata file says of its own codes: missing ones join the codebook's, labels are kept.

    Raises DeliveryRejected where file and codebook contradict each other.
    """
    variables, reasons = dict(staged.codebook.variables), []
    for name, mapping in staged.codebook.variables.items():
        columns = [header[place] for r in (mapping.column, *mapping.aliases) for place in find(r, header)]
        codes = [code for column in columns for code in converted.missing_codes.get(column, ())]
        if clash := sorted(set(codes) & set(mapping.codes)):
            remedy = f"{len(clash)} codes: take them out of 'codes', or out of the file's missing values."
            reasons.append(Reason(ReasonCode.MISSING_CODES_DISAGREE, f"{file.path}, {name}", remedy))
        if new := {code: IN_FILE for code in codes if code not in mapping.missing and name != ID}:
            variables[name] = mapping.model_copy(update={"missing": {**mapping.missing, **new}})
        labels = {code: text for column in columns for code, text in converted.value_labels.get(column, {}).items()}
        if labels and not name.startswith("sdq_") and name not in (ID, LINKING_KEY):
            staged.labels.setdefault(name, {}).update(labels)
    if reasons:
        raise DeliveryRejected(reasons)
    staged.codebook = staged.codebook.model_copy(update={"variables": variables})


def sort(connection: duckdb.DuckDBPyConnection, staged: Staged, rows: str) -> list[RowCount]:
    """Sort rows by fate; raise RuntimeError where the counts do not add up (a fault of ours, never bad data)."""
    fill_raw_codebook(connection, staged.manifest.wave, staged.codebook, staged.labels)
    connection.execute(
        f"CREATE TEMP VIEW raw_responses AS SELECT {literal(staged.manifest.wave)} AS wave, "
        f"{row_key('r')} AS child_pseudonym, r.* FROM {rows} AS r WHERE is_selected"
    )
    counts = sort_rows(connection, rows, staged.manifest)
    present = connection.execute("SELECT source_file, count(*) FROM delivered GROUP BY 1 ORDER BY 1").fetchall()
    for file, number in present:
        if sum(count.rows for count in counts if count.source_file == file) != number:
            raise RuntimeError(f"the rows of {file} do not add up: report it")
    return counts


def refuse_unreadable(connection: duckdb.DuckDBPyConnection, staged: Staged, rows: str, policy: Intake) -> None:
    """Raise DeliveryRejected for files in which more answers than the policy allows are no code of the codebook."""
    reasons = [reason for file in unreadable_in(connection, staged, rows) for reason in file.reasons(policy)]
    if reasons:
        raise DeliveryRejected(reasons)


def unreadable_in(connection: duckdb.DuckDBPyConnection, staged: Staged, rows: str) -> list[Unreadable]:
    """How much of each file cannot be read. Leaves the view raw_responses of the rows that the study may read."""
    connection.execute(
        f"CREATE OR REPLACE TEMP VIEW raw_responses AS SELECT {literal(staged.manifest.wave)} AS wave, "
        f"r.source_file AS child_pseudonym, r.* FROM {rows} AS r ANTI JOIN "
        "(FROM exceptions WHERE fate IN ('without_consent', 'of_other_event')) AS e "
        "ON e.source_file = r.source_file AND e.source_line = r.source_line"
    )
    paths = [file.path for file in staged.manifest.files]
    return count_unreadable(connection, paths, len(staged.codebook.variables.keys() - {ID, LINKING_KEY}))


def _write(connection: duckdb.DuckDBPyConnection, staged: Staged, rows: str) -> dict[str, str]:
    """Write published rows, held rows and applied corrections as Parquet; their sha256 by name."""
    answers = ", ".join(f"r.{quote(name)}" for name in questionnaire())
    line = "e.source_file = r.source_file AND e.source_line = r.source_line"
    columns = f"r.{ID}, r.source_file, r.source_line, {answers}"
    published = f"SELECT {columns}, r.{LINKING_KEY} FROM {rows} AS r"
    if one_row(connection, "SELECT count(*) FROM exceptions")[0]:
        published += f" ANTI JOIN exceptions AS e ON {line}"
    held = (
        f"SELECT {columns}, e.reason_code FROM {rows} AS r JOIN exceptions AS e ON {line} "
        f"WHERE e.fate = 'quarantined' ORDER BY r.{ID}, r.source_file, r.source_line"
    )
    written = {RESPONSES: published, HELD: held}
    if staged.manifest.corrections:
        # of a child without consent nothing is kept, what was corrected of it neither
        said = f"{literal(staged.manifest.corrections.version)} AS version"
        by = f"{literal(staged.manifest.corrections.reviewed_by)} AS reviewed_by"
        written[CORRECTED] = (
            f"SELECT r.id, r.source_file, r.source_line, r.field, r.old, r.new, r.who, r.why, {said}, {by} "
            f"FROM applied_corrections AS r ANTI JOIN (FROM exceptions WHERE fate = 'without_consent') AS e ON {line} "
            "ORDER BY r.listed_line::bigint"
        )
    kept = {}
    for name, sql in written.items():
        path = staged.folder / name
        connection.execute(
            f"COPY ({sql}) TO {literal(path)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROWS_AT_ONCE})"
        )
        path.chmod(0o400)
        fsync(path)
        kept[name] = sha256_of(path)
    return kept


def _content_of(connection: duckdb.DuckDBPyConnection, staged: Staged, counts: list[RowCount]) -> str:
    """What the delivery says, whatever its file names, row order, encoding, delimiter or format."""
    answers = fingerprint(connection, parquet([staged.folder / RESPONSES]), [ID, LINKING_KEY, *questionnaire()])
    other: dict[tuple[str | None, ...], int] = {}
    for count in counts:
        if count.fate != "published":
            key = (count.fate, count.reason_code, count.province)
            other[key] = other.get(key, 0) + count.rows
    manifest = staged.manifest.model_dump_json(exclude={"files", "codebook", "corrections"})
    said = manifest + staged.codebook.model_dump_json() + repr(sorted(other.items(), key=repr)) + answers
    return hashlib.sha256(said.encode()).hexdigest()
