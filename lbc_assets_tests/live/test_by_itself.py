"""What comes right without a hand: two waves at once, a power cut in the middle, a correction, the same file again.

In order, each test on what the one before it left.
"""

import re

import dagster as dg

from lbc_assets.assets.untold import untold
from lbc_assets.intake.ledger import Ledger
from lbc_assets.warehouse.flow import flow

ONE, OTHER = "one-2015", "other-2016"
# what a changed answer of one child reaches: not what is made of the codebook, the manifest or the schools alone
UNTOUCHED = {"raw_codebook", "raw_schools"}


def _answer_of_one_child(folder, column, value):
    """Change one answer in a delivery's first file, and what the manifest says of it."""
    path = folder / "zhejiang.csv"
    header, first, *others = path.read_text().splitlines()
    cells = dict(zip(header.split(","), first.split(","), strict=True)) | {column: value}
    path.write_text("\n".join([header, ",".join(cells.values()), *others]) + "\n")


def test_two_waves_at_once_through_a_power_cut(live):
    deliveries = [live.make(ONE, seed=3), live.make(OTHER, seed=4)]
    live.drop(*deliveries)
    live.wait(
        lambda: [run for wave in (ONE, OTHER) for run in live.runs(wave) if live.made_by(run)], "a run that has begun"
    )
    live.kill()
    assert not live.store.report_path(ONE) or not live.store.report_path(OTHER)
    live.start()
    live.wait(lambda: live.store.report_path(ONE) and live.store.report_path(OTHER), "both reports")
    for wave in (ONE, OTHER):
        live.wait(lambda wave=wave: live.runs(wave)[0].is_finished, "the last event")
        last, *broken = live.runs(wave)
        assert last.status == dg.DagsterRunStatus.SUCCESS
        # one that was killed is on record as failed, and its steps were not made again
        assert {run.status for run in broken} <= {dg.DagsterRunStatus.FAILURE}
        # a step that was accepted and could not say so any more has been told of since
        assert list(untold(live.store, live.instance, wave)) == []
        made = set().union(*(live.made_by(run) for run in (last, *broken)))
        assert len(set(flow()) - made) <= len(broken)
        current = live.store.snapshots.current(wave)
        assert current.mismatches(tuple(name for name in flow() if name in current.entries)) == []
    assert any(len(live.runs(wave)) == 2 for wave in (ONE, OTHER))


def test_the_tables_between_waves_follow(live):
    def described():
        with live.store.published()[0] as connection:
            tables = {row[0] for row in connection.execute("SHOW TABLES").fetchall()}
            if "wave_descriptions" not in tables:
                return set()
            return {row[0] for row in connection.execute("SELECT DISTINCT wave FROM wave_descriptions").fetchall()}

    live.wait(lambda: {ONE, OTHER} <= described(), "the tables between waves")


def test_of_a_correction_only_what_it_changes_is_made(live):
    before = live.store.snapshots.current(ONE)
    corrected = live.make(ONE, seed=3)
    # without declared hashes it is taken in when it has settled
    manifest = corrected / "wave.yaml"
    manifest.write_text(re.sub(r",\s*(rows|sha256): [0-9a-f]+", "", manifest.read_text()))
    _answer_of_one_child(corrected, "q01", "0")
    live.drop(corrected)
    live.wait(lambda: live.store.snapshots.current(ONE) != before, "the corrected wave")
    live.wait(lambda: live.runs(ONE)[0].is_finished, "the last event")
    run = live.runs(ONE)[0]
    assert run.status == dg.DagsterRunStatus.SUCCESS
    after = live.store.snapshots.current(ONE)
    changed = {n for n in before.entries if before.entries[n].data_version != after.entries[n].data_version}
    assert "stg_responses" in changed
    made = live.made_by(run)
    assert changed <= made
    assert not UNTOUCHED & changed
    assert len(live.runs(OTHER)) <= 2


def test_the_same_bytes_again_are_answered_and_nothing_runs(live):
    ledger = Ledger(live.home.deliveries)
    runs = {wave: len(live.runs(wave)) for wave in (ONE, OTHER)}
    again = live.make(OTHER, seed=4)
    live.drop(again)
    live.wait(lambda: not (live.home.inbox / OTHER).exists(), "the delivery to be given back")
    live.end()
    assert len([a for a in ledger.answers(OTHER) if not a.is_rejected]) == 1
    assert {wave: len(live.runs(wave)) for wave in (ONE, OTHER)} == runs
