"""Whatever lies in a file, it gets an answer, and no row of it is lost.

Belongs here: properties over inputs that nobody thought of (hypothesis, the same ones at each run). Does not belong
here: known ways of being wrong (``corpus/``).
"""

from __future__ import annotations

import copy
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lbc_assets.intake.door import receive
from lbc_assets.intake.ledger import Ledger
from lbc_assets.intake.questionnaire import ID
from lbc_assets.intake.rejection import DeliveryRejected
from lbc_assets.settings import SETTINGS_FILE, Home
from lbc_assets.warehouse.engine import connect, parquet

bounded = settings(
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=15,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
# no surrogates: they are no text; what is hostile in CSV comes often
CELLS = st.text(st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from(",;\"'\t\n\r\0=")), max_size=12)
LINES = st.lists(st.integers(0, 6), min_size=1, max_size=9)


def answered(parcel, folder):
    """The delivery, or None where it was rejected with reasons; in both cases the ledger has an answer."""
    parcel.home = Home(Path(folder))
    parcel.home.root.mkdir(exist_ok=True)
    # everything readable or not: only the structure may refuse
    (parcel.home.root / SETTINGS_FILE).write_text(
        "intake: {unreadable_share_of_column: 1, unreadable_share_of_file: 1}"
    )
    parcel.folder, parcel.deliveries = parcel.home.inbox / parcel.folder.name, parcel.home.deliveries
    try:
        delivery = receive(parcel.write(), parcel.home).delivery
    except DeliveryRejected:
        assert Ledger(parcel.deliveries).answers(parcel.folder.name)[-1].reasons
        assert {path.name for path in (parcel.deliveries / parcel.folder.name).iterdir()} == {"ledger.json"}
        return None
    (file,) = Ledger(parcel.deliveries).latest(delivery.wave).files
    fates = file.published + file.quarantined + file.collapsed + file.without_consent + file.of_other_events
    assert file.rows == fates
    return delivery


def published(delivery):
    """Line, id, township and school of the rows that are published."""
    with connect() as connection:
        sql = f"SELECT source_line, {ID}, township, school FROM {parquet([delivery.responses])} ORDER BY 1"
        return connection.execute(sql).fetchall()


@bounded
@given(cells=st.lists(st.tuples(CELLS, CELLS), min_size=6, max_size=6))
def test_cells_of_an_accepted_file_are_those_that_were_delivered(make_parcel, cells):
    parcel = make_parcel()
    places = parcel.column("township"), parcel.column("school")
    for row, texts in zip(parcel.rows, cells, strict=True):
        for place, text in zip(places, texts, strict=True):
            row[place] = text
    with tempfile.TemporaryDirectory() as folder:
        delivery = answered(parcel, folder)
        if delivery is not None:
            expected = [(n, row[0], row[places[0]], row[places[1]]) for n, row in enumerate(parcel.rows, 2)]
            assert published(delivery) == expected


@bounded
@given(order=LINES)
def test_rows_that_are_repeated_left_out_or_moved_all_have_a_fate(make_parcel, order):
    parcel = make_parcel()
    rows = [parcel.rows[place % 6] for place in order]
    parcel.rows = copy.deepcopy(rows)
    with tempfile.TemporaryDirectory() as folder:
        delivery = answered(parcel, folder)
        assert delivery is not None
        assert {row[1] for row in published(delivery)} == {row[0] for row in rows}


@bounded
@given(
    changes=st.lists(
        st.tuples(st.sampled_from(["flip", "cut", "add", "again"]), st.floats(0, 1), st.integers(0, 255)),
        min_size=1,
        max_size=4,
    )
)
def test_changed_bytes_get_an_answer(make_parcel, changes):
    parcel = make_parcel()
    content = bytearray(parcel.csv())
    for kind, share, byte in changes:
        place = min(int(share * len(content)), len(content) - 1) if content else 0
        if kind == "flip" and content:
            content[place] ^= byte or 1
        elif kind == "cut":
            del content[place : place + byte]
        elif kind == "add":
            content[place:place] = bytes([byte])
        else:
            content += content[place : place + byte]
    parcel.content = bytes(content)
    with tempfile.TemporaryDirectory() as folder:
        answered(parcel, folder)


@bounded
@given(content=st.binary(max_size=400))
@pytest.mark.parametrize("name", ["children.csv", "wave.yaml", "codebook.yaml"])
def test_any_bytes_get_an_answer(make_parcel, name, content):
    parcel = make_parcel()
    parcel.more[name] = content
    with tempfile.TemporaryDirectory() as folder:
        assert answered(parcel, folder) is None
