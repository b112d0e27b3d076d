"""What viewers are answered: no logs, config, error texts or children, in whatever way they are asked for."""

import json

import pytest
from dagster_graphql.schema import create_schema
from graphql import GraphQLObjectType, get_named_type, graphql_sync
from server_kit import CHILD

from lbc_assets.assets.deliveries import deliveries_listed
from lbc_assets.server.closed import (
    EMPTIED,
    ERRORS,
    LABELS_WITH_PSEUDONYMS,
    LOGS,
    RUNS_CODE,
    Closed,
    close_to_everybody,
    close_to_viewers,
)
from lbc_assets.server.redaction import INSTEAD, redacted
from lbc_assets.server.who import Role
from lbc_assets.settings import Home
from lbc_assets.warehouse.store import Warehouse

# fields whose names sound like what is closed, and which are not: looked at, one by one
SOUND_ALIKE = {
    "configField", "configFields", "configType", "configTypeKey", "recursiveConfigTypes", "rootConfigType",
    "allConfigTypes", "configTypeName", "runQueueConfig", "poolConfig", "configuredValues", "loggers", "eventType",
    "latestEventSortKey", "assetEventHistory", "hasReportRunlessAssetEventPermission", "envVarName", "envVarConsumers",
    "staleCauses", "staleCausesByPartition", "rootDefaultYaml", "stack", "errors", "errorCount", "info",
    "runConfigSchemaOrError", "componentsForLocationOrError",
}  # fmt: skip


@pytest.fixture(scope="module")
def viewers():
    """The schema that viewers have."""
    schema = create_schema().graphql_schema
    close_to_everybody(schema)
    close_to_viewers(schema)
    return schema


def _object_fields(schema):
    types = [found for found in schema.type_map.values() if isinstance(found, GraphQLObjectType)]
    return {(t.name, name): field for t in types if t.name[:2] != "__" for name, field in t.fields.items()}


def test_viewers_have_neither_mutations_nor_subscriptions(viewers):
    assert viewers.mutation_type is None
    assert viewers.subscription_type is None
    said = graphql_sync(viewers, "mutation { setNuxSeen }")
    assert said.data is None


CLOSED_FIELDS = [
    ("Query", "logsForRun"),
    ("Query", "capturedLogs"),
    ("Query", "capturedLogsMetadata"),
    ("Query", "isPipelineConfigValid"),
    ("Query", "executionPlanOrError"),
    ("Query", "utilizedEnvVarsOrError"),
    ("Query", "test"),
    ("Run", "eventConnection"),
    ("Run", "capturedLogs"),
    ("InstigationTick", "logEvents"),
    ("PartitionBackfill", "logEvents"),
    ("Partition", "runConfigOrError"),
    ("RunConfigSchema", "isRunConfigValid"),
    ("DryRunInstigationTick", "evaluationResult"),
]


@pytest.mark.parametrize(("of_type", "name"), CLOSED_FIELDS)
def test_logs_and_config_are_refused(viewers, of_type, name):
    with pytest.raises(Closed):
        viewers.type_map[of_type].fields[name].resolve(None, None)


EMPTY_FIELDS = [
    ("Run", "runConfig", {}),
    ("PythonError", "stack", []),
    ("PythonError", "causes", []),
    ("PythonError", "cause", None),
    ("InstigationTick", "logKey", []),
    ("Instance", "info", None),
]


@pytest.mark.parametrize(("of_type", "name", "empty"), EMPTY_FIELDS)
def test_what_the_ui_asks_for_everywhere_is_empty(viewers, of_type, name, empty):
    assert viewers.type_map[of_type].fields[name].resolve(object(), None) == empty


@pytest.mark.parametrize(
    ("of_type", "name"),
    [
        ("Run", "runConfigYaml"),
        ("PythonError", "message"),
        ("FailedToMaterializeEvent", "message"),
        ("RunRequest", "runConfigYaml"),
    ],
)
def test_texts_are_replaced(viewers, of_type, name):
    assert viewers.type_map[of_type].fields[name].resolve(object(), None).startswith("Closed to viewers")


def test_no_field_that_sounds_like_logs_or_config_was_overlooked(viewers):
    words = ("log", "config", "stack", "traceback", "captured", "stdout", "stderr", "envvar", "evaluationresult")
    open_still = {
        name
        for (of_type, name), field in _object_fields(viewers).items()
        if any(word in name.lower() for word in words)
        if getattr(field.resolve, "__module__", None) != close_to_viewers.__module__
        # types that only a closed field gives, and mutations, which are not there
        if of_type not in LOGS | {"Mutation", "Subscription"} and not of_type.endswith(("Event", "ConfigError"))
    }
    assert open_still <= SOUND_ALIKE, open_still - SOUND_ALIKE


def test_the_lists_name_what_dagster_has(schema):
    fields = _object_fields(schema)
    assert {name for _, name in fields} >= EMPTIED
    assert set(schema.type_map) >= LOGS | ERRORS
    assert set(fields) >= RUNS_CODE


def test_code_that_runs_on_being_looked_at_is_closed_to_stewards_too():
    schema = create_schema().graphql_schema
    close_to_everybody(schema)
    for of_type, name in RUNS_CODE:
        with pytest.raises(Closed):
            schema.type_map[of_type].fields[name].resolve(None, None)
    assert get_named_type(schema.mutation_type).name == "Mutation"


@pytest.mark.parametrize(("of_type", "name"), [("JsonMetadataEntry", "jsonString"), ("TextMetadataEntry", "text")])
@pytest.mark.parametrize("label", sorted(LABELS_WITH_PSEUDONYMS))
def test_lists_of_children_are_closed_by_their_label(viewers, of_type, name, label):
    class Entry:
        def __init__(self, given):
            self.label, self.jsonString, self.text = given, "x", "x"

    resolve = viewers.type_map[of_type].fields[name].resolve
    assert resolve(Entry(label), None) == '"closed to viewers"'
    assert resolve(Entry("rule"), None) == "x"


def test_the_labels_are_those_that_the_assets_use(tmp_path):
    listed = deliveries_listed(Warehouse(Home(tmp_path / "home").make()))
    assert "latest_changes" in listed.metadata


@pytest.mark.parametrize(
    "said",
    [
        CHILD,
        f"{CHILD}, {CHILD}",
        {"a": [{"b": f"child {CHILD}."}]},
        {CHILD: 1},
        json.dumps({"nested": [CHILD]}),
        f"\f{CHILD}\b{CHILD}",
        CHILD.upper(),
        f"\u00e9{CHILD}\u200b",
    ],
)
def test_a_pseudonym_is_found_by_its_look(said):
    text = redacted(json.dumps({"data": {"any": said}}).encode()).decode()
    assert CHILD not in text.lower()
    assert INSTEAD in text


@pytest.mark.parametrize("said", [CHILD + "0", CHILD[:-1], CHILD * 2, "0" * 64, "x", 12345678901234567890, None])
def test_hashes_and_numbers_stay(said):
    body = json.dumps({"data": said}).encode()
    assert json.loads(redacted(body)) == {"data": said}


def test_only_viewers_are_answered_without(site):
    site.dagster.answer = {"data": {"alias": CHILD}}
    assert site.post("{ alias: version }").json == site.dagster.answer
    assert site.post("{ alias: version }", role=Role.VIEWER).json == {"data": {"alias": INSTEAD}}
