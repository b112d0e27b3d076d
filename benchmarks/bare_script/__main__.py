"""The same wave, tables and figures as an analyst would write them: bare pandas, statsmodels and matplotlib.

Here: a script without checks, lineage or history, the yardstick of `refresh_against_script.py`. Nothing of
`lbc_assets` is imported: codes come from the wave's codebook, everything else is written down again.
`python benchmarks/bare_script page.html` makes all tables, with `--core` only the paper's.
"""

import argparse
import json
from pathlib import Path

import pictures
from children import OUTCOMES, WAVE, derive, exclude, read
from paper import (
    adjusted_means,
    coefficients,
    departure_model,
    interaction_tests,
    interactions,
    paper_models,
    sample_characteristics,
)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("html", type=Path, help="the HTML file to write")
    parser.add_argument("--wave", type=Path, default=WAVE, help="folder of the wave (default: the reference wave)")
    parser.add_argument("--core", action="store_true", help="the paper's tables and two figures only")
    parser.add_argument("--imputations", type=int, default=20, help="completed data sets (default: 20)")
    given = parser.parse_args()
    cohort, undecided, flow = exclude(derive(read(given.wave)))
    fits, models = paper_models(cohort, OUTCOMES), interactions(cohort)
    means, tests = adjusted_means(models)
    table = coefficients(fits)
    tables = {
        "Participant flow": flow,
        "Sample characteristics": sample_characteristics(cohort),
        "Coefficients": table,
        "Interaction tests": interaction_tests(models),
        "Adjusted means": means,
        "Tests of adjusted means": tests,
        "Departure age": coefficients({("departure age", "total"): departure_model(cohort)}),
    }
    figures = {"Figure 1": pictures.figure_1(means), "Forest plot": pictures.forest(table)}
    total, current = fits["adjusted", "total"], "migration_status[T.current]"
    said = {"estimate": total.params[current], "p_value": total.pvalues[current], "n": int(total.nobs)}
    if not given.core:
        from supplement import supplement  # here: the paper's tables do without what it imports

        further, drawn, checked = supplement(cohort, undecided, flow, fits, models, given.imputations)
        tables, figures, said = tables | further, figures | drawn, said | checked
    html = "".join(f"<h2>{title}</h2>{rows.to_html(index=False, na_rep='')}" for title, rows in tables.items())
    html += "".join(f"<h2>{title}</h2>{picture}" for title, picture in figures.items())
    head = "<!doctype html><meta charset='utf-8'><title>Synthetic wave</title><h1>Synthetic data</h1>"
    given.html.write_text(head + html, encoding="utf-8")
    print(json.dumps({name: float(value) for name, value in said.items()}))


if __name__ == "__main__":
    main()
