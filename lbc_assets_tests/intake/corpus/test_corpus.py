"""Every bad delivery of the corpus gets its answer, loses nothing and tells nothing.

Belongs here: running the cases, and counting them. Does not belong here: the cases, what is looked at.
"""

from __future__ import annotations

import os
import shutil
from collections import Counter

import pytest
from corpus_answers import INJECTION, VALUES
from corpus_case import ANSWER, IDENTIFIER, REJECTED, Case
from corpus_case import NAMES as IDENTIFIER_COLUMN
from corpus_documents import DOCUMENTS, LINKING, NAMES
from corpus_programs import STATISTICS, WORKBOOKS
from corpus_run import check, send
from corpus_text import ENCODING, IDS, STRUCTURE
from corpus_timing import TIMING

from lbc_assets.intake.fates import NOTES, REMEDIES
from lbc_assets.intake.rejection import ReasonCode
from lbc_assets.launching import take_in
from lbc_assets.settings import SETTINGS_FILE
from lbc_assets.warehouse.store import Warehouse

CASES: list[Case] = [
    *ENCODING,
    *STRUCTURE,
    *IDS,
    *VALUES,
    *INJECTION,
    *DOCUMENTS,
    *LINKING,
    *NAMES,
    *TIMING,
    *WORKBOOKS,
    *STATISTICS,
]


def _with_canaries(parcel) -> None:
    parcel.rows[1][parcel.column("township")] = ANSWER
    parcel.header.append(IDENTIFIER_COLUMN)
    parcel.codebook["identifiers"] = [IDENTIFIER_COLUMN]
    for row in parcel.rows:
        row.append(IDENTIFIER)


@pytest.fixture
def here():
    """The folder in which the tests run, whatever a case does."""
    folder = os.getcwd()
    yield
    os.chdir(folder)


@pytest.fixture(scope="module")
def received(parcel_in, tmp_path_factory):
    """The folder of a home in which the sound parcel was taken in, to be copied."""
    first = parcel_in(tmp_path_factory.mktemp("received"))
    _with_canaries(first)
    first.home.make()
    (first.home.root / SETTINGS_FILE).write_text("intake: {settle_seconds: 0}\n")
    first.write()
    assert take_in(Warehouse(first.home)).received == (first.folder.name,)
    return first.home.root


@pytest.mark.parametrize("case", CASES, ids=[f"{case.category}: {case.name}" for case in CASES])
def test_case(case, make_parcel, received, capsys, here):
    parcel = make_parcel()
    _with_canaries(parcel)
    parcel.home.make()
    if case.state == REJECTED and case.category != "names":
        shutil.copytree(received, parcel.home.root, dirs_exist_ok=True)
    came = send(case, parcel)
    told = capsys.readouterr()
    check(case, came, told.out + told.err)


def test_the_corpus_is_large_enough():
    categories = Counter(case.category for case in CASES)
    assert len(CASES) == len({(case.category, case.name) for case in CASES}) >= 80
    assert min(categories.values()) >= 6, categories


def test_every_reason_has_a_case():
    seen = {reason for case in CASES for reason in case.reasons}
    assert {*REMEDIES, *NOTES} <= seen
    assert {code.name.lower() for code in ReasonCode} - seen == set()
