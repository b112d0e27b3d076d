"""The summary in the terminal."""

import dataclasses

from lbc_assets.reporting.summary import terminal_summary

EXPECTED = """\
baseline-2015: Baseline survey
data        SYNTHETIC DATA, no child's answers
children     3,596 in, 3,538 analysed, 58 excluded:
                 0  no consent of child or carer
                 0  outside the sampling frame
                 9  SDQ not completed
                 8  one or both parents deceased
                41  migration status not known
groups       1,930  currently left behind (54.6%)
               907  previously left behind (25.6%)
               701  never left behind (19.8%)
gates       2 of 2 blocking checks passed, 1 with a warning
association points of total difficulties (0 to 40), adjusted model, n = 3,442
            Previously left behind vs never left behind    0.60 (95% CI 0.11 to 1.09)  p = 0.004
            Currently left behind vs never left behind     0.45 (95% CI -0.04 to 0.94)  p = 0.040
report      releases/report.html
"""


def test_one_screen(content):
    text = terminal_summary(content, "releases/report.html")
    assert text == EXPECTED
    assert text.isascii()
    assert max(map(len, text.splitlines())) <= 100
    assert len(text.splitlines()) <= 24


def test_of_a_wave_that_a_paper_reports_it_ends_with_what_is_reproduced(beside):
    text = terminal_summary(beside, "releases/report.html", "releases/comparison.html")
    row = beside.paper_agreement.iloc[0]
    ends = text.partition(EXPECTED)[2].splitlines()
    assert ends == [
        f"paper       {row['exact']} of 442 printed numbers reproduced at the printed digits, "
        f"{row['within_tolerance']} more within tolerance",
        "            zhao_2017, reading 'resolved'",
        "comparison  releases/comparison.html",
    ]
    assert max(map(len, text.splitlines())) <= 100


def test_a_refused_model_says_why(content, tables, refuse):
    refuse(tables["model_coefficients"], "empty_level", model="adjusted", outcome="total")
    text = terminal_summary(
        dataclasses.replace(content, model_coefficients=tables["model_coefficients"]), "report.html"
    )
    assert text.count("not estimated: a level has no child") == 2
    assert "nan" not in text.lower()


def test_a_title_cannot_steer_the_terminal(content):
    title = "Wave\x1b[2J\r\n\u202etitle"
    text = terminal_summary(dataclasses.replace(content, wave=dataclasses.replace(content.wave, title=title)), "r")
    assert text.splitlines()[0] == r"baseline-2015: Wave\x1b[2J \u202etitle"
