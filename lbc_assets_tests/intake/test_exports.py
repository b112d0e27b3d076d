"""The same twelve children from nine programs: whatever exported them, the same answers are read.

Belongs here: the worked codebooks and sample files of ``exports/``. Does not belong here: what is wrong with a file
(``corpus/``).
"""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest

from lbc_assets.intake.door import receive
from lbc_assets.intake.ledger import Ledger
from lbc_assets.intake.questionnaire import ID, questionnaire
from lbc_assets.intake.relations import make_raw_codebook, make_raw_responses
from lbc_assets.settings import Home
from lbc_assets.warehouse.engine import connect
from lbc_assets.warehouse.models import load_project, load_seeds, run_models

EXPORTS = Path(__file__).parent / "exports"
PROGRAMS = sorted(path.parent.name for path in EXPORTS.glob("*/wave.yaml"))
IDENTIFIERS = (b"Invented Name", "虚构姓名".encode(), b"192.0.2.", b"28.1 118")
CHILDREN = list(csv.DictReader((EXPORTS / "children.csv").read_text(encoding="utf-8").splitlines()))


@pytest.fixture(scope="module", params=PROGRAMS)
def received(request, tmp_path_factory):
    """One program's export, taken in."""
    home, wave = Home(tmp_path_factory.mktemp("exports")), request.param.replace("_", "-")
    shutil.copytree(EXPORTS / request.param, home.inbox / wave)
    return home, receive(home.inbox / wave, home).delivery


def test_there_is_a_sample_of_every_program():
    assert PROGRAMS == [
        "dta",
        "epidata",
        "kobo",
        "parquet",
        "redcap_label",
        "redcap_raw",
        "sav",
        "wenjuanxing",
        "xlsx",
    ]


def test_the_answers_are_those_of_the_twelve_children(received):
    _, delivery = received
    not_asked = ("selected_village", "centre_attendance", "village")
    names = [name for name in questionnaire() if name not in not_asked]
    with connect() as connection:
        make_raw_codebook(connection, delivery)
        make_raw_responses(connection, delivery, b"k" * 32)
        load_seeds(connection, load_project())
        run_models(connection, load_project(), ("stg_responses", "stg_value_issues"))
        issues = connection.execute("SELECT field, reason_code FROM stg_value_issues").fetchall()
        answers = ", ".join(f"s.{name}" for name in names)
        read = connection.execute(f"SELECT {answers} FROM stg_responses AS s").fetchall()
    assert issues == []
    expected = [tuple(child[name] for name in names) for child in CHILDREN]
    assert sorted(tuple("" if cell is None else str(cell) for cell in row) for row in read) == sorted(expected)


def test_names_addresses_and_places_are_dropped_at_the_door(received):
    home, delivery = received
    kept = b"".join(path.read_bytes() for path in home.deliveries.rglob("*") if path.is_file())
    assert not [text for text in IDENTIFIERS if text in kept]
    assert not [variable for variable in delivery.codebook.variables.values() if "Question about" in variable.column]


def test_what_became_of_the_rows(received):
    home, delivery = received
    answer = Ledger(home.deliveries).latest(delivery.wave)
    total = {name: sum(getattr(file, name) for file in answer.files) for name in ("rows", "published", "quarantined")}
    other = {"redcap-raw": 3, "epidata": 12}.get(delivery.wave, 0)  # later events; second entries that agree
    assert total == {"rows": 12 + other, "published": 12, "quarantined": 0}
    assert answer.corrections == (delivery.wave == "epidata")


def test_double_entries_that_differ_are_held_until_they_are_corrected(tmp_path):
    home = Home(tmp_path)
    folder = home.inbox / "epidata"
    shutil.copytree(EXPORTS / "epidata", folder)
    manifest = folder / "wave.yaml"
    text = manifest.read_text(encoding="utf-8")
    start = text.index("corrections:")
    manifest.write_text(text[:start] + text[text.index("survey_dates:") :], encoding="utf-8")
    answer_before = receive(folder, home)
    before = Ledger(home.deliveries).latest("epidata")
    assert [(reason.code, reason.rows) for reason in before.reasons] == [
        ("double_entry_agrees", 11),
        ("double_entry_differs", 2),
    ]
    manifest.write_text(text, encoding="utf-8")
    assert receive(folder, home).delivery.rows == answer_before.delivery.rows + 1 == 12


def test_value_labels_are_kept_but_those_of_sdq_items(received):
    _, delivery = received
    if delivery.manifest.files[0].format not in ("sav", "dta"):
        assert delivery.labels == {}
        return
    assert delivery.labels["sex"] == {"1": "Male", "2": "Female"}
    assert not [name for name in delivery.labels if name.startswith("sdq_")]


def test_missing_values_that_a_file_declares_are_missing(received):
    _, delivery = received
    declared = {"-9": "user_missing_in_file"} if delivery.wave == "sav" else None
    if declared:
        assert delivery.codebook.variables["sex"].missing == declared
    assert ID in delivery.codebook.variables
