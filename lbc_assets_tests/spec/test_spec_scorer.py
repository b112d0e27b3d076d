"""The SQL against a scorer written from the scoring sheet alone, in other words and with other arithmetic."""

from __future__ import annotations

import itertools
import random
from fractions import Fraction
from typing import Any

import pytest
from spec_run import VARIABLES, child, records, run_on

# Item numbers of each scale as printed on the scoring sheet; a minus sign for an item that counts backwards.
SHEET = {
    "emotional": (3, 8, 13, 16, 24),
    "conduct": (5, -7, 12, 18, 22),
    "hyperactivity": (2, 10, 15, -21, -25),
    "peer": (6, -11, -14, 19, 23),
    "prosocial": (1, 4, 9, 17, 20),
}
# Highest score of each band but the last, from the low end of the scale.
TOPS: dict[str, dict[str, tuple[int, ...]]] = {
    "three": {
        "total": (15, 19),
        "emotional": (5, 6),
        "conduct": (3, 4),
        "hyperactivity": (5, 6),
        "peer": (3, 5),
    },
    "four": {
        "total": (14, 17, 19),
        "emotional": (4, 5, 6),
        "conduct": (3, 4, 5),
        "hyperactivity": (5, 6, 7),
        "peer": (2, 3, 4),
    },
    "chinese": {
        "total": (14, 17),
        "emotional": (4, 5),
        "conduct": (3, 4),
        "hyperactivity": (5, 6),
        "peer": (4, 5),
    },
}
# Prosocial behaviour: lowest score of each band but the last, from the high end.
BOTTOMS = {"three": (6, 5), "four": (7, 6, 5), "chinese": (6, 5)}
NAMES = {
    "three": ("normal", "borderline", "abnormal"),
    "four": ("close_to_average", "slightly_raised", "high", "very_high"),
    "chinese": ("normal", "borderline", "abnormal"),
}
MODELS = ("int_item_points", "int_sdq_scales", "mart_sdq_scores")
Item = int | None


def scale_score(answers: dict[int, Item], numbers: tuple[int, ...]) -> tuple[int, int | None]:
    """Items answered and score of one scale."""
    points = [2 - a if number < 0 else a for number in numbers if (a := answers[abs(number)]) is not None]
    if len(points) < 3:
        return len(points), None
    exact = Fraction(sum(points), len(points)) * 5
    whole = exact.numerator // exact.denominator
    return len(points), whole + 1 if exact - whole >= Fraction(1, 2) else whole


def band(band_set: str, scale: str, score: int | None) -> str | None:
    if score is None:
        return None
    if scale == "prosocial":
        place = sum(score < bottom for bottom in BOTTOMS[band_set])
    else:
        place = sum(score > top for top in TOPS[band_set][scale])
    return NAMES[band_set][place]


def scored(answers: dict[int, Item]) -> dict[str, Any]:
    """The row of mart_sdq_scores that the questionnaire must have."""
    row: dict[str, Any] = {}
    for scale, numbers in SHEET.items():
        row[f"{scale}_items_answered"], row[f"{scale}_score"] = scale_score(answers, numbers)

    def added(*scales: str) -> int | None:
        scores = [row[f"{scale}_score"] for scale in scales]
        return None if None in scores else sum(scores)

    row["total_score"] = added("emotional", "conduct", "hyperactivity", "peer")
    row["externalising_score"] = added("conduct", "hyperactivity")
    row["internalising_score"] = added("emotional", "peer")
    for scale in (*SHEET, "total"):
        for band_set in NAMES:
            row[f"{scale}_band_{band_set}"] = band(band_set, scale, row[f"{scale}_score"])
    return row


def assert_same(questionnaires: list[dict[int, Item]]) -> None:
    staged = [
        {"wave": "w", "child_pseudonym": child(number)}
        | {name: answers[item] for item, name in enumerate(VARIABLES["sdq_items"], start=1)}
        for number, answers in enumerate(questionnaires, start=1)
    ]
    with run_on("stg_responses", staged, MODELS) as connection:
        found = records(connection, "SELECT * FROM mart_sdq_scores ORDER BY child_pseudonym")
    expected = [
        {"wave": "w", "child_pseudonym": child(number)} | scored(answers)
        for number, answers in enumerate(questionnaires, start=1)
    ]
    assert found == expected


def test_every_pattern_of_answers_and_missing_ones() -> None:
    # All 4^5 patterns, on the five scales at once.
    questionnaires = [
        {abs(number): answer for numbers in SHEET.values() for number, answer in zip(numbers, pattern, strict=True)}
        for pattern in itertools.product((0, 1, 2, None), repeat=5)
    ]
    assert len(questionnaires) == 1024
    assert_same(questionnaires)


def test_random_questionnaires() -> None:
    draw = random.Random(20170117)
    missing = [0.0] * 5 + [0.1, 0.3, 0.6]
    questionnaires = []
    for _ in range(600):
        share = draw.choice(missing)
        questionnaires.append(
            {number: None if draw.random() < share else draw.choice((0, 1, 2)) for number in range(1, 26)}
        )
    assert_same(questionnaires)


def test_banker_s_rounding_would_show() -> None:
    # Sum 2 over 4 items is 2.5: half up gives 3, Python's own round 2.
    assert round(2.5) == 2
    assert scale_score({3: 2, 8: 0, 13: 0, 16: 0, 24: None}, SHEET["emotional"]) == (4, 3)


def test_a_wrong_key_would_show() -> None:
    answers: dict[int, Item] = dict.fromkeys(range(1, 26), 0)
    wrong = dict.fromkeys(VARIABLES["sdq_items"], 0) | {"sdq_reflect": 2}
    with run_on("stg_responses", [{"wave": "w", "child_pseudonym": child(1)} | wrong], MODELS) as connection:
        found = records(connection, "SELECT hyperactivity_score FROM mart_sdq_scores")
    assert found != [{"hyperactivity_score": scored(answers)["hyperactivity_score"]}]


@pytest.mark.parametrize("scale", SHEET)
def test_the_sheet_has_each_item_once(scale: str) -> None:
    assert len(set(map(abs, SHEET[scale]))) == 5
    assert sorted(abs(number) for numbers in SHEET.values() for number in numbers) == list(range(1, 26))
