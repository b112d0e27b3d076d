"""One answer of one child of the reference wave, changed on its way: the gate of the paper's counts holds the wave."""

from __future__ import annotations

import re
import shutil

import dagster as dg
import pytest
import yaml

from lbc_assets.definitions import defs
from lbc_assets.launching import plan_wave, take_in
from lbc_assets.partitions import WAVE as PARTITIONS
from lbc_assets.reference.deliver import deliver_reference
from lbc_assets.settings import Home
from lbc_assets.warehouse.flow import flow
from lbc_assets.warehouse.store import Warehouse

WAVE = "baseline-2015"
# the steps from the files to what the paper's counts are looked up in; the other analyses stay as they were
LAST = ("sample_characteristics", "paper_comparison")


@pytest.fixture(scope="module")
def home(published, tmp_path_factory) -> Home:
    """A copy of the published home, to be spoilt."""
    root = tmp_path_factory.mktemp("fitted") / "home"
    shutil.copytree(published.home.root, root)
    return Home(root)


def _upstream(name: str) -> set[str]:
    return {name}.union(*map(_upstream, flow()[name].reads))


def _deliver_with_one_answer_changed(home: Home) -> None:
    """The first child whose parents are not divorced says that they are; the manifest declares no rows and hashes."""
    folder = deliver_reference(home.inbox)
    codebook = yaml.safe_load((folder / "codebook.yaml").read_text())["variables"]["parents_divorced"]
    # the first code of a meaning: the others are words that another file's clerks typed
    codes = {meaning: code for code, meaning in reversed(codebook["codes"].items())}
    header, *rows = (folder / "zhejiang.csv").read_text().splitlines()
    column = header.split(",").index(codebook["column"])
    for place, row in enumerate(rows):
        answers = row.split(",")
        if answers[column] == codes["no"]:
            answers[column] = codes["yes"]
            rows[place] = ",".join(answers)
            break
    (folder / "zhejiang.csv").write_text("\n".join([header, *rows]) + "\n")
    manifest = re.sub(r",\s*(rows|sha256): [0-9a-f]+", "", (folder / "wave.yaml").read_text())
    (folder / "wave.yaml").write_text(manifest)
    (folder / "wave.ok").touch()


def _run(home: Home) -> tuple[Warehouse, list[str]]:
    """Take the delivery in and run what is stale of the way to the comparison; the steps that were made."""
    store = Warehouse(home)
    take_in(store, wait=True)
    wanted = set().union(*map(_upstream, LAST[:1])) | set(LAST)
    stale = [dg.AssetKey(name) for name in plan_wave(store, WAVE).stale if name in wanted]
    with dg.DagsterInstance.from_config(str(home.dagster)) as instance:
        instance.add_dynamic_partitions(PARTITIONS, [WAVE])
        result = defs.resolve_job_def("refresh_wave").execute_in_process(
            instance=instance, partition_key=WAVE, asset_selection=stale, raise_on_error=False
        )
        made = [event.asset_key.to_user_string() for event in result.all_events if event.is_step_materialization]
    return store, made


def test_one_changed_answer_holds_the_wave_that_claims_to_be_fitted(home, monkeypatch) -> None:
    monkeypatch.setenv("LBC_HOME", str(home.root))
    served = Warehouse(home).snapshots.current(WAVE)
    _deliver_with_one_answer_changed(home)
    store, made = _run(home)
    held = store.snapshots.draft(WAVE).held
    assert {name: [gate.check for gate in each.failed] for name, each in held.items()} == {
        "paper_comparison": ["paper_counts_exact"]
    }
    assert "sample_characteristics" in made
    assert "paper_comparison" not in made
    assert store.snapshots.current(WAVE) == served
