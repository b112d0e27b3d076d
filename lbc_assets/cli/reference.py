"""``lbc reference``: the synthetic reference wave, made anew or delivered as baked.

Belongs here: arguments and telling. Does not belong here: the generator (``reference/``).
"""

from __future__ import annotations

from pathlib import Path

import click


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def reference() -> None:
    """Make or deliver the synthetic reference wave."""


@reference.command()
def deliver() -> None:
    """Put the bundled reference wave into the inbox."""
    from lbc_assets.reference.deliver import DeliveryExists, deliver_reference
    from lbc_assets.settings import find_home

    try:
        folder = deliver_reference(find_home().make().inbox)
    except DeliveryExists as problem:
        raise click.ClickException(str(problem)) from None
    click.echo(f"delivered (synthetic data): {folder}", err=True)


@reference.command()
@click.argument("directory", type=click.Path(path_type=Path, file_okay=False))
@click.option("--wave", default="baseline-2015", show_default=True, help="Wave id of the delivery.")
@click.option("--seed", type=int, help="Seed of the random numbers (default: that of the bundled wave).")
@click.option(
    "--children", type=click.IntRange(min=1), help="So many questionnaires (default: the 3,596 of the study)."
)
@click.option("--dirty", is_flag=True, help="A small wave with known faults, for tests.")
def make(directory: Path, wave: str, seed: int | None, children: int | None, dirty: bool) -> None:
    """Make a synthetic delivery in DIRECTORY: manifest, codebook and two files."""
    from lbc_assets.reference.make import SEED, make_wave

    try:
        summary = make_wave(
            directory,
            wave=wave,
            seed=SEED if seed is None else seed,
            children=children,
            dirty=dirty,
            progress=lambda line: click.echo(f"  {line}", err=True),
        )
    except (ValueError, OSError) as problem:
        raise click.ClickException(str(problem)) from None
    click.echo(f"{summary.children:,} questionnaires (synthetic) in {summary.directory}", err=True)
