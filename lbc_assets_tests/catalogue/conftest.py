"""The graph and the published wave's pages, made once."""

import pytest

from lbc_assets.catalogue.assembly import assemble
from lbc_assets.catalogue.facts import facts_of
from lbc_assets.catalogue.pages import Pages
from lbc_assets.catalogue.site import captions
from lbc_assets.warehouse.store import Warehouse


@pytest.fixture(scope="session")
def graph():
    """The graph over all columns, traced."""
    return assemble()


@pytest.fixture(scope="session")
def site(graph, published):
    """Every file of the published home's site: path -> text."""
    store = Warehouse(published.home)
    return dict(Pages(graph, facts_of(store), captions(store)).all())
