"""The analyses of a wave, one asset a tidy table.

Belongs here: the assets. Does not belong here: which pure function makes which table (``analyses.py``), statistics and
papers (``stats/``, ``papers/``, imported only when a step runs: they are heavy).
"""

import importlib
from collections.abc import Iterator

import dagster as dg
import duckdb

from lbc_assets.assets.analyses import ANALYSES
from lbc_assets.assets.analysis_inputs import Read
from lbc_assets.assets.failures import faults_tried_again
from lbc_assets.assets.step import produce, table_options
from lbc_assets.assets.telling import Told
from lbc_assets.reference.evidence import evidence
from lbc_assets.warehouse.contracts import load_tables
from lbc_assets.warehouse.engine import one_row, register_frame


def _analysis_asset(name: str, module: str, read: Read, room: str) -> dg.AssetsDefinition:
    table = load_tables()[name]

    def build(connection: duckdb.DuckDBPyConnection) -> None:
        analysis = importlib.import_module(f"{room}.{module}")
        wave, origin, paper = one_row(connection, "SELECT wave, data_origin, calibrated_to FROM raw_deliveries")
        frame = getattr(analysis, name)(*read(connection, analysis, table))
        frame.insert(0, "wave", wave)
        frame.insert(1, "data_origin", origin)
        frame.insert(2, "evidence", [evidence(name, row, origin, paper).value for row in frame.to_dict("records")])
        register_frame(connection, table, frame)

    @dg.asset(
        **table_options(table, kinds={"python", "pandas"} if room.endswith("papers") else {"python", "statsmodels"})
    )
    @faults_tried_again
    def analysis(context) -> Iterator[Told]:
        yield from produce(context, name, build)

    return analysis


analysis_assets = [_analysis_asset(name, *analysis) for name, analysis in ANALYSES.items()]
