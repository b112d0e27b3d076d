"""Making waves from the baked reference children: waves of any size, small dirty ones; and baking them.

Here: `make_wave` and `bake`. Not here: how the reference children came about (`calibrate`, `cohort`), kinds of dirt
(`dirty`), delivering (`deliver`), the command line (`lbc_assets.cli`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import yaml

from lbc_assets.reference.baked_files import read_files, write_files
from lbc_assets.reference.deliver import BAKED, REFERENCE_WAVE
from lbc_assets.reference.dirty import soil
from lbc_assets.reference.households import Answers
from lbc_assets.reference.schools import PROVINCES
from lbc_assets.reference.wave_files import WaveSummary, write_manifest, write_wave

if TYPE_CHECKING:
    from lbc_assets.reference.calibrate import Calibrated

SEED = 1
"""Of the draws that make a wave of another size."""
CHUNK = 50_000
DIRTY_CHILDREN = 300
TITLE = "Baseline survey 2015 (synthetic reference wave)"
Progress = Callable[[str], None]


def baked_rows() -> Answers:
    """Coded answers of the baked reference wave (no ids), in file order, one array of text a variable."""
    return read_files(BAKED)


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

    children=None takes the 3,596 questionnaires of the baked reference wave as they are. Another
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
    files = write_wave(directory, wave, TITLE, _chunks(baked_rows()))
    return WaveSummary(wave, directory, sum(files.values()), files)


def bake(directory: Path, cohort: Calibrated, tried: int, day: str) -> WaveSummary:
    """Write a calibrated cohort as the reference wave, in its three formats, with `calibration.yaml` beside it.

    `tried`: how many seeds were; `day`: the date of calibration. Raises OSError when the folder cannot be written.
    """
    from lbc_assets.reference.cohort import reference_rows
    from lbc_assets.reference.published import PAPER

    rows = reference_rows(cohort)
    directory.mkdir(parents=True, exist_ok=True)
    entries = write_files(directory, rows)
    write_manifest(directory, REFERENCE_WAVE, TITLE, entries, Counter(rows["school"].tolist()), calibrated_to=PAPER)
    record = {
        "calibrated_to": PAPER,
        "calibrated_on": day,
        "seed": cohort.seed,
        "seeds_tried": tried,
        "printed_numbers_of_scores_missed": cohort.missed,
    }
    note = "# How the children of this folder came about; not part of the delivery.\n"
    directory.joinpath("calibration.yaml").write_text(note + yaml.safe_dump(record, sort_keys=False), encoding="utf-8")
    files = {entry["path"]: int(entry["rows"]) for entry in entries}
    return WaveSummary(REFERENCE_WAVE, directory, sum(files.values()), files)
