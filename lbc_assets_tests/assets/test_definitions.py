"""What Dagster is told, and what loading it must not cost."""

import subprocess
import sys

import dagster as dg
import pytest

from lbc_assets.addresses import CATALOGUE, table_address
from lbc_assets.catalogue.site import CatalogueState
from lbc_assets.definitions import defs
from lbc_assets.quality.checks import checks_for
from lbc_assets.quality.rules import needs
from lbc_assets.sensors import catalogue_sensor
from lbc_assets.warehouse.between_waves import READ, steps
from lbc_assets.warehouse.contracts import load_tables
from lbc_assets.warehouse.flow import PAGES, flow

# what the graph and the lists of the UI show of a description
LINE = 165
HEAVY = ("great_expectations", "statsmodels", "matplotlib", "scipy", "sqlglot", "pandas")


def test_loading_definitions_imports_nothing_heavy():
    code = f"import sys, lbc_assets.definitions; print([m for m in {HEAVY!r} if m in sys.modules])"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert loaded.stdout.strip() == "[]"


def test_one_asset_a_step_in_flow_order():
    graph = defs.resolve_asset_graph()
    # the list of deliveries, the tables between waves and the catalogue are no steps of a wave
    apart = {"deliveries", "catalogue", *steps()}
    assert {key.to_user_string() for key in graph.get_all_asset_keys()} == {*apart, *flow()}
    seen = set()
    for step in flow().values():
        assert set(step.reads) <= seen, step.name
        seen.add(step.name)


def test_pages_lead_to_the_catalogue_too():
    for name in PAGES:
        assert defs.resolve_asset_graph().get(dg.AssetKey(name)).metadata["catalogue"].value == CATALOGUE


@pytest.mark.parametrize("name", list(load_tables()))
def test_each_table_is_described_and_gated(name):
    node = defs.resolve_asset_graph().get(dg.AssetKey(name))
    assert 20 < len(node.description.partition("\n")[0]) <= LINE
    assert node.tags["pii"] in ("none", "pseudonymised")
    assert node.metadata["grain"]
    assert node.group_name == load_tables()[name].layer
    assert node.owners
    assert node.kinds
    if name in steps():
        assert node.partitions_def is None
        assert {key.to_user_string() for key in node.parent_keys} == {"published_wave"}
    else:
        assert node.partitions_def.name == "wave"
    assert node.metadata["catalogue"].value == table_address(name)
    schema = node.metadata["dagster/column_schema"]
    assert [column.name for column in schema.columns] == [column.name for column in load_tables()[name].columns]
    assert {key.name for key in node.check_keys} == {check.name for check in checks_for(load_tables()[name])}


def test_rules_read_only_what_was_made_before():
    upstream = {}
    for name, step in flow().items():
        upstream[name] = set(step.reads).union(*(upstream[read] for read in step.reads))
    upstream |= {key: set(READ) for key in steps()}
    unordered = {name: missing for name in load_tables() if (missing := set(needs(name)) - upstream[name] - {name})}
    assert unordered == {}


def test_sensor_and_schedule_run_by_themselves():
    for sensor in ("inbox_sensor", "between_waves_sensor", "catalogue_sensor", "alerts_sensor"):
        assert defs.resolve_sensor_def(sensor).default_status == dg.DefaultSensorStatus.RUNNING
    assert defs.resolve_schedule_def("nightly_refresh").default_status == dg.DefaultScheduleStatus.RUNNING


def test_no_job_of_a_wave_makes_what_is_made_of_all():
    names = {
        job: {key.to_user_string() for key in defs.resolve_job_def(job).asset_layer.executable_asset_keys}
        for job in ("refresh_wave", "refresh_between_waves", "refresh_catalogue")
    }
    assert names == {
        "refresh_wave": set(flow()),
        "refresh_between_waves": set(steps()),
        "refresh_catalogue": {"catalogue"},
    }


def test_the_catalogue_is_made_once_for_each_state(monkeypatch, tmp_path):
    monkeypatch.setenv("LBC_HOME", str(tmp_path / "home"))
    states = iter([CatalogueState("b", True, "a-1"), CatalogueState("b", False, "b-2")])
    monkeypatch.setattr("lbc_assets.catalogue.site.state_of", lambda _store: next(states))
    (request,) = catalogue_sensor(dg.build_sensor_context()).run_requests
    assert request.run_key == "a-1:b"
    assert isinstance(catalogue_sensor(dg.build_sensor_context()), dg.SkipReason)
