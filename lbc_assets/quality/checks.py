"""The checks of a table's gate, as data: names, severities, words. Light, for definitions import it.

Belongs here: putting the YAML's tests and the rules into one list. Does not belong here: running them
(``gate.py``), Dagster's objects made of them (``assets/``).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from lbc_assets.quality.predicates import check_arguments, in_words
from lbc_assets.quality.rule import Rule, Severity
from lbc_assets.quality.rules import rules_for
from lbc_assets.warehouse.contracts import ContractError, Table, Test

COLUMNS_CHECK = "columns_as_declared"
SURPRISE_SUFFIX = "_as_usual"

_OWN_FAULT = "A fault of the platform: the table breaks its own contract. Report it."
_REMEDY = {
    "raw": "Correct the delivery, its manifest or its codebook, and deliver again.",
    "staging": "Look at the children named here in the delivery; correct the codebook or the delivery.",
}
_WARNING = "Look at what is named here: unusual, not impossible. The wave is published all the same."


@dataclass(frozen=True)
class Check:
    """One check of one table.

    ``kind``: 'columns' (names, order and types), 'tests' (of the YAML, those of one name together), 'rule'.
    ``description`` is the rule in words; neither it nor ``reason_code`` holds an answer.
    """

    name: str
    table: str
    severity: Severity
    kind: Literal["columns", "tests", "rule"]
    description: str
    reason_code: str
    remedy: str
    tests: tuple[Test, ...] = field(default=(), repr=False)
    rule: Rule | None = field(default=None, repr=False)


def checks_for(table: Table) -> tuple[Check, ...]:
    """Every check of a table, in a stable order: columns, the YAML's tests as they stand, rules.

    Where the YAML gives errors and warnings one name, the warnings' check is named ``<name>_as_usual``.
    Raises ContractError where it gives one check two reasons, a test arguments that it does not take, or a
    check the name of a rule.
    """
    checks = [
        Check(
            name=COLUMNS_CHECK,
            table=table.name,
            severity="error",
            kind="columns",
            description="Columns have the declared names, order and types.",
            reason_code="columns_not_as_declared",
            remedy=_OWN_FAULT,
        )
    ]
    for test in table.tests:
        check_arguments(table, test)
    errors = {test.check for test in table.tests if test.severity == "error"}
    grouped: dict[str, list[Test]] = {}
    for test in table.tests:
        # one name for broken contracts and for surprises would be one severity for both
        surprise = test.severity == "warn" and test.check in errors
        grouped.setdefault(test.check + SURPRISE_SUFFIX * surprise, []).append(test)
    checks += [_from_tests(table, name, tuple(tests)) for name, tests in grouped.items()]
    checks += [_from_rule(rule) for rule in rules_for(table.name)]
    names = [check.name for check in checks]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ContractError(f"{table.name}: more than one check is named {', '.join(twice)}")
    return tuple(checks)


def _from_tests(table: Table, name: str, tests: tuple[Test, ...]) -> Check:
    reasons = {test.reason for test in tests}
    if len(reasons) > 1:
        raise ContractError(f"{table.name}: check {name} has several reasons: name its tests apart")
    (reason,), severity = reasons, tests[0].severity
    remedy = _WARNING if severity == "warn" else _REMEDY.get(table.layer, _OWN_FAULT)
    return Check(name, table.name, severity, "tests", in_words(table, tests), reason, remedy, tests=tests)


def _from_rule(rule: Rule) -> Check:
    return Check(
        rule.name,
        rule.table,
        rule.severity,
        "rule",
        rule.description,
        rule.reason_code,
        rule.remedy,
        rule=rule,
    )
