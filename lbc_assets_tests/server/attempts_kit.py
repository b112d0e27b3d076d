"""The attempts: every route by which somebody who may not could try to start a run, and the answer that each gets.

Belongs here: the tables. Does not belong here: trying them (``test_server_attempts.py``).
"""

from __future__ import annotations

import json

from asgi_kit import STEWARDS, VIEWERS, ask, headers_of

from lbc_assets.partitions import WAVE as DEFINITION
from lbc_assets.server.__main__ import DEFINITIONS
from lbc_assets.server.who import Role

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

SOCKETS = {
    "a viewer's mutation": ([START], {"role": V}),
    "a viewer's mutation as a subscription": ([AS_SUBSCRIPTION], {"role": V}),
    "a steward's mutation": ([START], {}),
    "another site's socket with a steward's cookie": ([START], {"origin": "http://evil.example"}),
    "a socket without Origin": ([START], {"origin": None}),
    "a viewer's cookie at the stewards' address": ([START], {"cookie": "lbc-viewer-3001=x"}),
}
