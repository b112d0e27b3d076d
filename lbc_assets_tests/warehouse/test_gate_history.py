"""What gates said, kept: in order, bounded, whole lines only."""

import stat

from lbc_assets.warehouse.gate_history import FILE, length, newest, note
from lbc_assets.warehouse.snapshots import GateOutcome


def _gate(name, passed, rows=0):
    return GateOutcome(check=name, severity="error", passed=passed, failing_rows=rows, reason_code="r", description="d")


def test_the_newest_comes_first_with_counts_of_what_passed(tmp_path):
    note(tmp_path / "w", "one", "accepted", [_gate("a", True), _gate("b", True)])
    note(tmp_path / "w", "two", "held", [_gate("c", False, 7)])
    held, accepted = newest(tmp_path / "w")
    assert (accepted.table, accepted.state, accepted.passed, accepted.not_passed) == ("one", "accepted", 2, ())
    assert (held.table, held.state, held.passed) == ("two", "held", None)
    assert [(g.check, g.failing_rows, g.reason_code) for g in held.not_passed] == [("c", 7, "r")]
    assert held.at >= accepted.at
    assert stat.S_IMODE((tmp_path / "w" / FILE).stat().st_mode) == 0o600


def test_no_more_is_read_than_was_asked_for(tmp_path):
    for number in range(100):
        note(tmp_path, f"table{number}", "accepted", [])
    found = list(newest(tmp_path, most=2000))
    assert found[0].table == "table99"
    assert 5 < len(found) < 30
    assert len(list(newest(tmp_path))) == 100
    assert length(tmp_path) > 2000


def test_a_line_cut_short_is_passed_over(tmp_path):
    note(tmp_path, "one", "accepted", [])
    with (tmp_path / FILE).open("a") as stream:
        stream.write('{"at": "2026')
    assert [judged.table for judged in newest(tmp_path)] == ["one"]


def test_a_wave_without_history_has_none(tmp_path):
    assert list(newest(tmp_path / "nowhere")) == []
    assert length(tmp_path / "nowhere") == 0
