"""A proposal of a codebook for a file: what was recognised, how surely, and what its reader has to say.

Belongs here: from a file to the draft. Does not belong here: guessing (``drafting/``), whether a codebook fits a file
(``codebook_check.py``). The file's text passes through a folder that is gone afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from lbc_assets.intake.drafting.layout import HIDDEN, lay_out
from lbc_assets.intake.drafting.profile import describe
from lbc_assets.intake.drafting.roles import assign
from lbc_assets.intake.header import faults_of, read_header
from lbc_assets.intake.inbox import shown_name
from lbc_assets.intake.keeping import as_text
from lbc_assets.intake.looking import copy_in, only_first_rows, passing_folder
from lbc_assets.intake.manifest import FileForm
from lbc_assets.intake.reading import copy_rows, rows_of
from lbc_assets.intake.rejection import ReasonCode, reject
from lbc_assets.settings import Home
from lbc_assets.warehouse.engine import connect


@dataclass(frozen=True)
class Draft:
    """The draft's text, what was read for it, and how many places in it are open."""

    text: str
    rows: int
    columns: int
    open_places: int
    warnings: tuple[str, ...]


def draft(file: Path, form: FileForm, home: Home, sample: int | None = None) -> Draft:
    """Propose a codebook. ``sample``: read so many first rows only. Raises DeliveryRejected."""
    settings, name = home.settings(), file.name
    limits = settings.limits
    with passing_folder(home) as folder, connect(folder / "spill", settings.engine) as connection:
        connection.execute("SET threads = 1")
        copied, text, rows = folder / "delivered", folder / "text", folder / "rows"
        copy_in(file, copied, form, limits, sample)
        converted = as_text(copied, text, form, name, limits)
        if sample is not None and converted:
            only_first_rows(text, form.separator, sample)
        header = read_header(text, form.separator, name, limits)
        copy_rows(connection, f"SELECT * FROM {rows_of(text, form.separator, len(header))}", name, rows)
        declared = (converted.missing_codes, converted.value_labels) if converted else ({}, {})
        profiles = describe(connection, rows, header, *declared)
    if not profiles[0].rows:
        raise reject(ReasonCode.ROWS_ABSENT, name, "Export the file again, with its rows.")
    roles, items = assign(profiles)
    warnings = [str(reason) for reason in faults_of(header, name)]
    if len(header) == 1 and form.is_text:
        warnings.append("The file has one column only: is the delimiter another one?")
    read = f"{profiles[0].rows:,} rows, {len(header)} columns"
    head = [
        f"Draft of a codebook for {shown_name(name)} ({'the first ' if sample else ''}{read}). Each entry says how "
        "sure it is: compare all with the questionnaire, those of a guess first.",
        HIDDEN,
        *warnings,
    ]
    text_of_draft, number = lay_out(profiles, roles, items, head)
    return Draft(text_of_draft, profiles[0].rows, len(header), number, tuple(warnings))
