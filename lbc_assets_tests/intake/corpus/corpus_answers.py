"""Bad answers, and text that would do something where it is shown.

Belongs here: the categories values and injection. Does not belong here: ids (``corpus_text.py``).
"""

from __future__ import annotations

from corpus_case import ANSWER, Case, accepted, both, cell, corrections, manifest, rejected

HOSTILE = (
    '=HYPERLINK("http://192.0.2.1","x")',
    "<script>alert(1)</script>",
    "![x](http://192.0.2.1/x.png)|`x`",
    "'); DROP TABLE raw_responses; --",
    "\u202egnp.elif\u200b",
    "{{ 7 * 7 }} {% raw %}",
    "{batch} :name %s %(x)s",
    "$(touch /tmp/x) `id`",
)


def _all(variable: str, text: str):
    return lambda p: [row.__setitem__(p.column(variable), text) for row in p.rows]


def _hidden(text: str):
    return lambda p: p.rows[2].__setitem__(p.column("school"), text)


NO_CONSENT = frozenset({"no_consent"})

VALUES: list[Case] = [
    rejected(
        "a column of codes that nobody knows",
        "values",
        _all("sex", "7"),
        "too_many_unreadable",
        "children.csv, sex: 6 of 6",
    ),
    rejected(
        "codes of another codebook",
        "values",
        lambda p: [row.__setitem__(slice(10, 35), ["A"] * 25) for row in p.rows],
        "too_many_unreadable",
        "sdq_consid",
    ),
    rejected("birth years for ages", "values", _all("age_years", "2003"), "too_many_unreadable", "age_years"),
    rejected(
        "two of six cannot be read",
        "values",
        both(cell(1, "sdq_lies", "x"), cell(2, "sdq_lies", "1.6")),
        "too_many_unreadable",
        "sdq_lies: 2 of 6",
    ),
    rejected(
        "a few everywhere",
        "values",
        lambda p: [row.__setitem__(10 + 4 * n + k, "x") for n, row in enumerate(p.rows) for k in range(4)],
        "too_many_unreadable",
        "children.csv: 24 of",
        settings={"intake": {"unreadable_share_of_file": 0.05}},
    ),
    accepted("one of six cannot be read", "values", cell(1, "sdq_lies", "x")),
    accepted(
        "full-width digits",
        "values",
        lambda p: [row.__setitem__(p.column("age_years"), chr(0xFF11) + chr(0xFF12)) for row in p.rows],
    ),
    accepted(
        "a child refused", "values", cell(3, "consent_child", "2"), reasons=NO_CONSENT, rows={"without_consent": 1}
    ),
    accepted(
        "a carer's consent is blank",
        "values",
        cell(3, "consent_carer", ""),
        reasons=NO_CONSENT,
        rows={"without_consent": 1},
    ),
    accepted(
        "a consent cannot be read",
        "values",
        cell(3, "consent_child", "perhaps"),
        reasons=NO_CONSENT,
        rows={"without_consent": 1},
    ),
    accepted("nobody consented", "values", _all("consent_carer", "2"), reasons=NO_CONSENT, rows={"without_consent": 6}),
    accepted(
        "what refused cannot be read counts for nothing",
        "values",
        both(cell(3, "consent_child", "2"), lambda p: p.rows[3].__setitem__(slice(10, 35), ["?"] * 25)),
        reasons=NO_CONSENT,
        rows={"without_consent": 1},
    ),
    rejected(
        "a correction of nobody",
        "values",
        corrections("NOBODY,sex,1,2,me,slip\n"),
        "correction_not_applicable",
        "corrections.csv, line 2",
    ),
    rejected(
        "a correction of another answer",
        "values",
        corrections("{ID1},sex,7,2,me,slip\n"),
        "correction_not_applicable",
        "corrections.csv, line 2",
    ),
    rejected(
        "a correction of no variable",
        "values",
        corrections("{ID1},nothing,1,2,me,slip\n"),
        "corrections_not_valid",
        "corrections.csv, line 2",
    ),
    rejected("a correction that says not why", "values", corrections("{ID1},sex,1,2,me,\n"), "corrections_not_valid"),
    rejected(
        "corrections without their columns", "values", corrections("id,field\n"), "corrections_not_valid", "line 1"
    ),
]

INJECTION: list[Case] = [
    *(accepted(f"an answer that is {text[:12]!r}", "injection", _hidden(f"{text} {ANSWER}")) for text in HOSTILE),
    *(
        accepted(f"an id that is {text[:12]!r}", "injection", lambda p, text=text: p.rows[3].__setitem__(0, text))
        for text in HOSTILE[:5]
    ),
    rejected(
        "a terminal's escape in the title", "injection", manifest(title="x\x1b[2J"), "document_not_valid", "title"
    ),
    rejected(
        "text that runs backwards as custodian", "injection", manifest(custodian="\u202eexe"), "document_not_valid"
    ),
    accepted("a script as title", "injection", manifest(title=HOSTILE[1])),
    rejected(
        "a column named by a script",
        "injection",
        lambda p: p.header.__setitem__(4, HOSTILE[1]),
        {"column_unknown", "column_absent"},
        "column number 5",
    ),
    accepted(
        "a code that is a formula",
        "injection",
        lambda p: p.codebook["variables"]["sex"]["codes"].update({"=1+1": "male"}),
    ),
    rejected(
        "a variable named by an escape",
        "injection",
        lambda p: p.codebook["variables"].update({"\x1b[2J": {"column": "x"}}),
        "document_not_valid",
    ),
]
