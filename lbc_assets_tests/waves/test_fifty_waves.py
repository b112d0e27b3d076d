"""Fifty waves at once: bad ones stop no other and leak nowhere; what changes later is all that runs again.

The tests build on each other: one home, in the order of the file.
"""

from __future__ import annotations

import collections
import dataclasses
import json
import sys

import dagster as dg
from fifty import CANARY, HELD, REJECTED, WAVES, deliver, with_canary

from lbc_assets.definitions import defs
from lbc_assets.instance.home import prepare
from lbc_assets.schedules import nightly_refresh
from lbc_assets.settings import Home
from lbc_assets.warehouse.between_waves import steps
from lbc_assets.warehouse.flow import RAW, flow
from lbc_assets.warehouse.store import Warehouse

GOOD = [wave for wave in WAVES if wave not in (*HELD, REJECTED)]
MENDED = "wave-12"


def _states(lbc):
    return {said["wave"]: said["state"] for said in json.loads(lbc("status", "--json").output)["waves"]}


def test_forty_seven_are_published(fifty):
    assert fifty.exits == [2, 2], fifty.said
    states = _states(fifty)
    assert [wave for wave, state in states.items() if state == "published"] == GOOD
    assert {wave: state for wave, state in states.items() if state != "published"} == {
        **dict.fromkeys(HELD, "held"),
        REJECTED: "rejected",
    }


def test_each_bad_wave_is_told_of_once(fifty):
    for _ in range(2):
        assert fifty("alerts", "--send").exit_code == 0
    lines = (fifty.home.alerts / "alerts.jsonl").read_text().splitlines()
    told = [(one["kind"], one["wave"]) for one in map(json.loads, lines)]
    assert sorted(told) == sorted([("rejected", REJECTED), *(("held", wave) for wave in HELD)])


def test_nothing_of_a_bad_wave_is_in_another(fifty, lbc_at, tmp_path):
    connection, waves = Warehouse(fifty.home).published()
    assert waves == GOOD
    names = [
        name for (name,) in connection.execute("SELECT view_name FROM duckdb_views() WHERE NOT internal").fetchall()
    ]
    bad = [*HELD, REJECTED]
    for name in names:
        columns = [row[0] for row in connection.execute(f"DESCRIBE {name}").fetchall()]
        if "wave" in columns and name not in steps():
            (count,) = connection.execute(f"SELECT count(*) FROM {name} WHERE list_contains(?, wave)", [bad]).fetchone()
            assert count == 0, name
        row = connection.execute(f"SELECT count(*) FROM {name} AS t WHERE t::varchar LIKE '%{CANARY}%'").fetchone()
        assert row == (0,), name
    # a neighbour's tables are those that it has where it is alone
    alone = lbc_at(Home(tmp_path / "alone"))
    neighbour = WAVES[WAVES.index(HELD[0]) + 1]
    deliver(alone.home.make().inbox, neighbour, WAVES.index(neighbour))
    assert alone("refresh").exit_code == 0
    assert _versions(alone.home, neighbour) == _versions(fifty.home, neighbour)


def _versions(home, wave):
    entries = Warehouse(home).snapshots.current(wave).entries
    return {name: entry.data_version for name, entry in entries.items() if entry.suffix == "parquet"}


def test_the_tables_between_waves_read_what_is_published_and_name_the_rest(fifty):
    fifty("refresh", "--json", MENDED)  # nothing of the wave is stale; what lies between is
    sql = "SELECT wave, n, reason FROM wave_descriptions WHERE variable = 'children' AND province = 'all'"
    rows = json.loads(fifty("sql", sql, "--format", "json").stdout)
    assert {row["wave"] for row in rows if row["n"]} == set(GOOD)
    assert {row["wave"]: row["reason"] for row in rows if not row["n"]} == dict.fromkeys(HELD, "not_published")
    compared = json.loads(
        fifty("sql", "SELECT DISTINCT wave_before, wave_after FROM wave_changes", "--format", "json").stdout
    )
    assert not {wave for row in compared for wave in row.values()} & {*HELD, REJECTED}


def _refresh(lbc, *waves):
    """Steps that a refresh ran, by wave (``None``: between waves), and its exit."""
    answer = lbc("refresh", "--json", *waves)
    return {
        said.get("wave"): set(said["steps"]) for said in json.loads(answer.stdout) if said["steps"]
    }, answer.exit_code


def _other_answer(lines):
    cells = lines[1].split(",")
    place = lines[0].split(",").index("q07")
    cells[place] = "1" if cells[place] != "1" else "2"
    return [lines[0], ",".join(cells), *lines[2:]]


def test_a_correction_runs_its_own_wave_and_what_lies_between(fifty):
    seed = WAVES.index(MENDED)
    deliver(fifty.home.inbox, MENDED, seed, _other_answer)
    ran, _ = _refresh(fifty)
    assert set(ran) == {MENDED, None}
    assert (ran[MENDED], ran[None]) == (set(flow()), set(steps()))
    deliver(fifty.home.inbox, MENDED, seed, _other_answer)  # the same bytes again
    assert _refresh(fifty, MENDED)[0] == {}
    deliver(fifty.home.inbox, MENDED, seed, lambda lines: [*_other_answer(lines)[:1], *_other_answer(lines)[:0:-1]])
    assert _refresh(fifty, MENDED)[0] == {MENDED: set(RAW)}  # other bytes that say the same


def _downstream(changed):
    found = {changed}
    for name, step in flow().items():
        if found & set(step.reads):
            found.add(name)
    return found


def test_a_changed_model_is_stale_and_the_night_asks_for_it_and_what_it_feeds(fifty, monkeypatch):
    changed, honest = "int_support", flow
    other = {**flow(), changed: dataclasses.replace(flow()[changed], code_version="changed")}
    expected = _downstream(changed)
    for name, module in list(sys.modules.items()):
        if name.startswith("lbc_assets.") and getattr(module, "flow", None) is honest:
            monkeypatch.setattr(module, "flow", lambda: other)
    prepare(fifty.home)
    with dg.DagsterInstance.from_config(str(fifty.home.dagster)) as instance:
        requests = {
            request.partition_key: {key.to_user_string() for key in request.asset_selection}
            for request in nightly_refresh(dg.build_schedule_context(instance=instance))
        }
        assert {wave: requests[wave] for wave in GOOD} == dict.fromkeys(GOOD, expected)
        # what is held stays so, and is not published
        for wave in HELD:
            assert changed in requests[wave] < expected
            assert "published_wave" not in requests[wave]
        assert set(requests) == {*GOOD, *HELD}
        marked = {said["wave"]: set(said["stale"]) for said in json.loads(fifty("status", "--json").output)["waves"]}
        assert marked[MENDED] == expected
        result = defs.resolve_job_def("refresh_wave").execute_in_process(
            instance=instance,
            partition_key=MENDED,
            asset_selection=[dg.AssetKey(name) for name in requests[MENDED]],
        )
        assert {event.asset_key.to_user_string() for event in result.get_asset_materialization_events()} == expected
        again = [request.partition_key for request in nightly_refresh(dg.build_schedule_context(instance=instance))]
    assert MENDED not in again
    assert len(again) == len(GOOD) - 1 + len(HELD)


def test_a_held_wave_that_is_mended_is_published(fifty):
    deliver(fifty.home.inbox, HELD[0], WAVES.index(HELD[0]), with_canary)
    ran, exit_code = _refresh(fifty, HELD[0])
    assert (exit_code, set(ran)) == (0, {HELD[0], None})
    assert collections.Counter(_states(fifty).values())["held"] == 1
    assert fifty("alerts", "--send").exit_code == 0
    assert len((fifty.home.alerts / "alerts.jsonl").read_text().splitlines()) == 3
