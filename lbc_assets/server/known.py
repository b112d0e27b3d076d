"""What a run may be asked for: our jobs, assets and checks, and the waves of which a delivery was taken in.

Belongs here: asking Dagster's workspace and the ledger for them. Does not belong here: judging a request
(``launches.py``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from dagster._core.workspace.context import IWorkspaceProcessContext

from lbc_assets.launching import known_waves
from lbc_assets.settings import Home
from lbc_assets.warehouse.snapshots import WAVE_ID
from lbc_assets.warehouse.store import Warehouse


@dataclass(frozen=True)
class Known:
    """``jobs``: the assets of each; ``assets``: whether each is a wave's; ``checks``: asset and name."""

    jobs: Mapping[str, frozenset[str]]
    assets: Mapping[str, bool]
    checks: frozenset[tuple[str, str]]
    instigators: frozenset[str]
    waves: frozenset[str]


def known_of(context: IWorkspaceProcessContext, home: Home) -> Callable[[], Known]:
    """Asks both anew each time: waves arrive while the server runs."""

    def ask() -> Known:
        jobs: dict[str, set[str]] = {}
        assets: dict[str, bool] = {}
        instigators: set[str] = set()
        with context.create_request_context() as request:
            for location in request.code_locations:
                for repository in location.get_repositories().values():
                    for node in repository.get_asset_node_snaps():
                        name = node.asset_key.to_user_string()
                        assets[name] = node.partitions is not None
                        for job in node.job_names:
                            jobs.setdefault(job, set()).add(name)
                    instigators |= {found.name for found in repository.get_sensors()}
                    instigators |= {found.name for found in repository.get_schedules()}
            checks = {(key.asset_key.to_user_string(), key.name) for key in request.asset_graph.asset_check_keys}
        return Known(
            jobs={job: frozenset(names) for job, names in jobs.items()},
            assets=assets,
            checks=frozenset(checks),
            instigators=frozenset(instigators),
            waves=frozenset(wave for wave in known_waves(Warehouse(home)) if WAVE_ID.fullmatch(wave)),
        )

    return ask
