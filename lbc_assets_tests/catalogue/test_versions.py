"""A site is laid down beside the last one and flipped in one step; whether it is stale; who asks for it."""

import re

import dagster as dg
import pytest

from lbc_assets.assets.catalogue import catalogue
from lbc_assets.catalogue import site as site_module
from lbc_assets.catalogue.site import build, served, state_of
from lbc_assets.settings import Home
from lbc_assets.warehouse.snapshots import Held
from lbc_assets.warehouse.store import Warehouse


@pytest.fixture
def small(monkeypatch, tmp_path):
    """A store of an empty home, whose sites are of one page that says `said`."""
    said = ["first"]

    class OnePage:
        def __init__(self, *_):
            pass

        def all(self):
            yield "index.html", said[0]
            yield "tables/t.html", said[0]

    monkeypatch.setattr("lbc_assets.catalogue.pages.Pages", OnePage)
    monkeypatch.setattr(site_module, "column_graph", lambda _kept: None)
    return Warehouse(Home(tmp_path / "home").make()), said


def test_a_site_is_flipped_whole_and_the_last_one_stays_for_its_readers(small):
    store, said = small
    first = build(store)
    opened = served(store.home)
    assert (first.pages, opened) == (2, first.folder)
    said[0] = "second"
    second = build(store)
    assert served(store.home) == second.folder
    assert (opened / "index.html").read_text() == "first"
    third = build(store)
    assert {path.name for path in first.folder.parent.iterdir()} == {second.folder.name, third.folder.name}
    assert (store.home.catalogue / "current" / "tables" / "t.html").read_text() == "second"


def test_a_build_that_fails_leaves_the_site_as_it_is(small, monkeypatch):
    store, _ = small
    first = build(store)
    monkeypatch.setattr(site_module, "flip", lambda *_: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        build(store)
    assert served(store.home) == first.folder


def test_a_site_is_stale_when_what_is_published_held_or_run_has_changed(small, monkeypatch):
    store, _ = small
    assert state_of(store).is_stale
    build(store)
    fresh = state_of(store)
    assert not fresh.is_stale
    held = Held(candidate="x", code_version="", inputs={}, failed=())
    store.snapshots.change_draft("one", "raw_responses", held)
    stale = state_of(store)
    assert stale.is_stale
    assert (stale.version, stale.key != fresh.key) == (fresh.version, True)
    build(store)
    assert not state_of(store).is_stale
    store.snapshots.publish("one", store.snapshots.draft("one").model_copy(update={"held": {}}))
    assert state_of(store).is_stale
    build(store)
    monkeypatch.setattr(site_module, "code_version", lambda: "another")
    assert state_of(store).is_stale


def test_the_asset_lays_the_site_down(small):
    store, _ = small
    result = dg.materialize([catalogue], resources={"warehouse": store}, instance=dg.DagsterInstance.ephemeral())
    (made,) = result.asset_materializations_for_node("catalogue")
    assert made.metadata["pages"].value == 2
    assert (served(store.home) / "index.html").is_file()


def test_the_command_prints_where_the_site_is(small, lbc_at):
    store, _ = small
    answer = lbc_at(store.home)("catalogue")
    assert answer.exit_code == 0, answer.output
    path, said = answer.stdout.splitlines()
    assert path == str(store.home.catalogue / "current" / "index.html")
    assert re.fullmatch(r"2 pages, [0-9.]+ s", said)
    assert lbc_at(store.home)("catalogue", "--if-stale").stdout.splitlines()[1] == "nothing has changed"
