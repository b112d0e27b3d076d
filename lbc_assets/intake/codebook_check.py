"""What the door would read of a file with a codebook, and what it would answer; nothing is delivered.

Belongs here: taking a file as far as the door does, and counting. Does not belong here: reading, matching, fates and
what an answer means, which are the door's own (``header.py``, ``reading.py``, ``keeping.py``, ``fates.py``, SQL);
printing (``cli/``). No answer is told but a code that may be shown (``shown_codes.py``).
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
from pydantic import ValidationError

from lbc_assets.intake.checked import Checked, Column, Field, Why
from lbc_assets.intake.codebook import Codebook, Mapping, without_key
from lbc_assets.intake.columns import find
from lbc_assets.intake.documents import parse
from lbc_assets.intake.fates import RowCount
from lbc_assets.intake.header import Comparison, compare_columns, read_header
from lbc_assets.intake.inbox import shown_name
from lbc_assets.intake.keeping import Staged, delivered, sort, text_of, unreadable_in
from lbc_assets.intake.looking import copy_in, only_first_rows, passing_folder
from lbc_assets.intake.manifest import FileForm, Manifest
from lbc_assets.intake.questionnaire import questionnaire
from lbc_assets.intake.reading import read_rows
from lbc_assets.intake.rejection import DeliveryRejected, Reason, ReasonCode, reject
from lbc_assets.intake.shown_codes import may_be_shown
from lbc_assets.intake.unreadable import Unreadable
from lbc_assets.settings import Home, Limits, Settings
from lbc_assets.warehouse.engine import connect
from lbc_assets.warehouse.models import load_project


def check(file: Path, codebook: Path, form: FileForm, home: Home, sample: int | None = None) -> Checked:
    """Take a file as far as the door would. ``sample``: so many first rows only. Faults of files are in the answer."""
    settings, name = home.settings(), shown_name(file.name)
    known: dict[str, object] = {}
    reasons: tuple[Reason, ...] = ()
    try:
        with passing_folder(home) as folder, connect(folder / "spill", settings.engine) as connection:
            connection.execute("SET threads = 1")
            staged = Staged(folder, _manifest(file, codebook, form), _codebook(codebook, settings.limits), {}, [])
            copy_in(file, folder / "delivered-0", form, settings.limits, sample)
            _look(connection, staged, settings, sample, known)
    except DeliveryRejected as rejection:
        reasons = rejection.reasons
    fates = known.get("fates")
    held = isinstance(fates, dict) and any(fate.startswith("quarantined") for fate in fates)
    return Checked.model_validate(
        {
            "file": name,
            "codebook": shown_name(codebook.name),
            "sampled": sample,
            "verdict": "rejected" if reasons else "accepted_but_rows_held" if held else "accepted",
            "reasons": [Why(code=r.code.name.lower(), place=r.place, remedy=r.remedy) for r in reasons],
            "limit_of_column": settings.intake.unreadable_share_of_column,
            "limit_of_file": settings.intake.unreadable_share_of_file,
            **known,
        }
    )


def _codebook(path: Path, limits: Limits) -> Codebook:
    with path.open("rb") as stream:
        content = stream.read(limits.document_bytes + 1)
    if len(content) > limits.document_bytes:
        place = f"{shown_name(path.name)}: more than {limits.document_bytes:,} bytes"
        raise reject(ReasonCode.TOO_LARGE, place, "No codebook is that long.")
    # a check has no manifest, so nobody approved that the key be read
    return without_key(parse(Codebook, content, shown_name(path.name)))


def _manifest(file: Path, codebook: Path, form: FileForm) -> Manifest:
    """A manifest as 'lbc deliver' would write it; what it says of the wave is not looked at here."""
    said = dict.fromkeys(("title", "consent_version", "ethics_approval", "custodian"), "not asked by a check")
    try:
        return Manifest.model_validate(
            {
                **said,
                "wave": "check",
                "codebook": codebook.name,
                "files": [{"path": file.name, **form.model_dump()}],
                "survey_dates": {"first": date.min, "last": date.min},
                "sampling_frame": {"id": "check"},
                "retention_date": date.min,
            }
        )
    except ValidationError:
        names = f"{shown_name(file.name)}, {shown_name(codebook.name)}"
        raise reject(ReasonCode.NAME_NOT_ALLOWED, names, "Give each a plain name of its own.") from None


def _look(
    connection: duckdb.DuckDBPyConnection,
    staged: Staged,
    settings: Settings,
    sample: int | None,
    known: dict[str, object],
) -> None:
    """Fill in what is known, as far as the door comes. Raises DeliveryRejected."""
    (file,) = staged.manifest.files
    text, part = text_of(staged, 0, file, settings.limits), staged.folder / "part-0"
    if sample is not None and not file.is_text:
        only_first_rows(text, file.separator, sample)
    header = read_header(text, file.separator, file.path, settings.limits)
    known |= _columns(header, compare_columns(header, file.path, staged.codebook), staged.codebook)
    known["rows"] = read_rows(connection, text, file.separator, file.path, staged.codebook, settings.limits, part)
    rows = delivered(connection, [part])
    known["fates"] = _fates(sort(connection, staged, rows))
    (unreadable,) = unreadable_in(connection, staged, rows)
    known["unreadable_share"] = unreadable.total / max(1, unreadable.answers)
    known["fields"] = _fields(connection, staged.codebook, unreadable, settings)
    if reasons := unreadable.reasons(settings.intake):
        raise DeliveryRejected(reasons)


def _columns(header: list[str], found: Comparison, codebook: Codebook) -> dict[str, object]:
    def column(variable: str, mapping: Mapping) -> Column:
        place = found.columns.variables.get(variable)
        references = (mapping.column, *mapping.aliases)
        used = next((r for r in references if place is not None and place in find(r, header)), mapping.column)
        return Column(variable=variable, reference=used, number=None if place is None else place + 1)

    columns = [column(variable, mapping) for variable, mapping in codebook.variables.items()]
    return {
        "columns": len(header),
        "matched": [c for c in columns if c.number is not None],
        "absent": [c for c in columns if c.number is None],
        "dropped": [place + 1 for place in found.dropped],
        "in_neither": [place + 1 for place in found.unknown],
    }


def _fates(counts: list[RowCount]) -> dict[str, int]:
    fates: dict[str, int] = {}
    for count in counts:
        name = count.fate + (f": {count.reason_code}" if count.reason_code else "")
        fates[name] = fates.get(name, 0) + count.rows
    return fates


def _fields(
    connection: duckdb.DuckDBPyConnection, codebook: Codebook, unreadable: Unreadable, settings: Settings
) -> list[Field]:
    told: dict[str, list[tuple[str, str | None, str | None, int]]] = {}
    for name, *reading in connection.execute(load_project().analyses["door_answers"].sql).fetchall():
        told.setdefault(name, []).append(tuple(reading))
    return [
        _field(name, codebook.variables[name], told.get(name, []), unreadable, settings)
        for name in questionnaire()
        if name in codebook.variables
    ]


def _field(
    name: str,
    mapping: Mapping,
    told: list[tuple[str, str | None, str | None, int]],
    unreadable: Unreadable,
    settings: Settings,
) -> Field:
    values: dict[str, int] = {}
    missing: dict[str, int] = {}
    codes: dict[str, int] = {}
    counted = {"blank": 0, "out_of_range": 0, "not_shown": 0}
    is_coded = questionnaire()[name].kind == "coded"
    for reading, value, code, answers in told:
        if reading == "value":
            key = value if is_coded and value else ""
            values[key] = values.get(key, 0) + answers
        elif reading == "missing":
            missing[code or ""] = missing.get(code or "", 0) + answers
        elif reading == "blank":
            counted["blank"] += answers
        elif reading != "not_carried":
            counted["out_of_range"] += answers if reading == "out_of_range" else 0
            if code is not None and may_be_shown(code, answers):
                codes[code] = codes.get(code, 0) + answers
            else:
                counted["not_shown"] += answers
    return Field(
        variable=name,
        column=mapping.column,
        values=values,
        missing=missing,
        unreadable=codes,
        unreadable_share=unreadable.by_variable.get(name, 0) / max(1, unreadable.questionnaires),
        is_too_many=unreadable.is_too_many(name, settings.intake),
        **counted,
    )
