"""All rules that YAML cannot say, by table.

Belongs here: the registry. Does not belong here: the rules (``rules_intake``, ``rules_derivation``,
``rules_patterns``, ``rules_characteristics``, ``rules_comparisons``, ``rules_analysis``, ``rules_robustness``,
``rules_psychometrics``, ``rules_bands``, ``rules_papers``, ``rules_refusals``, ``rules_between_waves``).
"""

from __future__ import annotations

from lbc_assets.quality.rule import Rule
from lbc_assets.quality.rules_analysis import ANALYSIS_RULES
from lbc_assets.quality.rules_bands import BAND_RULES
from lbc_assets.quality.rules_between_waves import BETWEEN_WAVES_RULES
from lbc_assets.quality.rules_characteristics import CHARACTERISTICS_RULES
from lbc_assets.quality.rules_comparisons import COMPARISON_RULES
from lbc_assets.quality.rules_derivation import DERIVATION_RULES
from lbc_assets.quality.rules_intake import INTAKE_RULES
from lbc_assets.quality.rules_papers import PAPER_RULES
from lbc_assets.quality.rules_patterns import PATTERN_RULES
from lbc_assets.quality.rules_psychometrics import PSYCHOMETRIC_RULES
from lbc_assets.quality.rules_refusals import REFUSAL_RULES
from lbc_assets.quality.rules_robustness import ROBUSTNESS_RULES

RULES: tuple[Rule, ...] = (
    *INTAKE_RULES,
    *PATTERN_RULES,
    *DERIVATION_RULES,
    *CHARACTERISTICS_RULES,
    *COMPARISON_RULES,
    *ANALYSIS_RULES,
    *ROBUSTNESS_RULES,
    *PSYCHOMETRIC_RULES,
    *BAND_RULES,
    *PAPER_RULES,
    *REFUSAL_RULES,
    *BETWEEN_WAVES_RULES,
)


def rules_for(table: str) -> tuple[Rule, ...]:
    """The rules of one table, in the order of the registry."""
    return tuple(rule for rule in RULES if rule.table == table)


def needs(table: str) -> tuple[str, ...]:
    """The tables that the rules of ``table`` read beside the candidate, each once, in alphabetical order."""
    return tuple(sorted({name for rule in rules_for(table) for name in rule.needs}))
