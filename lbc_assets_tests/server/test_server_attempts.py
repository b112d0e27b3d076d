"""A viewer, and other sites' pages, try to start a run by every route that there is; around Dagster's real app.

One workspace for all of it, the definitions loaded in this process. A run that starts waits in the queue (no daemon).
"""

from __future__ import annotations

import json
import os

import dagster as dg
import pytest
from asgi_kit import STEWARDS, VIEWERS, ask, headers_of
from dagster._core.remote_origin import InProcessCodeLocationOrigin
from dagster._core.types.loadable_target_origin import LoadableTargetOrigin
from dagster._core.workspace.load_target import InProcessWorkspaceLoadTarget
from server_kit import CHILD, Site
from starlette.routing import Mount

from lbc_assets.instance import prepare
from lbc_assets.launching import take_in
from lbc_assets.partitions import WAVE as DEFINITION
from lbc_assets.reference.deliver import deliver_reference
from lbc_assets.server.__main__ import DEFINITIONS, guarded
from lbc_assets.server.guard import CLOSED, FOR_STEWARDS
from lbc_assets.server.who import Links, Role
from lbc_assets.settings import Home
from lbc_assets.warehouse.store import Warehouse

WAVE = "baseline-2015"
SELECTOR = {
    "repositoryName": "__repository__",
    "repositoryLocationName": DEFINITIONS,
    "pipelineName": "__ASSET_JOB",
    "assetSelection": [{"path": ["raw_schools"]}],
}
TAGS = [{"key": "dagster/partition", "value": WAVE}, {"key": "dagster/from_ui", "value": "true"}]
RUN = {"selector": SELECTOR, "mode": "default", "runConfigData": "{}", "executionMetadata": {"tags": TAGS}}
LAUNCH = """mutation LaunchPipelineExecution($executionParams: ExecutionParams!) {
  launchPipelineExecution(executionParams: $executionParams) {
    __typename ... on LaunchRunSuccess { run { id } } ... on PythonError { message } } }"""
VARIABLES = {"executionParams": RUN}
LITERAL = (
    'mutation { x: launchRun(executionParams: {selector: {repositoryName: "__repository__", repositoryLocationName: '
    f'"{DEFINITIONS}", jobName: "__ASSET_JOB", assetSelection: [{{path: ["raw_schools"]}}]}}, executionMetadata: '
    f'{{tags: [{{key: "dagster/partition", value: "{WAVE}"}}]}}}}) {{ __typename }} }}'
)
FRAGMENT = "query q { version } fragment F on Mutation { launchRun(executionParams: $p) { __typename } }"
BACKFILL = {"assetSelection": [{"path": ["raw_schools"]}], "partitionNames": [WAVE]}
FILL = "mutation($b: LaunchBackfillParams!) { launchPartitionBackfill(backfillParams: $b) { __typename } }"
SENSOR = (
    'mutation { startSensor(sensorSelector: {repositoryName: "__repository__", repositoryLocationName: '
    f'"{DEFINITIONS}", sensorName: "inbox_sensor"}}) {{ __typename }} }}'
)
DRY_RUN = SENSOR.replace("startSensor(sensorSelector", "sensorDryRun(selectorData")
TICK = (
    '{ scheduleOrError(scheduleSelector: {repositoryName: "__repository__", repositoryLocationName: '
    f'"{DEFINITIONS}", scheduleName: "nightly_refresh"}}) {{ ... on Schedule {{ futureTick(tickTimestamp: 1) '
    "{ evaluationResult { runRequests { runKey } } } } } }"
)
ADD_WAVE = (
    'mutation { addDynamicPartition(repositorySelector: {repositoryName: "__repository__", repositoryLocationName: '
    f'"{DEFINITIONS}"}}, partitionsDefName: "{DEFINITION}", partitionKey: "../../x") {{ __typename }} }}'
)
BODY = json.dumps({"query": LAUNCH, "variables": VARIABLES}).encode()
START = {"id": "1", "type": "start", "payload": {"query": LAUNCH, "variables": VARIABLES}}
AS_SUBSCRIPTION = {"id": "1", "type": "start", "payload": {"query": LITERAL.replace("mutation", "subscription")}}


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


def _form(site, role, kind, body=BODY):
    return site.post(body, role=role, content_type=kind)


def _report(site, role, name):
    port = STEWARDS if role is Role.STEWARD else VIEWERS
    headers = headers_of(port, cookie=site.cookie(role))
    body = json.dumps({"asset_key": "raw_schools", "partition": WAVE, "check_name": "x", "passed": True}).encode()
    return ask(site.guard, f"/{name}/raw_schools", method="POST", port=port, headers=headers, body=body)


def _as_steward_elsewhere(site, **other):
    return site.post(LAUNCH, VARIABLES, **other)


V = Role.VIEWER
ATTEMPTS = {
    # name: what is tried, and the status that it gets
    "the UI's own request": (lambda s: s.post(LAUNCH, VARIABLES, role=V), 403),
    "literals and an alias": (lambda s: s.post(LITERAL, role=V), 403),
    "GET with the query in the address": (lambda s: s.get(f"/graphql?query={LITERAL}", V), 405),
    "GET as JSON": (lambda s: s.get(f"/graphql?query={LITERAL}", V, accept="application/json"), 405),
    "HEAD": (lambda s: s.get(f"/graphql?query={LITERAL}", V, method="HEAD"), 405),
    "a form": (lambda s: _form(s, V, "application/x-www-form-urlencoded"), 415),
    "a form with files": (lambda s: _form(s, V, "multipart/form-data; boundary=x"), 415),
    "plain text": (lambda s: _form(s, V, "text/plain"), 415),
    "bare GraphQL": (lambda s: _form(s, V, "application/graphql", LITERAL.encode()), 415),
    "a batch": (lambda s: s.post([{"query": LAUNCH, "variables": VARIABLES}], role=V), 400),
    "two operations": (
        lambda s: s.post({"query": LITERAL + " query q { version }", "operationName": "q"}, role=V),
        400,
    ),
    "two queries in one body": (
        lambda s: s.post(b'{"query": "{ version }", "query": ' + json.dumps(LITERAL).encode() + b"}", role=V),
        403,
    ),
    "a fragment beside a query": (lambda s: s.post(FRAGMENT, role=V), 400),
    "a foreign Origin": (lambda s: s.post(LAUNCH, VARIABLES, role=V, origin="http://evil.example"), 403),
    "a foreign Host": (lambda s: s.post(LAUNCH, VARIABLES, role=V, host="evil.example"), 421),
    "the stewards' address with a viewer's cookie": (lambda s: s.post(LAUNCH, VARIABLES, cookie=s.cookie(V)), 401),
    "a viewer's session under the steward's name": (
        lambda s: s.post(LAUNCH, VARIABLES, cookie=s.cookie(V).replace("viewer-3001", "steward-3000")),
        401,
    ),
    "a header that names a steward": (
        lambda s: s.post(LAUNCH, VARIABLES, role=V, x_lbc_user="anna", x_lbc_proxy_key="guess"),
        403,
    ),
    "nobody signed in": (lambda s: s.post(LAUNCH, VARIABLES, cookie=None), 401),
    "a backfill": (lambda s: s.post(FILL, {"b": BACKFILL}, role=V), 403),
    "running a run again": (
        lambda s: s.post(
            'mutation { launchRunReexecution(reexecutionParams: {parentRunId: "x", strategy: ALL_STEPS}) '
            "{ __typename } }",
            role=V,
        ),
        403,
    ),
    "starting the sensor": (lambda s: s.post(SENSOR, role=V), 403),
    "a dry run of the sensor": (lambda s: s.post(DRY_RUN, role=V), 403),
    "a schedule's next tick, which runs its code": (lambda s: s.post(TICK, role=V), 200),
    "adding a wave": (lambda s: s.post(ADD_WAVE, role=V), 403),
    "wiping an asset": (
        lambda s: s.post(
            'mutation { wipeAssets(assetPartitionRanges: [{assetKey: {path: ["raw_schools"]}}]) { __typename } }',
            role=V,
        ),
        403,
    ),
    "reloading the definitions": (lambda s: s.post("mutation { reloadWorkspace { __typename } }", role=V), 403),
    "reporting a materialization": (lambda s: _report(s, V, "report_asset_materialization"), 405),
    "reporting a check": (lambda s: _report(s, V, "report_asset_check"), 405),
    "reporting an observation": (lambda s: _report(s, V, "report_asset_observation"), 405),
    "reporting by GET": (lambda s: s.get("/report_asset_materialization/raw_schools", V), 403),
    "POST to a page": (lambda s: s.get("/assets", V, method="POST"), 405),
    "logs": (lambda s: s.get("/logs/x/compute_logs/y.err", V), 403),
    "logs by another way of writing": (lambda s: s.get("//logs/x/compute_logs/y.err", V), 404),
    "a debug file": (lambda s: s.get("/download_debug/00000000-0000-0000-0000-000000000000", V), 403),
    "a notebook": (lambda s: s.get("/notebook?path=/etc/passwd.ipynb&repoLocName=x", V), 403),
    "a notebook under its old name": (lambda s: s.get("/dagit/notebook?path=x.ipynb&repoLocName=x", V), 403),
    # other sites' pages in a steward's browser, which sends his cookie
    "a steward's cookie from another site": (lambda s: _as_steward_elsewhere(s, origin="http://evil.example"), 403),
    "a steward's cookie from another port": (lambda s: _as_steward_elsewhere(s, origin="http://127.0.0.1:9999"), 403),
    "a steward's cookie from a sandboxed frame": (lambda s: _as_steward_elsewhere(s, origin="null"), 403),
    "a steward's cookie by DNS rebinding": (
        lambda s: _as_steward_elsewhere(s, host="evil.example:3000", origin="http://evil.example:3000"),
        421,
    ),
    "a steward's cookie in a cross-site form": (
        lambda s: _as_steward_elsewhere(s, origin="http://evil.example", content_type="text/plain"),
        403,
    ),
    "a steward's cookie in a form without Origin": (
        lambda s: _as_steward_elsewhere(s, origin=None, sec_fetch_site="cross-site", content_type="text/plain"),
        403,
    ),
    "a steward's cookie and a cross-site GET": (
        lambda s: s.get(f"/graphql?query={LITERAL}", sec_fetch_site="cross-site", sec_fetch_mode="no-cors"),
        403,
    ),
    "a steward's cookie and a link to a mutation": (
        lambda s: s.get(
            f"/graphql?query={LITERAL}",
            sec_fetch_site="cross-site",
            sec_fetch_mode="navigate",
            sec_fetch_dest="document",
        ),
        405,
    ),
}


@pytest.mark.parametrize(("attempt", "status"), ATTEMPTS.values(), ids=ATTEMPTS)
def test_nothing_is_started(unchanged, attempt, status):
    answer = attempt(unchanged)
    assert answer.status == status
    assert "LaunchRunSuccess" not in answer.text


SOCKETS = {
    "a viewer's mutation": ([START], {"role": V}),
    "a viewer's mutation as a subscription": ([AS_SUBSCRIPTION], {"role": V}),
    "a steward's mutation": ([START], {}),
    "another site's socket with a steward's cookie": ([START], {"origin": "http://evil.example"}),
    "a socket without Origin": ([START], {"origin": None}),
    "a viewer's cookie at the stewards' address": ([START], {"cookie": "lbc-viewer-3001=x"}),
}


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
