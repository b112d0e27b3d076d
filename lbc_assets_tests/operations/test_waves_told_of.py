"""Whole waves, real runs, real sinks: held, failed, rejected, overdue; one alert each, and nothing of an answer in any.

The tests build on each other: one home, in the order of the file.
"""

from __future__ import annotations

import os
import shutil
from datetime import date

import dagster as dg
import pytest
from kept_home import CANARIES, Looks, deliver_hostile, make_stale, set_up_sinks
from servers import mail_servers, web_servers

from lbc_assets.assets import failures
from lbc_assets.assets.deliveries import deliveries_listed
from lbc_assets.instance.home import prepare
from lbc_assets.intake import relations
from lbc_assets.settings import Home
from lbc_assets.warehouse.flow import COMPARISON
from lbc_assets.warehouse.store import Warehouse

WAVE, HOSTILE = "baseline-2015", "hostile-2017"


@pytest.fixture(scope="module")
def told(lbc_at, published, certificate, tmp_path_factory):
    """A copy of the published home with three sinks: `lbc`, the looks, the mailbox, the web server."""
    root = tmp_path_factory.mktemp("alerts") / "home"
    shutil.copytree(published.home.root, root)
    saved = dict(os.environ)
    with mail_servers(certificate) as mail, web_servers() as web:
        lbc, looks = lbc_at(Home(root)), Looks(Home(root))
        prepare(looks.home)
        looks.lbc, looks.box, looks.web = lbc, mail(), web()
        set_up_sinks(looks.home, looks.box, looks.web)
        yield looks
    os.environ.clear()
    os.environ.update(saved)


@pytest.fixture(autouse=True)
def _soon(monkeypatch):
    monkeypatch.setattr(failures, "SECONDS_BEFORE_ANOTHER", 0.1)


def _told(looks):
    """What each sink got so far: kind and wave."""
    mails = [mail["Subject"] for mail in looks.box.mails]
    return [(one["kind"], one["wave"]) for one in looks.in_file()], looks.web.documents, mails


def test_nothing_has_happened_yet(told):
    reported = told.look()
    assert [event.passed for event in reported[1:]] == [True, True, True]
    assert told.look() == []  # nothing has changed
    assert _told(told) == ([], [], [])


def test_a_held_wave_is_tried_once_and_told_of_once_at_each_sink(told, monkeypatch):
    # held at the questionnaires, too: no step behind them runs
    monkeypatch.setattr(relations, "pseudonym_sql", lambda *_: "'twice'")
    deliver_hostile(told.home, HOSTILE)
    answer = told.lbc("refresh", HOSTILE)
    assert answer.exit_code == 2, answer.output
    events, status = told.events_of_latest_run()
    assert status is dg.DagsterRunStatus.FAILURE
    assert [step for kind, step in events if kind == "STEP_START"].count("raw_schools") == 1
    assert not [kind for kind, _ in events if kind in ("STEP_UP_FOR_RETRY", "STEP_RESTARTED")]
    for _ in range(3):
        told.look()
    in_file, posted, mails = _told(told)
    assert in_file == [("held", HOSTILE)]  # the run that failed is not told of besides
    assert mails == [f"[lbc] {HOSTILE}: held back by a gate"]
    (document,) = posted
    assert {(one["table"], one["check"]) for one in document["found"]} == {
        ("raw_schools", "school_counts_possible"),
        ("raw_responses", "key_unique"),
    }
    assert document["link"].startswith("http://127.0.0.1:3000/assets/raw_schools")


def test_the_held_wave_stays_visible_after_a_later_run_of_another(told, monkeypatch):
    assert not told.shown()["held"].passed
    make_stale(told.home, WAVE, COMPARISON)
    # a fault that is over at the second try, as of a disk that was full for a moment
    honest, tries = Warehouse.write_artifact, []

    def fails_once(*arguments):
        tries.append(1)
        if len(tries) == 1:
            raise OSError("no space left on device")
        return honest(*arguments)

    monkeypatch.setattr(Warehouse, "write_artifact", fails_once)
    answer = told.lbc("refresh", WAVE)
    assert answer.exit_code == 0, answer.output
    events, status = told.events_of_latest_run()
    assert status is dg.DagsterRunStatus.SUCCESS
    assert [step for kind, step in events if kind == "STEP_UP_FOR_RETRY"] == [COMPARISON]
    told.look()
    said = told.shown()["held"]
    assert (said.passed, said.metadata["which"].value) == (False, HOSTILE)
    assert "school_counts_possible" in said.metadata["found"].value
    assert len(told.in_file()) == 1


def test_a_list_that_another_sensor_told_of_gets_its_checks_after_it(told):
    assert told.look() == []
    with dg.DagsterInstance.from_config(str(told.home.dagster)) as instance:
        instance.report_runless_asset_event(deliveries_listed(Warehouse(told.home)))
    assert [event.check_name for event in told.look()] == ["no_wave_held", "no_wave_rejected", "no_wave_overdue"]
    assert told.look() == []


def test_a_fault_that_stays_is_tried_twice_and_told_of_as_a_failed_run(told, monkeypatch):
    make_stale(told.home, WAVE, COMPARISON)

    def fails(*_):
        raise OSError(f"no space left for {CANARIES[0]}")

    monkeypatch.setattr(Warehouse, "write_artifact", fails)
    assert told.lbc("refresh", WAVE).exit_code == 1
    events, _ = told.events_of_latest_run()
    assert [kind for kind, step in events if step == COMPARISON and kind in ("STEP_START", "STEP_RESTARTED")] == [
        "STEP_START",
        "STEP_RESTARTED",
    ]
    for _ in range(2):
        told.look()
    latest = told.in_file()[1:]
    assert [(one["kind"], one["wave"]) for one in latest] == [("failed", WAVE)]
    assert latest[0]["found"] == [{"table": COMPARISON, "check": "", "reason_code": "step_fault", "number": None}]


def test_a_rejected_delivery_is_told_of_by_codes_only(told):
    monkey = deliver_hostile(told.home, "rejected-2018", held=False) / f"{CANARIES[3]}.csv"
    monkey.write_bytes(monkey.read_bytes() + b"\xff\xfe broken\n")
    assert told.lbc("refresh", "rejected-2018").exit_code == 2
    told.look()
    told.look()
    latest = told.in_file()[2:]
    assert [(one["kind"], one["wave"], one["found"][0]["reason_code"]) for one in latest] == [
        ("rejected", "rejected-2018", "not_decodable")
    ]
    assert not told.shown()["rejected"].passed
    shutil.rmtree(told.home.inbox / "rejected-2018")
    told.look()
    assert told.shown()["rejected"].passed


def test_a_sink_that_was_down_is_told_later_and_the_others_at_once(told):
    set_up_sinks(told.home, told.box, told.web, expected_waves={"followup-2016": date(2016, 9, 30)})
    told.web.status = 503
    before = len(told.web.asked)
    told.look()
    assert [(one["kind"], one["wave"]) for one in told.in_file()[3:]] == [("overdue", "followup-2016")]
    assert len(told.box.taken) == 4
    listed = told.lbc("alerts")
    assert "hook: 1 times not reached (http_503)" in listed.output
    told.web.status = 204
    memory = told.home.alerts / "memory.json"
    memory.unlink()  # as after the pause
    told.look()
    keys = {headers["Idempotency-Key"] for _, headers, _ in told.web.asked[before:]}
    assert (len(told.web.asked) - before, len(keys)) == (2, 1)
    assert told.shown()["overdue"].metadata["which"].value == "followup-2016"


def test_the_asset_by_hand_says_the_same(told):
    from lbc_assets.definitions import defs

    with dg.DagsterInstance.from_config(str(told.home.dagster)) as instance:
        job = defs.resolve_implicit_global_asset_job_def()
        result = job.execute_in_process(instance=instance, asset_selection=[dg.AssetKey("deliveries")])
    said = {check.check_name: check.passed for check in result.get_asset_check_evaluations()}
    assert said == {"no_wave_held": False, "no_wave_rejected": True, "no_wave_overdue": False}


def test_the_command_lists_sends_and_tests(told):
    listed = told.lbc("alerts", "--json")
    assert [row.split(":")[1].strip() for row in listed.output.splitlines() if '"kind"' in row] == [
        '"held",',
        '"failed",',
        '"rejected",',
        '"overdue",',
    ]
    assert told.lbc("alerts", "--send").exit_code == 0
    tried = told.lbc("alerts", "--test")
    assert (tried.exit_code, tried.output.count(": taken at")) == (0, 3)
    told.web.status = 410
    tried = told.lbc("alerts", "--test")
    assert (tried.exit_code, "hook (webhook): NOT taken, http_410" in tried.output) == (1, True)
    assert len(told.in_file()) == 6


def test_nothing_of_an_answer_was_told(told):
    mails = b"".join(told.box.taken)
    posted = b"".join(body for _, _, body in told.web.asked)
    kept = b"".join(path.read_bytes() for path in told.home.alerts.rglob("*") if path.is_file())
    metadata = str([said.metadata for said in told.shown().values()])
    store = Warehouse(told.home)
    pseudonyms = [b"twice"]
    assert HOSTILE in mails.decode()
    assert store.snapshots.draft(HOSTILE).held
    for canary in (*(canary.encode() for canary in CANARIES), *pseudonyms):
        assert canary not in mails + posted + kept + metadata.encode()
