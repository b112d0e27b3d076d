"""The YAML of the papers' tables says of columns, types and codes what the code makes, and the baked wave's claim."""

from __future__ import annotations

from typing import get_args

import pandas as pd
import pytest
import yaml
from pydantic import ValidationError

from lbc_assets.intake.manifest import Manifest
from lbc_assets.papers.audit.checks import AuditCheck
from lbc_assets.papers.tables import paper_agreement, paper_audit, paper_comparison
from lbc_assets.papers.verdicts import VERDICTS
from lbc_assets.reference.deliver import BAKED
from lbc_assets.warehouse.contracts import Table, load_tables
from lbc_assets.warehouse.flow import OF_PAPERS, flow, papers_version, statistics_version
from lbc_assets_tests.contract_kit import assert_as_declared

WAVE = "orchard-2020"


@pytest.fixture
def made(orchard, harvest) -> dict[str, pd.DataFrame]:
    """The tables of the invented paper."""
    comparison = paper_comparison(WAVE, harvest, [orchard])
    return {
        "paper_comparison": comparison,
        "paper_agreement": paper_agreement(WAVE, {"paper_comparison": comparison}, [orchard]),
        "paper_audit": paper_audit(WAVE, {}, [orchard]),
    }


def allowed(table: Table, column: str) -> set[str]:
    """The values that a contract allows."""
    (found,) = [
        set(test.arguments["values"])
        for test in table.tests
        if test.kind == "accepted_values" and test.columns == (column,)
    ]
    return found


@pytest.mark.parametrize("name", OF_PAPERS)
def test_columns_types_and_keys(made, name) -> None:
    assert_as_declared(name, made[name])


def test_lists_of_names_are_those_of_the_code() -> None:
    tables = load_tables()
    assert allowed(tables["paper_comparison"], "verdict") == set(VERDICTS)
    checks = get_args(get_args(AuditCheck)[0])
    assert allowed(tables["paper_audit"], "check_name") == {
        name for check in checks for name in get_args(check.model_fields["check"].annotation)
    }


def test_a_change_of_a_papers_folder_makes_its_tables_stale_and_no_other() -> None:
    assert papers_version() != statistics_version()
    assert {name for name in flow() if name.startswith("paper_")} == set(OF_PAPERS)


def test_the_baked_wave_says_which_paper_it_was_fitted_to() -> None:
    manifest = yaml.safe_load(BAKED.joinpath("wave.yaml").read_text(encoding="utf-8"))
    assert manifest["calibrated_to"] == "zhao_2017"
    assert Manifest.model_validate(manifest).calibrated_to == "zhao_2017"
    with pytest.raises(ValidationError, match="'calibrated_to' is said of synthetic waves only"):
        Manifest.model_validate({**manifest, "synthetic": False})
    with pytest.raises(ValidationError, match="calibrated_to"):
        Manifest.model_validate({**manifest, "calibrated_to": "../zhao"})
