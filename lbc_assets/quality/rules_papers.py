"""Rules of papers: a wave that claims to be calibrated to one reproduces what the paper's folder declares.

Belongs here: what is asked of the comparison and of the audit. Does not belong here: what counts as reproduced (the
paper's tolerances), the declared figures (its ``agreement``). The claim is ``calibrated_to`` of the manifest; a wave of
the same name that does not claim it, as the generator makes of any size, is not held to it. Collected answers are not
made to fit a paper: that they do not is a warning.
"""

from __future__ import annotations

from lbc_assets.quality.rule import Rule, Severity, in_scope

_CALIBRATED = "d.calibrated_to = c.paper"
_COLLECTED = "d.data_origin = 'collected'"
_CLAIM = "A synthetic wave that says it is calibrated to a paper"
_MAKE = (
    "The answers or an analysis are not those that were fitted. Correct them, or leave 'calibrated_to' out of the "
    "manifest; where the fit is new, declare its figures in the paper's paper.yaml."
)
_LOOK = (
    "Look at the rows that missed: answers, rules or analyses differ from the paper's. "
    "The wave is published all the same."
)
_OWN_FAULT = "A fault of lbc_assets/papers or of the paper's folder: the table is not to be used. Report it."
_NOT_AS_DECLARED = """
    c.declared_exact IS NOT NULL AND (
        c.exact < c.declared_exact
        OR c.exact + c.within_tolerance < c.declared_exact + c.declared_within_tolerance
        OR c.not_explained > c.declared_not_explained
    )
"""


def _of(
    table: str, name: str, severity: Severity, description: str, condition: str, of_waves: str, reason_code: str
) -> Rule:
    joined = "{candidate} AS c JOIN raw_deliveries AS d ON d.wave = c.wave"
    query = f"SELECT 1 FROM {joined} WHERE {of_waves} AND ({condition})"
    remedy = _MAKE if severity == "error" else _LOOK
    return Rule(name, table, severity, reason_code, description, remedy, query, ("raw_deliveries",))


def _own(table: str, name: str, description: str, query: str, reason_code: str) -> Rule:
    return Rule(name, table, "error", reason_code, description, _OWN_FAULT, query)


PAPER_RULES: tuple[Rule, ...] = (
    _of(
        "paper_comparison",
        "paper_counts_exact",
        "error",
        f"{_CLAIM} has every count that the paper prints.",
        "c.rule = 'count' AND c.verdict <> 'exact'",
        _CALIBRATED,
        "paper_not_reproduced",
    ),
    _of(
        "paper_comparison",
        "paper_counts_of_collected",
        "warn",
        "Collected answers of a wave that a paper reports have every count that it prints.",
        "c.rule = 'count' AND c.verdict <> 'exact'",
        _COLLECTED,
        "paper_not_reproduced",
    ),
    _own(
        "paper_comparison",
        "misses_explained",
        "Every cell that is missed or not comparable says why, or that nothing explains it.",
        "SELECT 1 FROM {candidate} WHERE verdict IN ('missed', 'not comparable') "
        "AND coalesce(trim(explanation), '') = ''",
        "explanation_missing",
    ),
    _own(
        "paper_comparison",
        "verdicts_have_numbers",
        "What has a verdict on a number has the number, and what is not comparable has none.",
        "SELECT 1 FROM {candidate} WHERE (verdict = 'not comparable') <> (reproduced IS NULL)",
        "verdict_without_number",
    ),
    _own(
        "paper_agreement",
        "verdicts_add_up",
        "The verdicts add up to the paper's comparable cells, under each reading.",
        "SELECT 1 FROM {candidate} WHERE exact + within_tolerance + missed + not_comparable IS DISTINCT FROM cells",
        "counts_do_not_add_up",
    ),
    _of(
        "paper_agreement",
        "agreement_as_declared",
        "error",
        f"{_CLAIM} reproduces at least what the paper's folder declares, and leaves no more unexplained.",
        _NOT_AS_DECLARED,
        _CALIBRATED,
        "paper_not_reproduced",
    ),
    _of(
        "paper_agreement",
        "agreement_of_collected",
        "warn",
        "Collected answers of a wave that a paper reports reproduce at least what its folder declares.",
        _NOT_AS_DECLARED,
        _COLLECTED,
        "paper_not_reproduced",
    ),
    Rule(
        "calibration_declared",
        "paper_agreement",
        "error",
        "calibration_not_declared",
        f"{_CLAIM} names one that reports the wave and declares how far it is reproduced.",
        _MAKE,
        f"""
            SELECT 1 FROM raw_deliveries AS d
            WHERE d.calibrated_to IS NOT NULL AND {in_scope("d")} AND NOT EXISTS (
                SELECT 1 FROM {{candidate}} AS c
                WHERE c.wave = d.wave AND c.paper = d.calibrated_to AND c.declared_exact IS NOT NULL
            )
        """,
        ("raw_deliveries",),
    ),
    _own(
        "paper_audit",
        "findings_add_up",
        "Of each check, what was compared is what agreed and what was found.",
        """
            SELECT 1 FROM {candidate} GROUP BY wave, paper, check_name, about
            HAVING min(compared) <> max(compared) OR min(consistent) <> max(consistent) OR min(compared) = 0
                OR min(compared) - min(consistent) <> count(*) FILTER (WHERE verdict <> 'consistent')
        """,
        "counts_do_not_add_up",
    ),
    Rule(
        "contradictions_resolved",
        "paper_audit",
        "warn",
        "contradiction_open",
        "Every contradiction that was found has a reading that resolves it.",
        "Read the cells it names in the paper, and add a contradiction with what resolves it to its paper.yaml.",
        "SELECT 1 FROM {candidate} WHERE verdict = 'contradiction' AND coalesce(trim(resolved_by), '') = ''",
    ),
)
