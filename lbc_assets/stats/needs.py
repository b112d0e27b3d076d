"""What an analysis needs to know of the children: the variables that tell them apart, and the scores it adds up.

Belongs here: the declaration, and how models' specifications make it; and what it is called where an analysis reads
tables instead. Does not belong here: the query (``warehouse/cells.py``), the arrays (`sample`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lbc_assets.stats.terms import ModelSpec

# Of each table that an analysis reads, the columns it is given: it has no others.
Reads = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Needs:
    """`variables`: columns of the cohort whose values tell cells apart; `outcomes`: scores summed in each cell."""

    variables: tuple[str, ...]
    outcomes: tuple[str, ...]


def needs_of(specs: Iterable[ModelSpec]) -> Needs:
    """What a set of models needs, each variable and outcome once, in the order of the models."""
    listed = list(specs)
    variables = dict.fromkeys(name for spec in listed for name in spec.variables)
    return Needs(tuple(variables), tuple(dict.fromkeys(spec.outcome for spec in listed)))
