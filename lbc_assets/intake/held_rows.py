"""The rows that the door holds back, as a file for the data manager who mends them.

Belongs here: laying held rows out, with what to do about each. Does not belong here: holding them back (``fates.py``),
candidates that a gate holds back (``warehouse/store.py``). The file has children's answers and ids: mode 0600, under
``quarantine/`` and nowhere else.
"""

from __future__ import annotations

import csv
from pathlib import Path

from lbc_assets.intake.delivery import HELD, Delivery
from lbc_assets.intake.fates import REMEDIES
from lbc_assets.intake.questionnaire import ID
from lbc_assets.reporting.inert import for_spreadsheet
from lbc_assets.warehouse.engine import connect, literal, parquet
from lbc_assets.warehouse.files import place, temporary_beside

_ROWS_AT_ONCE = 1_000


def _sql(source: str) -> str:
    where = f"{ID}, source_file, source_line, reason_code"
    remedies = " ".join(f"WHEN {literal(code)} THEN {literal(remedy)}" for code, remedy in REMEDIES.items())
    return f"""
        WITH held AS (SELECT {where}, coalesce(COLUMNS(* EXCLUDE ({where})), '') FROM {source}),
        cells AS (UNPIVOT held ON COLUMNS(* EXCLUDE ({where})) INTO NAME field VALUE answer),
        differences AS (
            SELECT {ID}, string_agg(field, ' ' ORDER BY field) AS differs_in
            FROM (
                SELECT {ID}, field FROM cells WHERE {ID} <> '' GROUP BY ALL HAVING count(DISTINCT trim(answer)) > 1
            ) GROUP BY {ID}
        )
        SELECT held.source_file, held.source_line, held.reason_code, CASE held.reason_code {remedies} END AS what_to_do,
            coalesce(d.differs_in, '') AS differs_in, held.* EXCLUDE (source_file, source_line, reason_code)
        FROM held LEFT JOIN differences AS d USING ({ID})
        ORDER BY {ID}, source_file, source_line
    """


def write_held_rows(delivery: Delivery, quarantine: Path) -> tuple[Path, int]:
    """Write ``quarantine/<wave>/held-rows-<delivery>.csv``; where it is, and how many rows are in it.

    ``differs_in`` names the fields in which the questionnaires of one id differ. UTF-8 with a mark, which spreadsheet
    programs want; no cell begins a formula.
    """
    path = quarantine / delivery.wave / f"held-rows-{delivery.delivery_sha256[:16]}.csv"
    temporary, rows = temporary_beside(path), 0
    try:
        with connect() as connection, temporary.open("w", encoding="utf-8-sig", newline="") as out:
            temporary.chmod(0o600)
            result = connection.execute(_sql(parquet([delivery.path(HELD)])))
            writer = csv.writer(out)
            writer.writerow([column[0] for column in result.description or []])
            while lines := result.fetchmany(_ROWS_AT_ONCE):
                rows += len(lines)
                writer.writerows([for_spreadsheet(c) if isinstance(c, str) else c for c in line] for line in lines)
        place(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
    return path, rows
