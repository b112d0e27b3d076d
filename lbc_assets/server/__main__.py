"""``python -m lbc_assets.server --port 3000 --viewer-port 3001``: the process that ``lbc ui`` starts.

Belongs here: putting the parts together, and serving them on loopback. Does not belong here: any rule; watching the
process (``cli/ui.py``). There is no port at which Dagster's app answers without its guard.
"""

from __future__ import annotations

import contextlib
import logging
import socket
from collections.abc import Iterator

import click
import dagster as dg
import uvicorn
from dagster._core.workspace.context import WorkspaceProcessContext
from dagster._core.workspace.load_target import ModuleTarget, WorkspaceLoadTarget
from dagster._utils.interrupts import setup_interrupt_handlers

from lbc_assets.server.asked import BODY_BYTES_MOST
from lbc_assets.server.audit import AuditLog
from lbc_assets.server.dagster_app import apps
from lbc_assets.server.graphql_requests import GraphqlRequests
from lbc_assets.server.guard import Guard
from lbc_assets.server.known import known_of
from lbc_assets.server.origin import Origins
from lbc_assets.server.who import Role, door_of
from lbc_assets.settings import LOOPBACK, Home, find_home

DEFINITIONS = "lbc_assets.definitions"
SECONDS_TO_END = 5
# of the database, as Dagster's own web server has them
MILLISECONDS_A_STATEMENT, SECONDS_A_CONNECTION, CONNECTIONS_MORE = 15_000, 3600, 20


@contextlib.contextmanager
def guarded(home: Home, addresses: dict[int, Role], target: WorkspaceLoadTarget | None = None) -> Iterator[Guard]:
    """The guard around Dagster's app, as long as the process lives that has loaded the definitions (``target``)."""
    with (
        dg.DagsterInstance.get() as instance,
        WorkspaceProcessContext(
            instance, target or _target(), version=dg.__version__, code_server_log_level="WARNING"
        ) as workspace,
    ):
        instance.optimize_for_webserver(MILLISECONDS_A_STATEMENT, SECONDS_A_CONNECTION, CONNECTIONS_MORE)
        found, schema = apps(workspace)
        requests = GraphqlRequests(schema, known_of(workspace, home), AuditLog(home.audit))
        origins = Origins.of(home.settings().server)
        yield Guard(home, found, addresses, origins, door_of(home), requests)


def _target() -> ModuleTarget:
    return ModuleTarget(module_name=DEFINITIONS, attribute=None, working_directory=None, location_name=None)


def _listening(port: int) -> socket.socket:
    door = socket.socket()
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    door.bind((LOOPBACK, port))
    return door


def _config(guard: Guard) -> uvicorn.Config:
    return uvicorn.Config(
        guard,
        log_level="warning",
        # addresses of sign-in links are no lines of a log
        access_log=False,
        lifespan="off",
        server_header=False,
        # who asks is not taken from headers, but by who.py
        proxy_headers=False,
        ws_max_size=BODY_BYTES_MOST,
        timeout_graceful_shutdown=SECONDS_TO_END,
    )


@click.command()
@click.option("--port", type=int, required=True)
@click.option("--viewer-port", type=int, required=True)
def serve(port: int, viewer_port: int) -> None:
    """Serve until a signal asks for an end."""
    setup_interrupt_handlers()
    logging.getLogger("dagster").setLevel(logging.WARNING)
    addresses = {port: Role.STEWARD, viewer_port: Role.VIEWER}
    doors = [_listening(number) for number in addresses]
    with contextlib.suppress(KeyboardInterrupt), guarded(find_home(), addresses) as guard:
        uvicorn.Server(_config(guard)).run(sockets=doors)


if __name__ == "__main__":
    serve()
