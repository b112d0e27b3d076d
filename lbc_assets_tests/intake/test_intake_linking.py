"""No approval, no linking: the key is not read; with it, a pseudonym that is the same in every wave, and no key."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

import pytest

from lbc_assets.intake.codebook import Codebook, without_key
from lbc_assets.intake.corrections import read_corrections
from lbc_assets.intake.delivery import Delivery
from lbc_assets.intake.ledger import Ledger
from lbc_assets.intake.manifest import Corrections
from lbc_assets.intake.questionnaire import LINKING_KEY
from lbc_assets.intake.rejection import DeliveryRejected
from lbc_assets.intake.relations import make_raw_codebook, make_raw_deliveries, make_raw_links, make_raw_responses
from lbc_assets.warehouse.engine import connect, parquet

KEY = b"k" * 32
APPROVED = {"approval": "Committee, number 7", "key": "register 2015"}
NUMBERS = ["REG-NO-1", " REG-NO-2 ", "", "0", "REG-NO-5", "REG-NO-5"]


def with_register(parcel: Any, linking: dict[str, str] | None = APPROVED) -> Any:
    """The parcel with a column of register numbers; number 4 has none (code 0), 5 and 6 the same."""
    parcel.header.append("reg")
    for row, number in zip(parcel.rows, NUMBERS, strict=True):
        row.append(number)
    parcel.codebook["variables"][LINKING_KEY] = {"column": "reg", "missing": {"0": "not_in_register"}}
    if linking:
        parcel.manifest["linking"] = linking
    return parcel


def links(delivery: Delivery) -> list[tuple[str, str]]:
    """(child_pseudonym, linked_pseudonym) of raw_links, in the order of the file."""
    with connect() as connection:
        make_raw_links(connection, delivery, KEY)
        make_raw_responses(connection, delivery, KEY)
        return connection.execute(
            "SELECT l.child_pseudonym, l.linked_pseudonym FROM raw_links AS l JOIN raw_responses AS r "
            "USING (wave, child_pseudonym) ORDER BY r.source_line"
        ).fetchall()


def digits(*parts: str) -> str:
    return hmac.new(KEY, "\x1f".join(parts).encode(), hashlib.sha256).hexdigest()[:20]


def test_an_approved_key_becomes_a_pseudonym_that_pythons_hmac_gives(parcel):
    delivery = with_register(parcel).send()
    assert [linked for _, linked in links(delivery)] == [
        digits("/linked", "register 2015", number) for number in ("REG-NO-1", "REG-NO-2", "REG-NO-5", "REG-NO-5")
    ]
    assert [child for child, _ in links(delivery)] == [
        digits(delivery.wave, parcel.rows[place][0]) for place in (0, 1, 4, 5)
    ]


def test_equal_keys_link_waves_and_equal_ids_do_not(make_parcel):
    made = []
    for wave in ("baseline-2015", "followup-2017"):
        parcel = with_register(make_parcel())
        parcel.manifest["wave"], parcel.folder = wave, parcel.home.inbox / wave
        made.append(links(parcel.send()))
    (children, linked), (others, linked_too) = (tuple(zip(*rows, strict=True)) for rows in made)
    assert linked == linked_too
    assert not set(children) & set(others)
    assert not (set(children) | set(others)) & set(linked)


def test_another_key_of_the_same_numbers_links_nobody(make_parcel):
    first = links(with_register(make_parcel()).send())
    second = links(with_register(make_parcel(), {**APPROVED, "key": "class list"}).send())
    assert not {linked for _, linked in first} & {linked for _, linked in second}


def test_no_approval_no_linking_and_the_key_is_not_kept(parcel):
    delivery = with_register(parcel, None).send()
    assert links(delivery) == []
    with connect() as connection:
        kept = connection.execute(f"SELECT DISTINCT {LINKING_KEY} FROM {parquet([delivery.responses])}").fetchall()
        make_raw_deliveries(connection, delivery)
        said = connection.execute("SELECT linking_approval, linking_key FROM raw_deliveries").fetchall()
    assert (kept, said) == ([(None,)], [(None, None)])
    for file in (parcel.home.deliveries / delivery.wave).rglob("*"):
        assert not file.is_file() or b"REG-NO-1" not in file.read_bytes(), file
    (answer,) = Ledger(parcel.home.deliveries).answers(delivery.wave)
    assert [(reason.code, reason.rows) for reason in answer.reasons] == [("linking_not_approved", None)]


def test_the_key_leaves_intake_in_no_table(parcel):
    delivery = with_register(parcel).send()
    with connect() as connection:
        for make in (make_raw_responses, make_raw_links):
            make(connection, delivery, KEY)
        make_raw_codebook(connection, delivery)
        cells = [
            str(cell)
            for table in ("raw_responses", "raw_links", "raw_codebook")
            for row in connection.execute(f"SELECT * FROM {table}").fetchall()
            for cell in row
        ]
    assert not {"REG-NO-1", "REG-NO-2", "REG-NO-5", LINKING_KEY, "not_in_register"} & set(cells)


def test_an_approval_without_a_key_is_a_contradiction(parcel):
    parcel.manifest["linking"] = APPROVED
    with pytest.raises(DeliveryRejected) as caught:
        parcel.send()
    (reason,) = caught.value.reasons
    assert (reason.code.name, reason.place) == ("DOCUMENT_NOT_VALID", "codebook.yaml, variables.linking_key")


@pytest.mark.parametrize("linking", [{"approval": "Committee"}, {"key": "register"}, {"approval": "", "key": "r"}])
def test_an_approval_says_who_and_which_key(parcel, linking):
    with pytest.raises(DeliveryRejected) as caught:
        with_register(parcel, linking).send()
    assert {reason.code.name for reason in caught.value.reasons} == {"DOCUMENT_NOT_VALID"}


@pytest.mark.parametrize("more", [{"codes": {"1": "x"}}, {"blank": "none"}])
def test_a_key_has_no_codes(parcel, more):
    with_register(parcel).codebook["variables"][LINKING_KEY] |= more
    with pytest.raises(DeliveryRejected, match="linking_key"):
        parcel.send()


def test_a_key_may_not_be_corrected_for_corrections_are_shown():
    content = b"id,field,old,new,who,why\n1,linking_key,REG-NO-1,REG-NO-2,me,typing\n"
    with pytest.raises(DeliveryRejected) as caught:
        read_corrections(content, Corrections(path="c.csv", version="1", reviewed_by="you"))
    assert caught.value.reasons[0].code.name == "CORRECTIONS_NOT_VALID"


def test_copies_that_differ_in_the_key_alone_are_held(parcel):
    with_register(parcel).rows.append([*parcel.rows[0][:-1], "REG-NO-9"])
    delivery = parcel.send()
    held = {(c.fate, c.reason_code): c.rows for c in delivery.counts if c.fate != "published"}
    assert held == {("quarantined", "copies_conflict"): 2}


def test_a_codebook_without_a_key_stays_as_it_is(parcel):
    codebook = Codebook.model_validate(parcel.codebook)
    assert without_key(codebook) is codebook


def test_another_key_is_other_content(make_parcel):
    first = with_register(make_parcel()).send()
    changed = with_register(make_parcel())
    changed.rows[0][-1] = "REG-NO-77"
    assert changed.send().content_sha256 != first.content_sha256


def test_a_delivery_from_before_a_variable_was_known_is_read(parcel, monkeypatch):
    """Its file has no such column, and neither village nor key can be missing from the tables."""
    delivery = parcel.send()
    old = delivery.folder / "old.parquet"
    with connect() as connection:
        connection.execute(
            f"COPY (SELECT * EXCLUDE (village, {LINKING_KEY}) FROM {parquet([delivery.responses])}) TO '{old}'"
        )
        monkeypatch.setattr(Delivery, "responses", property(lambda _: old))
        make_raw_responses(connection, delivery, KEY)
        rows = connection.execute("SELECT village, sex FROM raw_responses").fetchall()
    assert len(rows) == len(parcel.rows)
    assert {row[0] for row in rows} == {None}
    assert None not in {row[1] for row in rows}
