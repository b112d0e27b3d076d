"""What the catalogue calls a table or column of the graph, and where its page lies in the site.

Belongs here: titles, words and files. Does not belong here: the server's addresses (``addresses.py``, from which the
files follow), links between pages (``links.py``).
"""

from __future__ import annotations

import functools
import re
from urllib.parse import unquote

from lbc_assets.addresses import CATALOGUE, column_address, table_address
from lbc_assets.intake.questionnaire import ID, LINKING_KEY
from lbc_assets.reporting.shown import ROWS, Shown, shown
from lbc_assets.warehouse.contracts import load_tables
from lbc_assets.warehouse.flow import COMPARISON, OF_PAPERS
from lbc_assets.warehouse.models import load_project

QUESTIONNAIRE = "questionnaire"
_FIELDS = {
    ID: "Id of the questionnaire; it stays in the home's deliveries, and tables have a pseudonym.",
    LINKING_KEY: "By what a child is linked between waves, where the manifest approves of it.",
}
# Raw tables that no questionnaire fills: what they say stands in the delivery's documents, or is counted of its files.
_DOCUMENTS = {
    "raw_deliveries": "the delivery\u2019s manifest (wave.yaml)",
    "raw_files": "the delivery\u2019s manifest (wave.yaml) and its files",
    "raw_codebook": "the delivery\u2019s codebook",
    "raw_schools": "the delivery\u2019s manifest (wave.yaml)",
    "raw_corrections": "the delivery\u2019s file of corrections",
}


@functools.cache
def of_report() -> dict[str, Shown]:
    """The tables and figures of the pages, by their names in the graph."""
    return {f"{one.page}.{one.key}": one for one in shown()}


def title(table: str) -> str:
    """A table as drawings and lists call it."""
    if table == QUESTIONNAIRE:
        return "Questionnaire"
    if (one := of_report().get(table)) is not None:
        return f"Comparison: {one.number}" if one.page == COMPARISON else one.number
    return table


@functools.cache
def _slugs(table: str) -> dict[str, str]:
    """Of the parts of a report's table: headings are no names of files."""
    slugs: dict[str, str] = {}
    for place, part in enumerate(of_report()[table].parts, start=1):
        words = re.sub(r"[^a-z0-9]+", "-", part.label.lower()).strip("-")
        slugs[part.label] = words if words and words not in slugs.values() else f"part-{place}"
    return slugs


def table_file(table: str) -> str:
    """Where a table's page lies, from the site's root."""
    return unquote(table_address(table).removeprefix(CATALOGUE))


def column_file(table: str, column: str) -> str:
    """Where a column's page lies."""
    name = _slugs(table)[column] if table in of_report() else column
    return unquote(column_address(table, name).removeprefix(CATALOGUE))


def describe_table(table: str) -> str:
    """What a table is, in the words of its contract."""
    if table == QUESTIONNAIRE:
        return "The canonical questionnaire: every field that a wave's codebook can map its files to."
    if table in of_report():
        return f"{title(table)} of a wave's {'comparison page' if of_report()[table].page == COMPARISON else 'report'}."
    if table in load_project().seeds:
        return _described_seeds()[table][0]
    return load_tables()[table].description


def describe_column(table: str, column: str) -> str:
    """What a column is."""
    if table == QUESTIONNAIRE:
        return _FIELDS.get(column) or describe_column("stg_responses", column)
    if table in of_report():
        (part,) = (part for part in of_report()[table].parts if part.label == column)
        tables = dict.fromkeys(source for source, _ in part.of)
        written = (f"{name} ({', '.join(c for source, c in part.of if source == name)})" for name in tables)
        words = "The texts that name its rows, and say why a number is missing" if column == ROWS else "Written"
        return f"{words}, from {', '.join(written)}."
    if table in load_project().seeds:
        return _described_seeds()[table][1][column]
    return next(one.description for one in load_tables()[table].columns if one.name == column)


def origin(table: str) -> str:
    """Where a column comes from that is made of no other."""
    if table == QUESTIONNAIRE:
        return "A field of the questionnaire: each wave\u2019s codebook says in which column of its files it stands."
    if table in load_project().seeds:
        return f"A constant of the study (dbt_like_sql/seeds/{table}.csv)."
    if table in of_report():
        return "The page needs nothing for it."
    if load_tables()[table].layer == "raw":
        return f"Said by {_DOCUMENTS.get(table, 'the delivery')}, or noted when it was taken in."
    if table in load_project().models:
        return "Written in the query itself."
    if table in OF_PAPERS:
        return "Said by the paper\u2019s folder (lbc_assets/papers), whatever the children answered."
    return "Said by the specification of the analysis: it names the row, whatever the children answered."


@functools.cache
def _described_seeds() -> dict[str, tuple[str, dict[str, str]]]:
    import yaml

    from lbc_assets.warehouse.contracts import sql_folder

    written = yaml.safe_load((sql_folder() / "seeds" / "seeds.yml").read_text(encoding="utf-8"))["seeds"]
    return {
        seed["name"]: (
            " ".join(str(seed["description"]).split()),
            {column["name"]: column["description"] for column in seed["columns"]},
        )
        for seed in written
    }
