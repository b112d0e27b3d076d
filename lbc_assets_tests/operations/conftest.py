"""Servers for alerts, as long as a test needs them."""

import pytest
from servers import Certificate, mail_servers, web_servers


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    return Certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def mail_server(certificate):
    with mail_servers(certificate) as start:
        yield start


@pytest.fixture
def web_server():
    with web_servers() as start:
        yield start
