"""GraphQL requests as they are read before Dagster reads them: shapes, sizes, and where a mutation hides."""

import json

import pytest

from lbc_assets.server.graphql import DEPTH_MOST, TOKENS_MOST
from lbc_assets.server.mutations import ALLOWED, CLOSED
from lbc_assets.server.who import Role

MANY_FRAGMENTS = "{...f0} " + " ".join(f"fragment f{n} on Query {{...f{n + 1}}}" for n in range(DEPTH_MOST + 1))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[" * 100_000,
        [{"query": "{ version }"}],
        [],
        "{ version }",
        {"query": None},
        {"query": ["{ version }"]},
        {"query": "{ version }", "variables": "{}"},
        {"query": "{ version }", "variables": []},
        {"query": "{ version }", "operationName": 1},
        {"query": "{ version }", "documentId": "x"},
        {"query": ""},
        {"query": "{ version"},
        {"query": "query a { version } mutation b { setNuxSeen }", "operationName": "a"},
        {"query": "fragment f on Query { version }"},
        {"query": "query a { version }", "operationName": "b"},
        {"query": "{" + "a " * TOKENS_MOST + "}"},
        {"query": "{a" * (DEPTH_MOST + 1) + "}" * (DEPTH_MOST + 1)},
        {"query": "{a" * 5000 + "}" * 5000},
        {"query": "{...f} fragment f on Query {...f}"},
        {"query": MANY_FRAGMENTS},
        {"query": "subscription { locationStateChangeEvents { event { message } } }"},
    ],
    ids=lambda body: str(body)[:40],
)
def test_what_is_not_one_bounded_operation_is_refused(site, body):
    given = json.dumps(body).encode() if isinstance(body, str) else body
    answer = site.post(given)
    assert answer.status == 400
    assert answer.json["errors"][0]["message"].startswith("Refused: ")
    assert site.dagster.asked == []


def test_dagster_is_given_the_request_written_anew(site):
    body = (
        b'{"query": "mutation { setNuxSeen }", "query": "query a { version }", "operationName": "a", "extensions": {}}'
    )
    assert site.post(body).status == 200
    assert site.dagster.bodies == [{"query": "query a { version }", "variables": {}, "operationName": "a"}]


def test_every_mutation_of_dagster_is_on_one_of_the_lists(schema):
    assert set(schema.mutation_type.fields) == set(ALLOWED) | set(CLOSED)
    assert not set(ALLOWED) & set(CLOSED)


HIDDEN = {
    "an alias": "mutation { x: wipeAssets(assetPartitionRanges: []) { __typename } }",
    "a fragment": "mutation { ...F } fragment F on Mutation { setNuxSeen }",
    "an inline fragment": "mutation { ... on Mutation { ... { reloadWorkspace { __typename } } } }",
    "a directive": "mutation($y: Boolean!) { setNuxSeen @include(if: $y) }",
    "beside what is allowed": 'mutation { a: terminateRun(runId: "x") { __typename } b: setNuxSeen }',
    "literals": 'mutation { launchRun(executionParams: {selector: {repositoryName: "r", repositoryLocationName: "l", '
    'jobName: "refresh_wave"}, executionMetadata: {tags: [{key: "dagster/partition", value: "../../x"}]}}) '
    "{ __typename } }",
    "a default": 'mutation($w: String! = "../../x") { launchPartitionBackfill(backfillParams: {assetSelection: [{path: '
    '["report"]}], partitionNames: [$w]}) { __typename } }',
}


@pytest.mark.parametrize("query", HIDDEN.values(), ids=HIDDEN)
def test_no_way_of_writing_hides_a_mutation(site, query):
    assert site.post(query, {"y": True} if "$y" in query else {}).json["errors"][0]["message"].startswith("Refused: ")
    assert site.post(query, {"y": True} if "$y" in query else {}, role=Role.VIEWER).status == 403
    assert site.dagster.asked == []


def test_what_is_skipped_is_not_judged(site):
    query = 'mutation($y: Boolean!) { terminateRun(runId: "x") { __typename } setNuxSeen @include(if: $y) }'
    assert site.post(query, {"y": False}).json == site.dagster.answer


@pytest.mark.parametrize("name", sorted(CLOSED))
def test_a_closed_mutation_says_why(site, schema, name):
    field = schema.mutation_type.fields[name]
    # valid without arguments or not: it is closed before anybody looks
    query = f"mutation {{ {name} {'' if 'Boolean' in str(field.type) else '{ __typename }'} }}"
    answer = site.post(query)
    assert "Refused: " in answer.json["errors"][0]["message"]
    assert site.dagster.asked == []


def test_sensors_are_switched_and_runs_ended(site):
    query = """mutation($s: SensorSelector!) { startSensor(sensorSelector: $s) { __typename }
      terminateRun(runId: "00000000-0000-0000-0000-000000000000") { __typename } }"""
    names = {"repositoryName": "r", "repositoryLocationName": "l", "sensorName": "inbox_sensor"}
    assert site.post(query, {"s": names}).json == site.dagster.answer
    assert site.log()[0]["what"] == [
        {"field": "startSensor", "instigators": ["inbox_sensor"]},
        {"field": "terminateRun", "runs": ["00000000-0000-0000-0000-000000000000"]},
    ]
