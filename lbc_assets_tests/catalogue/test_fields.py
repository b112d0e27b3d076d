"""The codebooks side by side: what may be shown of them, and what not."""

import pytest

from lbc_assets.catalogue.facts import Asked, Code, WaveFacts
from lbc_assets.catalogue.fields import AskedBy, Meaning, asked_by_wave
from lbc_assets.intake.questionnaire import questionnaire


@pytest.fixture
def wave():
    def _wave(name, codebook):
        return WaveFacts(name, "s", True, {}, {}, {}, (), codebook)

    return _wave


def test_who_asked_what_with_which_codes(wave):
    sex = Asked("Q1", (Code("1", "male"), Code("2", "female"), Code("9", None), Code("", None)))
    fields = asked_by_wave([wave("one", {"sex": sex}), wave("two", {}), wave("three", None)])
    assert list(fields) == list(questionnaire())
    one, two, three = fields["sex"]
    assert one == AskedBy(
        "one", "Q1", (Meaning("male", ("1",)), Meaning("female", ("2",)), Meaning("missing", ("9", "blank")))
    )
    assert two == AskedBy("two", "")
    assert three == AskedBy("three", None)


def test_the_wording_of_an_item_is_counted_and_not_shown(wave):
    asked = Asked(
        "i1", (Code("0", "0"), Code("Invented wording", "0"), Code("\u4e0d\u7b26\u5408", "1"), Code("2", "2"))
    )
    (one,) = asked_by_wave([wave("one", {"sdq_consid": asked})])["sdq_consid"]
    assert one.meanings == (Meaning("0", ("0",), 1), Meaning("1", (), 1), Meaning("2", ("2",)))


def test_words_of_other_fields_are_shown(wave):
    (one,) = asked_by_wave([wave("one", {"sex": Asked("s", (Code("\u7537", "male"),))})])["sex"]
    assert one.meanings == (Meaning("male", ("\u7537",)),)


def test_a_column_known_by_its_hash_is_cut_short(wave):
    (one,) = asked_by_wave([wave("one", {"sex": Asked("sha256:" + "ab" * 32, ())})])["sex"]
    assert one.column == "sha256:abababababab\u2026"
