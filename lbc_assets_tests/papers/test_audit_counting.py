"""Checks of counts and percentages: one example that agrees and one that does not, computed by hand."""

from __future__ import annotations

from lbc_assets.papers.audit.counting import Flow, MissingAnswers, Mixture, Percentages, Shares
from lbc_assets_tests.papers.papers_kit import numbers, verdicts

# 849 of 1,923 are 44.14977 percent: 44.1, or 44.15 and then 44.2
COUNTED = {
    ("1", "School: Fair", "now", "n"): "849",
    ("1", "School: Other", "now", "n"): "1074",
    ("1", "School: Other", "now", "pct"): "55.9",
    "size": "1930",
}
PERCENTAGES = Percentages(check="percentages", table="1", variables=("School",), columns=("now",))


def test_percentages() -> None:
    for printed, found in (("44.1", []), ("44.2", ["contradiction"]), ("44.3", ["contradiction"])):
        tally = PERCENTAGES.run(numbers({**COUNTED, ("1", "School: Fair", "now", "pct"): printed}))
        assert verdicts(tally) == (2, 2 - len(found), found)
        if found:
            assert ("nor rounded twice" in tally.findings[0].finding) == (printed == "44.3")
            assert tally.findings[0].evidence == f"849/1923 = 44.150, printed {printed}"


def test_missing_answers() -> None:
    check = MissingAnswers(check="missing_answers", table="1", variables=("School",), groups={"now": "size"})
    tally = check.run(numbers(COUNTED))
    assert verdicts(tally) == (1, 1, [])
    assert tally.shown == ["School 7 missing"]
    assert verdicts(check.run(numbers({**COUNTED, "size": "1922"}))) == (1, 0, ["contradiction"])


def test_shares_add_up_within_their_rounding() -> None:
    check = Shares(check="shares", wholes={"provinces": ("one", "other")})
    for other, found in (("38.2", []), ("38.3", []), ("38.1", []), ("38.4", ["contradiction"])):
        assert verdicts(check.run(numbers({"one": "61.8", "other": other})))[2] == found
    tally = check.run(numbers({"one": "61.8", "other": "31.2"}))
    assert tally.findings[0].evidence.startswith("61.8 + 31.2 = 93.0; 100 with 68.8 in place of 61.8, 38.2 in place of")


def test_shares_of_a_table() -> None:
    check = Shares(check="shares", table="1", variables=("School",), columns=("now",))
    cells = {("1", "School: Fair", "now", "pct"): "44.2", ("1", "School: Other", "now", "pct"): "55.9"}
    assert verdicts(check.run(numbers(cells))) == (1, 1, [])  # 100.1: both may be rounded up
    cells["1", "School: Other", "now", "pct"] = "56.0"
    assert verdicts(check.run(numbers(cells))) == (1, 0, ["contradiction"])


def test_flow() -> None:
    check = Flow(
        check="flow",
        sums=[{"total": "analysed", "plus": ["received"], "minus": ["without"]}],
        shares=[{"printed": "share", "part": "without", "whole": "received"}],
    )
    good = {"received": "3596", "without": "58", "analysed": "3538", "share": "1.6"}  # 1.6129 percent
    assert verdicts(check.run(numbers(good))) == (2, 2, [])
    assert verdicts(check.run(numbers({**good, "analysed": "3537"}))) == (2, 1, ["contradiction"])
    assert verdicts(check.run(numbers({**good, "share": "1.7"}))) == (2, 1, ["contradiction"])


def test_a_rate_of_one_part_must_leave_a_rate_to_the_other() -> None:
    check = Mixture(check="mixture", part_share="share", part_rate="rate", with_it=("with",), of_all="all")
    # 80 of 100, 60 percent of them in the part: at 66.6 percent the other part would need 100.1
    cells = {"share": "60.0", "with": "80", "all": "100"}
    assert verdicts(check.run(numbers({**cells, "rate": "66.7"}))) == (1, 1, [])
    tally = check.run(numbers({**cells, "rate": "65.6"}))
    assert verdicts(tally) == (1, 0, ["contradiction"])
    assert "rate of all 80.0" in tally.findings[0].evidence
    assert verdicts(check.run(numbers({"share": "90.0", "with": "80", "all": "100", "rate": "89.5"})))[2] == [
        "contradiction"  # 80.55 from the part alone: fewer than nobody in the other
    ]
