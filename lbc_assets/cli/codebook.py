"""``lbc codebook``: a codebook proposed for a file, and a codebook tried on a file before anything is delivered.

Belongs here: arguments and printing. Does not belong here: the work (``intake/codebook_draft.py``,
``intake/codebook_check.py``).
"""

from __future__ import annotations

import contextlib
import json
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from lbc_assets.cli.deliver import FILE, SUFFIXES

if TYPE_CHECKING:
    from lbc_assets.intake.checked import Checked, Field
    from lbc_assets.intake.manifest import FileForm
    from lbc_assets.intake.rejection import DeliveryRejected

ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "gb18030", "gbk")
DELIMITERS = {",": ",", ";": ";", "|": "|", "tab": "\t"}
REJECTED = 2
VERDICTS = {
    "accepted": "it would be ACCEPTED",
    "accepted_but_rows_held": "it would be ACCEPTED, some rows QUARANTINED",
    "rejected": "it would be REJECTED",
}
HINTS = {
    "not_decodable": "Excel and Wenjuanxing in China write gb18030 (--encoding gb18030); 'Unicode text' is utf-16.",
    "document_not_valid": "What is OPEN in a draft has to be filled in.",
}
NAMED_MOST = 12
Command = TypeVar("Command", bound=Callable[..., Any])


def _file_options(command: Command) -> Command:
    formats = click.Choice(sorted(set(SUFFIXES.values())))
    for option in (
        click.option("--sample", type=click.IntRange(min=1), help="Read so many first rows only."),
        click.option("--sheet", help="Of workbooks with several sheets: which one."),
        click.option("--delimiter", type=click.Choice(list(DELIMITERS)), help="Of text files; default: comma."),
        click.option("--encoding", type=click.Choice(ENCODINGS), help="Of text files; default: utf-8."),
        click.option("--format", "format_", type=formats, help="By default the suffix says it."),
    ):
        command = option(command)
    return command


def _form(file: Path, said: dict[str, Any]) -> FileForm:
    from lbc_assets.intake.manifest import FileForm

    kind = said["format_"] or SUFFIXES.get(file.suffix.lower())
    if kind is None:
        known = ", ".join(dict.fromkeys(SUFFIXES.values()))
        raise click.ClickException(f"{file.name}: say what it is with --format ({known})")
    told = {name: said[name] for name in ("encoding", "sheet") if said[name]}
    if said["delimiter"]:
        told["delimiter"] = DELIMITERS[said["delimiter"]]
    return FileForm.model_validate({"form": "child-questionnaire", "format": kind, **told})


@contextlib.contextmanager
def _ended_in_order() -> Iterator[None]:
    """Leave by the same way, the passing folder removed, where the terminal is closed or the process told to end."""

    def leave(number: int, _frame: object) -> None:
        sys.exit(128 + number)

    before = {number: signal.signal(number, leave) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def codebook() -> None:
    """Propose a codebook for a file, or try one on a file. Nothing is delivered, and no answer kept."""


@codebook.command()
@click.argument("file", type=FILE)
@_file_options
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="File for the draft.")
@click.option("--force", is_flag=True, help="Replace the draft that is there.")
def draft(file: Path, output: Path | None, force: bool, sample: int | None, **said: Any) -> None:
    """Propose a codebook for FILE: columns, codes, likely matches, and what is left for you to say.

    The draft shows codes that several rows have, and never names, texts, dates or rare answers. Fill in what is
    marked OPEN, compare the rest with the questionnaire, then try it with 'lbc codebook check'. Exit status: 2 if the
    file cannot be read.
    """
    from lbc_assets.intake.codebook_draft import draft as make_draft
    from lbc_assets.intake.rejection import DeliveryRejected
    from lbc_assets.reporting.inert import for_terminal
    from lbc_assets.settings import find_home
    from lbc_assets.warehouse.files import write_bytes

    if output and output.exists():
        if output.samefile(file):
            raise click.ClickException("the draft would replace the file itself: give it another name")
        if not force:
            raise click.ClickException(f"{output} is there already: give another name, or --force")
    try:
        with _ended_in_order():
            drafted = make_draft(file, _form(file, said), find_home().make(), sample)
    except DeliveryRejected as rejection:
        _tell_rejection(file, rejection)
        sys.exit(REJECTED)
    for warning in drafted.warnings:
        click.echo(f"warning: {for_terminal(warning)}", err=True)
    if output is None:
        click.echo(drafted.text, nl=False)
    else:
        write_bytes(output, drafted.text.encode())
        click.echo(f"drafted: {output}", err=True)
    what = f"{drafted.rows:,} rows, {drafted.columns} columns; open places: {drafted.open_places}"
    click.echo(f"read {'only the first ' if sample else ''}{what}; next: lbc codebook check FILE CODEBOOK", err=True)


def _tell_rejection(file: Path, rejection: DeliveryRejected) -> None:
    from lbc_assets.reporting.inert import for_terminal

    click.echo(f"{for_terminal(file.name)}: cannot be read", err=True)
    for reason in rejection.reasons:
        hint = HINTS.get(reason.code.name.lower(), "")
        click.echo(f"  {for_terminal(f'{reason} {hint}'.strip())}", err=True)


@codebook.command()
@click.argument("file", type=FILE)
@click.argument("codebook", type=FILE)
@_file_options
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def check(file: Path, codebook: Path, as_json: bool, sample: int | None, **said: Any) -> None:
    """Say what the door would read of FILE with CODEBOOK, and what it would answer. Nothing is delivered.

    Corrections, double entries and what the manifest declares are not looked at. Exit status: 0 it would be taken in
    (rows that would be held back are counted), 2 it would be rejected.
    """
    from lbc_assets.intake.codebook_check import check as make_check
    from lbc_assets.settings import find_home

    with _ended_in_order():
        checked = make_check(file, codebook, _form(file, said), find_home().make(), sample)
    if as_json:
        click.echo(json.dumps(checked.model_dump(mode="json"), indent=1))
    else:
        for line in (*_summary(checked), *_details(checked)):
            click.echo(line)
    if checked.verdict == "rejected":
        sys.exit(REJECTED)


def _summary(checked: Checked) -> list[str]:
    from lbc_assets.reporting.inert import for_terminal

    lines = [f"{for_terminal(checked.file)} with {for_terminal(checked.codebook)}: {VERDICTS[checked.verdict]}"]
    if checked.sampled:
        lines.append(f"  only the first {checked.sampled:,} rows were read: how many the file has is not known")
    if checked.rows is not None:
        fates = ", ".join(f"{number:,} {fate.replace('_', ' ')}" for fate, number in checked.fates.items())
        lines.append(f"  rows        {checked.rows:,}" + f" = {fates}" * bool(fates))
    if checked.columns is not None:
        kinds = (
            f"{len(checked.matched)} variables, {len(checked.dropped)} dropped, {len(checked.in_neither)} in neither"
        )
        lines.append(f"  columns     {checked.columns:,}: {kinds}")
    if checked.in_neither:
        lines.append(f"  in neither  columns number {_some(checked.in_neither)}")
    if checked.absent:
        lines.append(f"  absent      {_some([c.variable for c in checked.absent])}")
    if checked.unreadable_share is not None:
        over = [field.variable for field in checked.fields if field.is_too_many]
        limits = f"limit {checked.limit_of_file:.0%}, of one variable {checked.limit_of_column:.0%}"
        lines.append(f"  unreadable  {checked.unreadable_share:.2%} of all answers ({limits})")
        if over:
            lines.append(f"              above the limit: {_some(over)}")
    if checked.reasons:
        lines.append("  reasons")
    for why in checked.reasons:
        lines.append(f"    {for_terminal(why.place)}: {why.code}")
        lines.append("      " + for_terminal(f"{why.remedy} {HINTS.get(why.code, '')}".strip()))
    return lines


def _some(names: Any) -> str:
    shown = [str(name) for name in names]
    return ", ".join(shown[:NAMED_MOST]) + f" and {len(shown) - NAMED_MOST} more" * (len(shown) > NAMED_MOST)


def _details(checked: Checked) -> list[str]:
    from lbc_assets.reporting.inert import for_terminal

    if not checked.matched:
        return []
    fields = {field.variable: field for field in checked.fields}
    rows = [("variable", "<- column", "no.", "read", "missing", "blank", "unreadable", "answers")]
    for column in checked.matched:
        field = fields.get(column.variable)
        where = (column.variable, for_terminal(column.reference)[:24], str(column.number))
        rows.append((*where, *_cells(field)) if field else (*where, "", "", "", "", ""))
    widths = [max(len(row[n]) for row in rows) for n in range(7)]
    lines = [""]
    for row in rows:
        left = f"{row[0]:<{widths[0]}}  {row[1]:<{widths[1]}}"
        right = "  ".join(f"{row[n]:>{widths[n]}}" for n in range(2, 7))
        lines.append(f"{left}  {right}  {row[7]}".rstrip())
    return lines


def _cells(field: Field) -> tuple[str, str, str, str, str]:
    from lbc_assets.reporting.inert import for_terminal

    unreadable = sum(field.unreadable.values()) + field.not_shown
    said = [f"{value}: {number:,}" for value, number in field.values.items() if value]
    said += [f"missing {code!r}: {number:,}" for code, number in field.missing.items()]
    said += [f"UNREADABLE {code!r}: {number:,}" for code, number in field.unreadable.items()]
    if field.not_shown:
        said.append(f"UNREADABLE {field.not_shown:,} other values")
    if field.out_of_range:
        said.append(f"{field.out_of_range:,} out of range")
    if field.is_too_many:
        said.append(f"{field.unreadable_share:.0%} UNREADABLE: above the limit")
    numbers = (sum(field.values.values()), sum(field.missing.values()), field.blank, unreadable)
    read, missing, blank, faulty = (f"{number:,}" for number in numbers)
    return read, missing, blank, faulty, for_terminal(", ".join(said))
