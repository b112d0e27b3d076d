"""A viewer, and other sites' pages, try to start a run by every route that there is; around Dagster's real app.

One workspace for all of it, the definitions loaded in this process. A run that starts waits in the queue (no daemon).
"""

from __future__ import annotations

import json
import os

import dagster as dg
import pytest
from asgi_kit import STEWARDS, VIEWERS, ask, headers_of
from attempts_kit import ATTEMPTS, BODY, LAUNCH, LITERAL, SOCKETS, VARIABLES, WAVE, V
from dagster._core.remote_origin import InProcessCodeLocationOrigin
from dagster._core.types.loadable_target_origin import LoadableTargetOrigin
from dagster._core.workspace.load_target import InProcessWorkspaceLoadTarget
from server_kit import CHILD, Site
from starlette.routing import Mount

from lbc_assets.instance.home import prepare
from lbc_assets.launching import take_in
from lbc_assets.partitions import WAVE as DEFINITION
from lbc_assets.reference.deliver import deliver_reference
from lbc_assets.server.__main__ import DEFINITIONS, guarded
from lbc_assets.server.guard import CLOSED, FOR_STEWARDS
from lbc_assets.server.who import Links, Role
from lbc_assets.settings import Home
from lbc_assets.warehouse.store import Warehouse


@pytest.fixture(scope="module")
def real(tmp_path_factory):
    """The guard around Dagster's app, at a home of which a delivery was taken in; and Dagster's records."""
    saved = dict(os.environ)
    home = Home(tmp_path_factory.mktemp("real") / "home")
    prepare(home)
    deliver_reference(home.inbox)
    take_in(Warehouse(home))
    links = Links.new()
    links.write(home)
    origin = InProcessCodeLocationOrigin(LoadableTargetOrigin(module_name=DEFINITIONS), location_name=DEFINITIONS)
    target = InProcessWorkspaceLoadTarget(origin)
    with (
        dg.DagsterInstance.get() as instance,
        guarded(home, {STEWARDS: Role.STEWARD, VIEWERS: Role.VIEWER}, target) as guard,
    ):
        instance.add_dynamic_partitions(DEFINITION, [WAVE])
        site = Site(guard, links)
        site.instance = instance
        yield site
    os.environ.clear()
    os.environ.update(saved)


def _state(site):
    """All that an attempt could have changed."""
    instance = site.instance
    return (
        len(instance.get_runs()),
        len(instance.get_backfills()),
        sorted(instance.get_dynamic_partitions(DEFINITION)),
        sorted(state.instigator_name for state in instance.all_instigator_state()),
        len(instance.fetch_materializations(dg.AssetKey("raw_schools"), limit=9).records),
        sorted(entry.name for entry in site.guard.home.inbox.iterdir()),
    )


@pytest.fixture
def unchanged(real):
    """Whatever is tried, nothing has changed after it."""
    before = _state(real)
    yield real
    assert _state(real) == before


@pytest.mark.parametrize(("attempt", "status"), ATTEMPTS.values(), ids=ATTEMPTS)
def test_nothing_is_started(unchanged, attempt, status):
    answer = attempt(unchanged)
    assert answer.status == status
    assert "LaunchRunSuccess" not in answer.text


@pytest.mark.parametrize(("said", "how"), SOCKETS.values(), ids=SOCKETS)
def test_nothing_is_started_over_websocket(unchanged, said, how):
    answers = unchanged.talk([{"type": "connection_init"}, *said], **how)
    assert "LaunchRunSuccess" not in json.dumps(answers)


def test_there_are_more_than_twenty_attempts_of_a_viewer():
    assert len(ATTEMPTS) + len(SOCKETS) > 40


def test_each_of_dagsters_routes_is_known_to_the_guard(real):
    """A newer Dagster may have another one: then somebody has to look at it."""
    routes = real.guard.apps[Role.STEWARD].routes
    folders = {route.path.split("/")[1] for route in routes if not isinstance(route, Mount)}
    static = {folder for folder in folders if "." in folder}
    assert folders - static - CLOSED - FOR_STEWARDS == {"", "graphql", "{path:path}"}
    assert {route.path for route in routes if isinstance(route, Mount)} == {"/_next", "/vendor"}


def test_dagster_itself_lets_viewers_do_nothing(real):
    """Behind the guard, the second lock: the app that viewers have."""
    app = real.guard.apps[V]
    before = _state(real)
    headers = headers_of(VIEWERS)
    answer = ask(app, "/graphql", method="POST", port=VIEWERS, headers=headers, body=BODY)
    assert answer.status == 400
    assert _state(real) == before
    permissions = real.post("{ permissions { permission value } }", role=V).json["data"]["permissions"]
    assert not any(found["value"] for found in permissions)


def test_the_ui_is_told_what_stewards_may(real):
    said = real.post("{ permissions { permission value } }").json["data"]["permissions"]
    allowed = {found["permission"] for found in said if found["value"]}
    assert "launch_pipeline_execution" in allowed
    assert not allowed & {"wipe_assets", "delete_pipeline_run", "edit_dynamic_partitions", "reload_workspace"}


def test_errors_tell_viewers_nothing(real):
    query = '{ version logsForRun(runId: "x") { __typename } }'
    answer = real.post(query, role=V)
    assert answer.status == 200
    assert answer.json["errors"] == [{"message": "Closed to viewers: stewards see it at their address."}]


def test_stewards_see_the_children_of_a_failed_check_and_viewers_do_not(real):
    real.instance.report_runless_asset_event(
        dg.AssetMaterialization("raw_schools", partition=WAVE, metadata={"pseudonyms": CHILD, "note": f"see {CHILD}"})
    )
    query = """{ assetOrError(assetKey: {path: ["raw_schools"]}) { ... on Asset { assetMaterializations(limit: 1) {
      all: metadataEntries { label ... on TextMetadataEntry { hidden: text } } } } } }"""
    assert real.post(query).text.count(CHILD) == 2
    seen = real.post(query, role=V)
    assert CHILD not in seen.text
    assert "see [pseudonym]" in seen.text


def test_a_steward_starts_a_run_and_it_is_written_down(real):
    before = len(real.instance.get_runs())
    answer = real.post(LAUNCH, VARIABLES)
    assert answer.json["data"]["launchPipelineExecution"]["__typename"] == "LaunchRunSuccess", answer.text
    run, *others = real.instance.get_runs()
    assert len(others) == before
    assert (run.tags["dagster/partition"], run.run_config) == (WAVE, {})
    note = real.log()[-1]
    assert note["what"] == [
        {"field": "launchPipelineExecution", "job": ["__ASSET_JOB"], "waves": [WAVE], "assets": ["raw_schools"]}
    ]
    assert note["answered"] | {"when": ""} == {"when": "", "status": 200, "answers": ["LaunchRunSuccess"]}
    ended = real.post(f'mutation {{ terminateRun(runId: "{run.run_id}") {{ __typename }} }}')
    assert ended.json["data"]["terminateRun"]["__typename"] == "TerminateRunSuccess"
    assert real.get(f"/runs/{run.run_id}").status == 200


def test_a_refused_attempt_is_written_down_without_its_values(real):
    real.post(LITERAL.replace(WAVE, "../../etc"), role=V)
    note = real.log()[-1]
    assert (note["who"], note["outcome"], note["what"]) == ("viewer", "refused", [{"field": "launchRun"}])
    assert "etc" not in json.dumps(note)


def test_the_page_of_the_ui_is_served_with_its_nonce(real):
    answer = real.get("/assets", V)
    assert answer.status == 200
    policy = answer.headers["content-security-policy"]
    nonce = policy.split("'nonce-")[1].split("'")[0]
    assert f'nonce="{nonce}"' in answer.text
    assert "connect-src 'self'" in policy
    assert '"telemetryEnabled": false' in answer.text
