"""The raw tables of one delivery, as relations in a DuckDB connection.

Belongs here: shaping what was taken in. Does not belong here: taking it in (``door.py``), writing and
auditing tables (``assets/raw.py``).
"""

from __future__ import annotations

from typing import Any

import duckdb

from lbc_assets.intake.door import Delivery
from lbc_assets.intake.pseudonym import pseudonym_sql
from lbc_assets.intake.questionnaire import ID, questionnaire
from lbc_assets.warehouse.contracts import load_tables
from lbc_assets.warehouse.engine import literal, parquet, quote


def _fill(connection: duckdb.DuckDBPyConnection, name: str, rows: list[dict[str, Any]]) -> None:
    columns = load_tables()[name].columns
    declared = ", ".join(f"{quote(column.name)} {column.data_type}" for column in columns)
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {quote(name)} ({declared})")
    if rows:
        marks = ", ".join("?" for _ in columns)
        values = [[row[column.name] for column in columns] for row in rows]
        connection.executemany(f"INSERT INTO {quote(name)} VALUES ({marks})", values)


def make_raw_responses(connection: duckdb.DuckDBPyConnection, delivery: Delivery, key: bytes) -> None:
    """One row a questionnaire: pseudonym instead of id, provenance, every answer as text."""
    answers = ", ".join(quote(name) for name in questionnaire())
    connection.execute(
        f"CREATE OR REPLACE TEMP VIEW raw_responses AS SELECT {literal(delivery.wave)} AS wave, "
        f"{pseudonym_sql(key, delivery.wave, ID)} AS child_pseudonym, "
        f"{literal(delivery.delivery_sha256)} AS delivery_sha256, source_file, source_line, {answers} "
        f"FROM {parquet([delivery.responses])}"
    )


def make_raw_codebook(connection: duckdb.DuckDBPyConnection, delivery: Delivery) -> None:
    """One row a variable and code; a blank is code '', a variable without codes has one row without code."""
    rows = []
    for name, variable in questionnaire().items():
        mapping = delivery.codebook.variables.get(name)
        if mapping is None:
            continue
        answers = dict(mapping.codes)
        if mapping.blank is not None:
            answers[""] = mapping.blank
        lines: list[tuple[str | None, str | None, str, str | None]] = [
            (code, value, "value", None) for code, value in answers.items()
        ]
        lines += [(code, None, "missing", reason) for code, reason in mapping.missing.items()]
        rows += [
            {
                "wave": delivery.wave,
                "variable": name,
                "source_column": mapping.column,
                "kind": variable.kind,
                "code": code,
                "value": value,
                "status": status,
                "missing_reason": reason,
            }
            for code, value, status, reason in lines or [(None, None, "value", None)]
        ]
    _fill(connection, "raw_codebook", rows)


def make_raw_deliveries(connection: duckdb.DuckDBPyConnection, delivery: Delivery) -> None:
    """What the manifest says, one row."""
    manifest = delivery.manifest
    row = {
        "wave": delivery.wave,
        "title": manifest.title,
        "delivery_sha256": delivery.delivery_sha256,
        "content_sha256": delivery.content_sha256,
        "codebook": delivery.codebook.codebook,
        "codebook_version": delivery.codebook.version,
        "data_origin": "synthetic" if manifest.synthetic else "collected",
        "survey_first_date": manifest.survey_dates.first,
        "survey_last_date": manifest.survey_dates.last,
        "sampling_frame": manifest.sampling_frame.id,
        "consent_version": manifest.consent_version,
        "ethics_approval": manifest.ethics_approval,
        "custodian": manifest.custodian,
        "retention_date": manifest.retention_date,
        "questionnaires": delivery.rows,
    }
    _fill(connection, "raw_deliveries", [row])


def make_raw_schools(connection: duckdb.DuckDBPyConnection, delivery: Delivery) -> None:
    """Participation by school, where the manifest gives it."""
    rows = [{"wave": delivery.wave, **school.model_dump()} for school in delivery.manifest.schools]
    _fill(connection, "raw_schools", rows)
