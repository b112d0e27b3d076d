"""Calibration: seeds, each its own cohort, until the tables print what the paper prints; the best is kept.

Here: one seed from design to scores (`calibrate`), several at a time (`best_of`). Not here: any stage's content,
answers to the questionnaire (`cohort`), all cells of the paper (`lbc_assets.papers` compares the baked wave with them).

The search is not bit-stable across machines (it follows the last bits of a linear algebra library), so that the chosen
cohort is baked into the package with its seed; tests check the baked one and do not calibrate it anew.
"""

from collections.abc import Callable, Mapping
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import get_context
from queue import Empty, Queue

from lbc_assets.reference.design import make_design
from lbc_assets.reference.design_fit import STEPS as DESIGN_STEPS
from lbc_assets.reference.design_fit import cross_products, fit_design
from lbc_assets.reference.design_targets import DesignTargets
from lbc_assets.reference.fine_search import ROUNDS, refine
from lbc_assets.reference.matrices import Design, Ints
from lbc_assets.reference.polish import STEPS as SCORE_STEPS
from lbc_assets.reference.polish import polish
from lbc_assets.reference.schools import draw_school_years, draw_schools
from lbc_assets.reference.score_targets import ScoreTargets
from lbc_assets.reference.scores import draw_prosocial, draw_scores
from lbc_assets.reference.stages import stage_generator

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Calibrated:
    """One cohort of 3,538 analysed children.

    `missed`: printed numbers of scores that it does not give; `scores`: the four difficulty scales, as in OUTCOMES.
    """

    seed: int
    missed: int
    design: Design
    years: Ints
    schools: Ints
    scores: Ints
    prosocial: Ints


def calibrate(
    seed: int,
    progress: Progress | None = None,
    *,
    design_steps: int = DESIGN_STEPS,
    score_steps: int = SCORE_STEPS,
    rounds: int = ROUNDS,
) -> Calibrated:
    """Calibrate the cohort of one seed: some minutes on one core. `progress` is called with lines of text."""
    drawn = make_design(stage_generator(seed, "design"))
    design = fit_design(drawn, stage_generator(seed, "swaps"), design_steps, progress)
    aim = DesignTargets(design).aim(cross_products(design))
    rng = stage_generator(seed, "schools")
    years = draw_school_years(design["age"], rng)
    schools = draw_schools(design, years, rng)
    held = ScoreTargets(design, aim.deviation["adjusted"])
    scores = draw_scores(design, schools, aim, stage_generator(seed, "scores"))
    scores = polish(scores, held, stage_generator(seed, "points"), score_steps, progress=progress)
    scores = refine(scores, held, stage_generator(seed, "pairs"), rounds, progress)
    prosocial = draw_prosocial(design, schools, stage_generator(seed, "prosocial"))
    return Calibrated(seed, held.missed(held.numbers(scores)), design, years, schools, scores, prosocial)


def _one(seed: int, lines: "Queue[str]", steps: Mapping[str, int]) -> Calibrated:
    return calibrate(seed, lambda line: lines.put(f"seed {seed}: {line}"), **steps)


def best_of(seeds: tuple[int, ...], processes: int, progress: Progress | None = None, **steps: int) -> Calibrated:
    """Calibrate several seeds in so many processes; the cohort that misses least, the lower seed among equals.

    `steps` are those of `calibrate`. Raises ValueError without a seed.
    """
    if not seeds:
        raise ValueError("calibration needs at least one seed")
    tell: Progress = progress if progress is not None else lambda _: None
    # spawned, not forked: the caller may have threads (DuckDB's, Dagster's)
    context = get_context("spawn")
    found: list[Calibrated] = []
    with context.Manager() as manager, ProcessPoolExecutor(processes, mp_context=context) as pool:
        lines: Queue[str] = manager.Queue()
        waiting = {pool.submit(_one, seed, lines, steps) for seed in seeds}
        while waiting:
            done, waiting = wait(waiting, timeout=0.2, return_when=FIRST_COMPLETED)
            with suppress(Empty):
                while True:
                    tell(lines.get_nowait())
            for cohort in (future.result() for future in done):
                found.append(cohort)
                tell(f"seed {cohort.seed}: done, {cohort.missed} printed numbers of scores missed")
    return min(found, key=lambda cohort: (cohort.missed, cohort.seed))
