"""Makes completed.csv: what our imputation filled in for children.csv, so that R can fit and pool the same data.

One row a missing answer, one column an imputation. Run: python make_completed.py [target].
"""

import csv
import sys
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from lbc_assets.stats.missing.imputation import impute
from lbc_assets.stats.missing.imputation_data import imputation_data
from lbc_assets.stats.specs import adjusted
from lbc_assets.stats.terms import Factor, ModelSpec

ORACLE = Path(__file__).parent
IMPUTATIONS = 20
ADJUSTED = adjusted("total")
MODELS = (
    ADJUSTED,
    ModelSpec("by_divorced", "total", ADJUSTED.predictors, interactions=(("migration_status", "parents_divorced"),)),
)


def filled(spec: ModelSpec, children: pd.DataFrame, m: int) -> Iterator[list[str]]:
    """Model, child, variable, then the value in each imputation."""
    data = imputation_data(spec, children)
    completed = list(impute(data, m=m))
    lacking = children.dropna(subset=[f"{spec.outcome}_score"])
    lacking = lacking[lacking[[p.variable for p in spec.predictors]].isna().any(axis=1)]
    names = sorted(lacking["child_pseudonym"])
    for variable in data.targets:
        predictor = spec.predictor(variable)
        for row in data.missing(variable).nonzero()[0]:
            values = [each.children.values[variable][row] for each in completed]
            labels = [predictor.levels[v] if isinstance(predictor, Factor) else f"{v:g}" for v in values]
            yield [spec.name, names[row], variable, *labels]


def main(target: Path, m: int = IMPUTATIONS) -> None:
    children = pd.read_csv(ORACLE / "children.csv")
    with target.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["model", "child_pseudonym", "variable", *(f"m{i}" for i in range(1, m + 1))])
        for spec in MODELS:
            writer.writerows(filled(spec, children, m))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ORACLE / "completed.csv")
