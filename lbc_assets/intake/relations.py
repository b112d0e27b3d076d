"""The raw tables of one delivery, as relations in a DuckDB connection.

Belongs here: shaping what was taken in. Does not belong here: taking it in (``door.py``), writing and
auditing tables (``assets/raw.py``).
"""

from __future__ import annotations

from typing import Any

import duckdb

from lbc_assets.intake.codebook import Codebook
from lbc_assets.intake.delivery import CORRECTED, Delivery, responses_sql
from lbc_assets.intake.pseudonym import linked_pseudonym_sql, pseudonym_sql
from lbc_assets.intake.questionnaire import ID, LINKING_KEY, questionnaire
from lbc_assets.warehouse.contracts import load_tables
from lbc_assets.warehouse.engine import literal, parquet, quote


def _fill(connection: duckdb.DuckDBPyConnection, name: str, rows: list[dict[str, Any]]) -> None:
    columns = load_tables()[name].columns
    declared = ", ".join(f"{quote(column.name)} {column.data_type}" for column in columns)
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {quote(name)} ({declared})")
    if rows:
        # one statement, column by column: 4 ms for a codebook, where a statement a row takes 200
        lists = ", ".join(f"unnest(?::{column.data_type}[])" for column in columns)
        values = [[row[column.name] for row in rows] for column in columns]
        connection.execute(f"INSERT INTO {quote(name)} SELECT {lists}", values)


def make_raw_responses(connection: duckdb.DuckDBPyConnection, delivery: Delivery, key: bytes) -> None:
    """One row a questionnaire: pseudonym instead of id, provenance, every answer as text."""
    answers = ", ".join(quote(name) for name in questionnaire())
    connection.execute(
        f"CREATE OR REPLACE TEMP VIEW raw_responses AS SELECT {literal(delivery.wave)} AS wave, "
        f"{pseudonym_sql(key, delivery.wave, ID)} AS child_pseudonym, "
        f"{literal(delivery.delivery_sha256)} AS delivery_sha256, source_file, source_line, {answers} "
        f"FROM {responses_sql(delivery.responses)}"
    )


def make_raw_links(connection: duckdb.DuckDBPyConnection, delivery: Delivery, key: bytes) -> None:
    """One row a child with a linking key: its pseudonym in the wave, and the one that is the same in every wave."""
    linking = delivery.manifest.linking
    if linking is None:
        _fill(connection, "raw_links", [])
        return
    connection.execute(
        f"CREATE OR REPLACE TEMP VIEW raw_links AS SELECT {literal(delivery.wave)} AS wave, "
        f"{pseudonym_sql(key, delivery.wave, ID)} AS child_pseudonym, "
        f"{linked_pseudonym_sql(key, linking.key, LINKING_KEY)} AS linked_pseudonym "
        f"FROM {responses_sql(delivery.responses)} WHERE coalesce({LINKING_KEY}, '') <> ''"
    )


def make_raw_corrections(connection: duckdb.DuckDBPyConnection, delivery: Delivery, key: bytes) -> None:
    """One row a corrected answer: who corrected what, and why."""
    if CORRECTED not in delivery.kept:
        _fill(connection, "raw_corrections", [])
        return
    connection.execute(
        f"CREATE OR REPLACE TEMP VIEW raw_corrections AS SELECT {literal(delivery.wave)} AS wave, "
        f"{pseudonym_sql(key, delivery.wave, 'id')} AS child_pseudonym, source_file, source_line, field, "
        "old AS old_answer, new AS new_answer, who, why, version AS corrections_version, reviewed_by "
        f"FROM {parquet([delivery.path(CORRECTED)])}"
    )


def make_raw_codebook(connection: duckdb.DuckDBPyConnection, delivery: Delivery) -> None:
    """What the delivery's codebook says."""
    fill_raw_codebook(connection, delivery.wave, delivery.codebook, delivery.labels)


def fill_raw_codebook(
    connection: duckdb.DuckDBPyConnection, wave: str, codebook: Codebook, labels: dict[str, dict[str, str]]
) -> None:
    """One row a variable and code; a blank is code '', a variable without codes has one row without code."""
    rows = []
    for name, variable in questionnaire().items():
        mapping = codebook.variables.get(name)
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
                "wave": wave,
                "variable": name,
                "source_column": mapping.column,
                "kind": variable.kind,
                "code": code,
                "label": labels.get(name, {}).get(code) if code is not None else None,
                "value": value,
                "status": status,
                "missing_reason": reason,
            }
            for code, value, status, reason in lines or [(None, None, "value", None)]
        ]
    _fill(connection, "raw_codebook", rows)


def make_raw_files(connection: duckdb.DuckDBPyConnection, delivery: Delivery) -> None:
    """One row a file: what it was, and how many rows it has."""
    rows = [
        {
            "wave": delivery.wave,
            "source_file": file.path,
            "file_sha256": delivery.files[file.path],
            "format": file.format,
            "form": file.form,
            "rows_in_file": sum(count.rows for count in delivery.counts if count.source_file == file.path),
        }
        for file in delivery.manifest.files
    ]
    _fill(connection, "raw_files", rows)


def make_raw_row_fates(connection: duckdb.DuckDBPyConnection, delivery: Delivery) -> None:
    """One row a file, fate, reason and province: how many rows."""
    rows = [{"wave": delivery.wave, **count.model_dump()} for count in delivery.counts]
    _fill(connection, "raw_row_fates", rows)


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
        "calibrated_to": manifest.calibrated_to,
        "survey_first_date": manifest.survey_dates.first,
        "survey_last_date": manifest.survey_dates.last,
        "sampling_frame": manifest.sampling_frame.id,
        "linking_approval": manifest.linking.approval if manifest.linking else None,
        "linking_key": manifest.linking.key if manifest.linking else None,
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
