"""The guard around a stand-in for Dagster's app, with the secrets to sign in."""

from __future__ import annotations

import pytest
from asgi_kit import STEWARDS, VIEWERS
from dagster_graphql.schema import create_schema
from server_kit import KNOWN, Site, StandIn

from lbc_assets.server.audit import AuditLog
from lbc_assets.server.graphql_requests import GraphqlRequests
from lbc_assets.server.guard import Guard
from lbc_assets.server.origin import Origins
from lbc_assets.server.who import ByLink, Links, Role
from lbc_assets.settings import Home, Server


@pytest.fixture(scope="session")
def schema():
    """Dagster's own, in which mutations are read."""
    return create_schema().graphql_schema


@pytest.fixture
def site(tmp_path, schema):
    """On loopback, signed in by link."""
    home, links, dagster = Home(tmp_path / "home").make(), Links.new(), StandIn()
    apps = dict.fromkeys(Role, dagster)
    requests = GraphqlRequests(schema, lambda: KNOWN, AuditLog(home.audit))
    addresses = {STEWARDS: Role.STEWARD, VIEWERS: Role.VIEWER}
    return Site(Guard(home, apps, addresses, Origins.of(Server()), ByLink(links), requests), links, dagster)
