"""``lbc reference``: the synthetic reference wave, delivered as baked, drawn from, or calibrated anew.

Belongs here: arguments and telling. Does not belong here: the generator (``reference/``).
"""

from __future__ import annotations

from pathlib import Path

import click


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def reference() -> None:
    """Deliver the synthetic reference wave, draw others from it, or calibrate it anew."""


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
@click.option("--seed", type=int, help="Seed of the random numbers.")
@click.option("--children", type=click.IntRange(min=1), help="So many questionnaires (default: the bundled 3,596).")
@click.option("--dirty", is_flag=True, help="A small wave with known faults, for tests.")
def make(directory: Path, wave: str, seed: int | None, children: int | None, dirty: bool) -> None:
    """Make a synthetic delivery in DIRECTORY, drawn from the bundled wave: manifest, codebook and two files."""
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


@reference.command()
@click.argument("directory", type=click.Path(path_type=Path, file_okay=False))
@click.option("--seeds", default=4, show_default=True, type=click.IntRange(1, 1000), help="How many seeds to try.")
@click.option("--first-seed", default=1, show_default=True, type=click.IntRange(min=0), help="The first of them.")
@click.option(
    "--processes", type=click.IntRange(min=1), help="How many seeds at a time (default: as many as there are cores)."
)
def calibrate(directory: Path, seeds: int, first_seed: int, processes: int | None) -> None:
    """Calibrate the reference cohort anew, and write its wave to DIRECTORY.

    Searches for children whose tables print what the paper prints, one seed after another, and keeps the seed that
    misses least: some minutes a seed and core. The bundled wave came about like this; nothing else needs it.
    """
    import os
    from datetime import date

    from lbc_assets.reference.calibrate import best_of
    from lbc_assets.reference.make import bake

    tried = tuple(range(first_seed, first_seed + seeds))
    at_a_time = processes if processes is not None else os.cpu_count() or 1
    try:
        cohort = best_of(tried, min(at_a_time, seeds), lambda line: click.echo(f"  {line}", err=True))
        summary = bake(directory, cohort, len(tried), date.today().isoformat())
    except OSError as problem:
        raise click.ClickException(str(problem)) from None
    click.echo(
        f"seed {cohort.seed}: {cohort.missed} printed numbers of scores missed; {summary.children:,} questionnaires "
        f"(synthetic) in {summary.directory}",
        err=True,
    )
