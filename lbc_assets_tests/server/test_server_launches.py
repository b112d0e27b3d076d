"""Runs and backfills as stewards may ask for them: our jobs and assets, a wave that is there, no configuration."""

import json

import pytest
from server_kit import KNOWN, WAVE

RUN = {
    "selector": {
        "repositoryName": "__repository__",
        "repositoryLocationName": "lbc_assets.definitions",
        "pipelineName": "__ASSET_JOB",
        "assetSelection": [{"path": ["raw_schools"]}],
        "assetCheckSelection": [],
    },
    "mode": "default",
    "runConfigData": "{}",
    "executionMetadata": {
        "tags": [{"key": "dagster/partition", "value": WAVE}, {"key": "dagster/from_ui", "value": "true"}]
    },
}
BACKFILL = {
    "selector": {
        "partitionSetName": "__ASSET_JOB_partition_set",
        "repositorySelector": {"repositoryName": "r", "repositoryLocationName": "l"},
    },
    "assetSelection": [{"path": ["raw_schools"]}],
    "partitionNames": [WAVE],
    "fromFailure": False,
    "tags": [],
}
LAUNCH = "mutation M($p: ExecutionParams!) { launchPipelineExecution(executionParams: $p) { __typename } }"
FILL = "mutation M($p: LaunchBackfillParams!) { launchPartitionBackfill(backfillParams: $p) { __typename } }"


def _with(base, *path, value):
    """The same with another value at a place."""
    changed = json.loads(json.dumps(base))
    place = changed
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return changed


def _tag(key, value="x"):
    return _with(
        RUN, "executionMetadata", "tags", value=[*RUN["executionMetadata"]["tags"], {"key": key, "value": value}]
    )


def _partition(value):
    return _with(RUN, "executionMetadata", "tags", value=[{"key": "dagster/partition", "value": value}])


BAD_RUNS = {
    "a path as a wave": _partition("../../x"),
    "a script as a wave": _partition("<script>alert(1)</script>"),
    "a wave that nobody delivered": _partition("baseline-2016"),
    "no wave": _with(RUN, "executionMetadata", "tags", value=[]),
    "another wave as a range": _tag("dagster/asset_partition_range_end"),
    "a tag that decides where it runs": _tag("dagster/image"),
    "a tag of a dimension": _tag("dagster/partition/other"),
    "config as YAML": _with(RUN, "runConfigData", value="ops: {raw_schools: {config: {path: /etc/passwd}}}"),
    "config as an object": _with(RUN, "runConfigData", value={"resources": {"warehouse": {"config": {"root": "/"}}}}),
    "another job": _with(RUN, "selector", "pipelineName", value="evil"),
    "two jobs": _with(RUN, "selector", "jobName", value="refresh_wave"),
    "another asset": _with(RUN, "selector", "assetSelection", value=[{"path": ["raw_schools"]}, {"path": ["x"]}]),
    "an asset's path": _with(RUN, "selector", "assetSelection", value=[{"path": ["..", "raw_schools"]}]),
    "no asset": _with(RUN, "selector", "assetSelection", value=[]),
    "another check": _with(
        RUN, "selector", "assetCheckSelection", value=[{"assetKey": {"path": ["raw_schools"]}, "name": "x"}]
    ),
    "a selection of steps": _with(RUN, "selector", "solidSelection", value=["*raw_schools"]),
    "another step": _with(RUN, "stepKeys", value=["x"]),
    "a mode": _with(RUN, "mode", value="other"),
    "a preset": _with(RUN, "preset", value="x"),
}


@pytest.mark.parametrize("params", BAD_RUNS.values(), ids=BAD_RUNS)
def test_a_run_of_something_else_is_refused(site, params):
    for query, variables in (
        (LAUNCH, {"p": params}),
        (
            "mutation($p:[ExecutionParams!]!){launchMultipleRuns(executionParamsList:$p){__typename}}",
            {"p": [RUN, params]},
        ),
        ("mutation($p:ExecutionParams){x:launchRunReexecution(executionParams:$p){__typename}}", {"p": params}),
    ):
        answer = site.post(query, variables)
        # Dagster's UI shows what comes with 200
        assert answer.status == 200
        assert answer.json["data"] is None
        assert answer.json["errors"][0]["message"].startswith("Refused: ")
        assert "<script>" not in site.guard.home.audit.read_text()
    assert site.dagster.asked == []
    assert {note["outcome"] for note in site.log()} == {"refused"}


BAD_BACKFILLS = {
    "a path as a wave": _with(BACKFILL, "partitionNames", value=["../../x"]),
    "one wave of two": _with(BACKFILL, "partitionNames", value=[WAVE, "other"]),
    "no wave": _with(BACKFILL, "partitionNames", value=[]),
    "all waves": _with(BACKFILL, "allPartitions", value=True),
    "ranges": _with(BACKFILL, "partitionsByAssets", value=[{"assetKey": {"path": ["raw_schools"]}}]),
    "another job": _with(BACKFILL, "selector", "partitionSetName", value="evil_partition_set"),
    "another asset": _with(BACKFILL, "assetSelection", value=[{"path": ["x"]}]),
    "config": _with(BACKFILL, "runConfigData", value={"ops": {}}),
    "a tag": _with(BACKFILL, "tags", value=[{"key": "dagster/priority", "value": "9"}]),
    "a step": _with(BACKFILL, "reexecutionSteps", value=["x"]),
    "nothing chosen": {"partitionNames": [WAVE]},
    "a long title": _with(BACKFILL, "title", value="x" * 201),
    "a title that hides": _with(BACKFILL, "title", value="a\u202eb"),
}


@pytest.mark.parametrize("params", BAD_BACKFILLS.values(), ids=BAD_BACKFILLS)
def test_a_backfill_of_something_else_is_refused(site, params):
    assert site.post(FILL, {"p": params}).json["errors"][0]["message"].startswith("Refused: ")
    assert site.dagster.asked == []


GOOD = {
    "an asset of a wave": (LAUNCH, RUN),
    "a job of a wave": (
        LAUNCH,
        _with(_with(RUN, "selector", "pipelineName", value="refresh_wave"), "selector", "assetSelection", value=[]),
    ),
    "what is no wave's": (
        LAUNCH,
        _with(
            _with(RUN, "selector", "assetSelection", value=[{"path": ["deliveries"]}]), "executionMetadata", value={}
        ),
    ),
    "a check": (
        LAUNCH,
        _with(
            RUN,
            "selector",
            "assetCheckSelection",
            value=[{"assetKey": {"path": ["raw_schools"]}, "name": "school_counts_possible"}],
        ),
    ),
    "a backfill": (FILL, BACKFILL),
}


@pytest.mark.parametrize(("query", "params"), GOOD.values(), ids=GOOD)
def test_what_stewards_need_is_let_through_and_noted(site, query, params):
    site.dagster.answer = {"data": {"launched": {"__typename": "LaunchRunSuccess"}}}
    assert site.post(query, {"p": params}).json == site.dagster.answer
    assert site.dagster.bodies[0]["variables"] == {"p": params}
    (note,) = site.log()
    assert (note["who"], note["role"], note["outcome"]) == ("steward", "steward", "allowed")
    assert note["answered"]["answers"] == ["LaunchRunSuccess"]
    assert set(note["what"][0].get("waves", [WAVE])) <= KNOWN.waves
