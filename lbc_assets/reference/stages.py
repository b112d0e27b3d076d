"""A random generator of its own for each stage of a seed.

Here: the stages and their generators. Not here: what a stage draws.
"""

import numpy as np

STAGES = (
    "design",
    "swaps",
    "schools",
    "scores",
    "points",
    "prosocial",
    "departure",
    "items",
    "households",
    "excluded",
    "codes",
    "order",
    "pairs",
)


def stage_generator(seed: int, stage: str) -> np.random.Generator:
    """The generator of one stage, so that one stage can grow and the others keep their draws."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, STAGES.index(stage)])))
