"""Making waves: the reference wave, waves of any size, small dirty ones.

Here: `make_wave`, the one entry. Not here: what the reference children answer (`cohort`), kinds of dirt
(`dirty`), delivering (`deliver`), the command line (`lbc_assets.cli`).
"""

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from lbc_assets.reference.deliver import BAKED, REFERENCE_WAVE
from lbc_assets.reference.dirty import soil
from lbc_assets.reference.households import Answers
from lbc_assets.reference.questionnaire import VARIABLES
from lbc_assets.reference.schools import PROVINCES
from lbc_assets.reference.wave_files import WaveSummary, write_wave

SEED = 1
"""The seed of the baked wave: of some thirty tried, the one that came nearest to the printed numbers."""
CHUNK = 50_000
DIRTY_CHILDREN = 300
TITLE = "Baseline survey 2015 (synthetic reference wave)"
Progress = Callable[[str], None]


def baked_rows() -> Answers:
    """Coded answers of the baked reference wave (no ids), in file order, one array of text a variable."""
    names = [name for name in VARIABLES if name != "questionnaire_id"]
    rows: list[list[str]] = []
    for province in PROVINCES:
        lines = BAKED.joinpath(f"{province}.csv").read_text(encoding="utf-8").splitlines()[1:]
        # No cell of the wave holds a comma or a quote, so a split reads it exactly.
        rows += [line.split(",")[1:] for line in lines]
    return {name: np.array(column, dtype=object) for name, column in zip(names, zip(*rows, strict=True), strict=True)}


def _chunks(rows: Answers, picked: np.ndarray | None = None) -> Iterator[tuple[str, list[str], Counter[str]]]:
    """Rows of `picked` (all, in order, by default) as text without ids, split by province."""
    size = len(rows["school"])
    rests = np.array([",".join(values) for values in zip(*rows.values(), strict=True)], dtype=object)
    places = np.arange(size) if picked is None else picked
    provinces = (rows["province"] == "2").astype(int)
    for number, province in enumerate(PROVINCES):
        mine = places[provinces[places] == number]
        counts = np.bincount(mine, minlength=size)
        schools: Counter[str] = Counter()
        for place in np.flatnonzero(counts):
            schools[rows["school"][place]] += int(counts[place])
        yield province, rests[mine].tolist(), schools


def _resampled(
    rows: Answers, children: int, seed: int, progress: Progress
) -> Iterator[tuple[str, list[str], Counter[str]]]:
    rng = np.random.Generator(np.random.PCG64(seed))
    for start in range(0, children, CHUNK):
        picked = rng.integers(len(rows["school"]), size=min(CHUNK, children - start))
        yield from _chunks(rows, picked)
        progress(f"{min(start + CHUNK, children):,} of {children:,} children written")


def make_wave(
    directory: Path,
    *,
    wave: str = REFERENCE_WAVE,
    seed: int = SEED,
    children: int | None = None,
    dirty: bool = False,
    progress: Progress | None = None,
) -> WaveSummary:
    """Write a synthetic delivery (`wave.yaml`, `codebook.yaml`, two CSV files) into `directory`.

    children=None generates the reference wave of 3,596 children from `seed` (some ten seconds). Another
    number draws that many whole questionnaires from the baked reference wave, with replacement and ids of
    their own: the same joint distribution at any size, written in chunks with bounded memory. dirty=True
    writes some 300 questionnaires with known faults, counted in the summary; then `children` is the number of
    questionnaires before dirt (at least 150). `progress` is called with one line of text now and then. Raises
    ValueError for an impossible size and OSError when the folder cannot be written.
    """
    tell: Progress = progress if progress is not None else lambda _: None
    if children is not None and children < 1:
        raise ValueError("a wave needs at least one child")
    if dirty:
        rows, dirt = soil(baked_rows(), DIRTY_CHILDREN if children is None else children, seed)
        files = write_wave(directory, wave, "Dirty wave for tests (synthetic)", _chunks(rows))
        return WaveSummary(
            wave,
            directory,
            sum(files.values()),
            files,
            dirt.kinds,
            excluded=dirt.excluded,
            value_issues=dirt.value_issues,
        )
    if children is not None:
        title = f"Synthetic wave of {children} children, drawn from the reference wave"
        files = write_wave(directory, wave, title, _resampled(baked_rows(), children, seed, tell))
        return WaveSummary(wave, directory, children, files)
    # Only this branch needs the generator, which is slow to run but quick to import.
    from lbc_assets.reference.cohort import reference_rows

    files = write_wave(directory, wave, TITLE, _chunks(reference_rows(seed, tell)))
    return WaveSummary(wave, directory, sum(files.values()), files)
