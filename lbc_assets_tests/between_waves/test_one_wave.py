"""One published wave has nothing to be compared with."""

from lbc_assets.launching import plan_between_waves
from lbc_assets.warehouse.store import Warehouse


def test_one_wave_has_nothing_to_be_compared_with(published):
    again = published("refresh")
    assert "between waves: nothing to compare (1 published)" in again.stderr
    assert "NOTHING TO COMPARE (1 published)" in published("status").stdout
    shown = published("show", "wave_changes")
    assert shown.exit_code == 1
    assert "needs two published waves" in shown.stderr
    assert plan_between_waves(Warehouse(published.home)).stale == {}
