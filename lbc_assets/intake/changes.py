"""What a corrected delivery changes in the version before it: counts, and children by pseudonym.

Belongs here: the comparison of two versions' answers. Does not belong here: where it is kept (``ledger.py``).
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from lbc_assets.intake.delivery import responses_sql
from lbc_assets.intake.ledger import Changed, Changes
from lbc_assets.intake.pseudonym import pseudonym_sql
from lbc_assets.intake.questionnaire import ID, questionnaire
from lbc_assets.warehouse.engine import one_row, quote

PSEUDONYMS_SHOWN = 20


def compare(connection: duckdb.DuckDBPyConnection, before: Path, after: Path, key: bytes, wave: str) -> Changes:
    """Rows added, removed and changed by field, from two files of published rows (ids are unique in each)."""
    names = list(questionnaire())
    differs = {name: f"b.{quote(name)} IS DISTINCT FROM a.{quote(name)}" for name in names}
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE compared AS SELECT "
        f"coalesce(b.{ID}, a.{ID}) AS id, b.{ID} IS NULL AS added, a.{ID} IS NULL AS removed, "
        + ", ".join(f"added IS FALSE AND removed IS FALSE AND {sql} AS {quote(name)}" for name, sql in differs.items())
        + f" FROM {responses_sql(before)} AS b FULL JOIN {responses_sql(after)} AS a ON a.{ID} = b.{ID} "
        f"WHERE b.{ID} IS NULL OR a.{ID} IS NULL OR {' OR '.join(differs.values())}"
    )

    def children(condition: str) -> Changed:
        (number,) = one_row(connection, f"SELECT count(*) FROM compared WHERE {condition}")
        named = connection.execute(
            f"SELECT {pseudonym_sql(key, wave, 'id')} AS p FROM compared WHERE {condition} "
            f"ORDER BY p LIMIT {PSEUDONYMS_SHOWN}"
        ).fetchall()
        return Changed(children=number, pseudonyms=tuple(row[0] for row in named))

    counts = one_row(
        connection, f"SELECT {', '.join(f'count(*) FILTER (WHERE {quote(n)})' for n in names)} FROM compared"
    )
    return Changes(
        added=children("added"),
        removed=children("removed"),
        changed=children("NOT added AND NOT removed"),
        fields={name: number for name, number in zip(names, counts, strict=True) if number},
    )
