"""The warehouse: a step writes a candidate, its gate audits it, and only then it joins the wave's draft.

Belongs here: candidates, drafts, quarantine, publication, reading what is published. Does not belong
here: how a gate judges (``quality/``), what a step computes (``assets/``), what is stale (``planner.py``).
"""

from __future__ import annotations

import functools
import re
import shutil
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from lbc_assets.settings import Home
from lbc_assets.warehouse import gate_history
from lbc_assets.warehouse.contracts import Table, load_tables
from lbc_assets.warehouse.csv_rows import write_csv
from lbc_assets.warehouse.engine import (
    connect,
    fingerprint,
    literal,
    one_row,
    parquet,
    quote,
    sorted_select,
    typed_select,
)
from lbc_assets.warehouse.files import place, sha256_of, temporary_beside, verify, write_bytes, write_json
from lbc_assets.warehouse.snapshots import BETWEEN_WAVES, Entry, GateOutcome, Held, Snapshot, Snapshots
from lbc_assets.warehouse.spill import Spill

# How many published snapshots of a wave stay readable, and how old an orphan must be before it is removed
# (a step that is still writing its candidate must not lose it to another wave's clean-up).
SNAPSHOTS_KEPT = 3
ORPHAN_SECONDS = 3600


class NotPublishable(Exception):
    """The draft's tables do not belong together; the message lists what does not fit."""


@dataclass(frozen=True)
class Candidate:
    """A written, not yet audited table (or artifact) of a wave."""

    wave: str
    name: str
    path: Path
    sha256: str
    rows: int
    data_version: str

    @property
    def suffix(self) -> str:
        """File type: ``parquet`` or ``html``."""
        return self.path.suffix.removeprefix(".")


class Warehouse:
    """All waves' tables under one home."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.snapshots = Snapshots(home.warehouse / "waves")

    def path(self, name: str, entry: Entry) -> Path:
        """The verified file of an entry. Raises FileDamaged where its bytes have changed."""
        return verify(self.home.warehouse / "tables" / name / f"{entry.sha256}.{entry.suffix}", entry.sha256)

    @functools.cached_property
    def _spill(self) -> Spill:
        return Spill(self.home.warehouse / "spill")

    @functools.cached_property
    def _database(self) -> duckdb.DuckDBPyConnection:
        return connect(self._spill.for_database(), self.home.settings().engine)

    def open(self, wave: str, names: Iterable[str], snapshot: Snapshot | None = None) -> duckdb.DuckDBPyConnection:
        """A connection in which these tables of the wave's draft (or of a snapshot) are views, named as the tables.

        All connections share one database: make nothing in them that is not TEMP.
        """
        entries = (snapshot or self.snapshots.draft(wave)).entries
        connection = self._database.cursor()
        for name in names:
            if name not in entries:
                connection.close()
                raise NotPublishable(f"{wave}: {name} is not there yet. Materialize it, or run 'lbc refresh {wave}'.")
            source = parquet([self.path(name, entries[name])])
            connection.execute(f"CREATE TEMP VIEW {quote(name)} AS SELECT * FROM {source}")
        return connection

    def open_waves(self, snapshots: Mapping[str, Snapshot], names: Iterable[str]) -> duckdb.DuckDBPyConnection:
        """The same of several waves: each table is one view over these snapshots, empty where none has it."""
        connection = self._database.cursor()
        for name in names:
            paths = [self.path(name, s.entries[name]) for s in snapshots.values() if name in s.entries]
            sources = [parquet([path]) for path in paths]
            connection.execute(f"CREATE TEMP VIEW {quote(name)} AS {typed_select(load_tables()[name], sources)}")
        return connection

    def write_table(self, connection: duckdb.DuckDBPyConnection, wave: str, table: Table, sql: str) -> Candidate:
        """Write a relation as a candidate Parquet file, in a declared order: equal content, equal bytes."""
        folder = self.home.warehouse / "tables" / table.name
        temporary = temporary_beside(folder / "candidate.parquet")
        present = {row[0] for row in connection.execute(f"DESCRIBE {sql}").fetchall()}
        # all rows are of one wave, and a shorter key is sorted faster
        keys = [name for name in table.key if name in present and name != "wave"]
        codes = {name: values for name, values in table.codes.items() if name in present and name not in keys}
        try:
            if table.order == "as_made" or not keys:
                rows = _copy(connection, sql, temporary)
            else:
                try:
                    rows = _copy(connection, sorted_select(sql, keys, codes), temporary)
                except duckdb.ConversionException:  # a value that is not among the codes: the gate is to say so
                    rows = _copy(connection, sorted_select(sql, keys, {}), temporary)
            sha256 = sha256_of(temporary)
            path = folder / f"{sha256}.parquet"
            place(temporary, path)
        finally:
            temporary.unlink(missing_ok=True)
        version = sha256
        if any(column.provenance for column in table.columns):
            version = fingerprint(connection, parquet([path]), [c for c in table.content_columns if c in present])
        return Candidate(wave, table.name, path, sha256, rows, version)

    def write_artifact(self, wave: str, name: str, html: str) -> Candidate:
        """Write a page as a candidate."""
        folder = self.home.warehouse / "tables" / name
        temporary = temporary_beside(folder / "candidate.html")
        temporary.write_text(html, encoding="utf-8")
        sha256 = sha256_of(temporary)
        path = folder / f"{sha256}.html"
        place(temporary, path)
        return Candidate(wave, name, path, sha256, 1, sha256)

    def accept(
        self,
        candidate: Candidate,
        *,
        code_version: str,
        inputs: dict[str, str],
        gates: Sequence[GateOutcome],
    ) -> Entry:
        """Let an audited candidate join the wave's draft."""
        entry = Entry(
            sha256=candidate.sha256,
            suffix="html" if candidate.suffix == "html" else "parquet",
            rows=candidate.rows,
            data_version=candidate.data_version,
            code_version=code_version,
            inputs=inputs,
            gates=tuple(gates),
        )
        self.snapshots.change_draft(candidate.wave, candidate.name, entry)
        gate_history.note(self.snapshots.folder(candidate.wave), candidate.name, "accepted", gates)
        return entry

    def hold(
        self,
        candidate: Candidate,
        *,
        code_version: str,
        inputs: dict[str, str],
        failed: Sequence[GateOutcome],
    ) -> Path:
        """Put a candidate that failed its gate in quarantine; the draft notes it, the snapshot stays as it is."""
        folder = self.home.quarantine / candidate.wave / "candidates"
        held = folder / f"{candidate.name}-{candidate.sha256[:16]}.{candidate.suffix}"
        temporary = temporary_beside(held)
        shutil.copyfile(candidate.path, temporary)
        place(temporary, held)
        write_json(held.with_suffix(".json"), [outcome.model_dump() for outcome in failed])
        note = Held(candidate=held.name, code_version=code_version, inputs=inputs, failed=tuple(failed))
        self.snapshots.change_draft(candidate.wave, candidate.name, note)
        gate_history.note(self.snapshots.folder(candidate.wave), candidate.name, "held", failed)
        return held

    def quarantine_values(self, connection: duckdb.DuckDBPyConnection, wave: str, name: str, sql: str) -> Path:
        """Write rows with answers where only stewards look: ``quarantine/<wave>/<name>.csv``, mode 0600.

        They open it in a spreadsheet, and an answer may be anything: not DuckDB's COPY, which quotes and no more.
        """
        path = self.home.quarantine / wave / f"{name}.csv"
        temporary = temporary_beside(path)
        try:
            temporary.touch(mode=0o600)
            with temporary.open("w", encoding="utf-8", newline="") as stream:
                write_csv(connection.execute(sql), stream)
            place(temporary, path)
        finally:
            temporary.unlink(missing_ok=True)
        return path

    def publish(self, wave: str, names: Sequence[str], pages: Mapping[str, str]) -> tuple[Snapshot, Path]:
        """Serve the draft: its release is laid out first, then ``current`` flips once, then old files go.

        ``pages``: the steps whose pages are released, and their files' names.

        Raises NotPublishable, and publishes nothing, where a table is missing, held back, or made from
        another state of its inputs than the draft's.
        """
        draft = self.snapshots.draft(wave)
        problems = draft.mismatches(tuple(names))
        if problems:
            raise NotPublishable(f"{wave}: {'; '.join(problems)}. Run 'lbc refresh {wave}'.")
        released = self.home.releases / wave / draft.id
        released.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name, file in pages.items():
            write_bytes(released / file, self.path(name, draft.entries[name]).read_bytes())
        self.snapshots.publish(wave, draft)
        self.collect()
        return draft, released

    def publish_between(self) -> Snapshot:
        """Serve the tables between waves as last accepted, each by itself: one that is held stops no other."""
        draft = self.snapshots.draft(BETWEEN_WAVES).model_copy(update={"held": {}})
        self.snapshots.publish(BETWEEN_WAVES, draft)
        self.collect()
        return draft

    def page_path(self, wave: str, file: str) -> Path | None:
        """A page of the published release, by its file's name, or None."""
        current = self.snapshots.current(wave)
        return self.home.releases / wave / current.id / file if current else None

    def report_path(self, wave: str) -> Path | None:
        """The published report, or None."""
        return self.page_path(wave, "report.html")

    def collect(self) -> int:
        """Remove table files that no kept snapshot or draft names; how many were removed."""
        used = set()
        for wave in (*self.snapshots.waves(), BETWEEN_WAVES):
            for snapshot in self.snapshots.kept(wave, most=SNAPSHOTS_KEPT):
                used |= {(name, f"{e.sha256}.{e.suffix}") for name, e in snapshot.entries.items()}
        removed = 0
        for path in (self.home.warehouse / "tables").glob("*/*"):
            old = time.time() - path.stat().st_mtime > ORPHAN_SECONDS
            if old and (path.parent.name, path.name) not in used:
                path.unlink()
                removed += 1
        return removed

    def published(self, waves: Sequence[str] | None = None) -> tuple[duckdb.DuckDBPyConnection, list[str]]:
        """A read-only connection with every published table as one typed view over waves, and those waves.

        The tables between waves are there too, once they were made.

        Outside the published files nothing can be read, written, attached or configured.
        """
        known = self.snapshots.waves() if waves is None else list(waves)
        current = {wave: snapshot for wave in known if (snapshot := self.snapshots.current(wave))}
        between = self.snapshots.current(BETWEEN_WAVES)
        paths: dict[str, list[Path]] = {}
        for snapshot in (*current.values(), *([between] if between else [])):
            for name, entry in snapshot.entries.items():
                if entry.suffix == "parquet":
                    paths.setdefault(name, []).append(self.path(name, entry))
        connection = connect(self._spill.for_database(), self.home.settings().engine)
        allowed = ", ".join(literal(path) for files in paths.values() for path in files)
        connection.execute(f"SET allowed_paths = [{allowed}]")
        connection.execute("SET enable_external_access = false")
        tables = load_tables()
        for name, files in paths.items():
            if name in tables:
                sources = [parquet([file]) for file in files]
                connection.execute(f"CREATE VIEW {quote(name)} AS {typed_select(tables[name], sources)}")
        connection.execute("SET lock_configuration = true")
        return connection, sorted(current)


def _copy(connection: duckdb.DuckDBPyConnection, sql: str, path: Path) -> int:
    """Write what a query gives as Parquet; how many rows."""
    return int(one_row(connection, f"COPY ({sql}) TO {literal(path)} (FORMAT parquet, COMPRESSION zstd)")[0])


class NotOneSelect(Exception):
    """The text is not exactly one SELECT."""


def one_select(connection: duckdb.DuckDBPyConnection, sql: str) -> str:
    """Give the text back if it is exactly one SELECT statement; raise NotOneSelect if not."""
    statements = connection.extract_statements(sql)
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        raise NotOneSelect("exactly one SELECT is accepted: no second statement, nothing that writes or attaches")
    if re.match(r"\s*(with\b.*)?\b(insert|update|delete)\b", sql, re.IGNORECASE | re.DOTALL):
        raise NotOneSelect("a SELECT that writes is not accepted")
    return statements[0].query
