"""Makes reference.csv.gz: the analysis cohort of the reference wave, as the platform itself derives it.

Delivers and refreshes the wave in a home of its own. The pseudonyms there belong to a key made for that home: a child
is numbered here by its place among all children instead, sorted by every other column. Run: python make_reference.py
[target].
"""

import gzip
import os
import sys
import tempfile
from pathlib import Path

import pandas as pd
from click.testing import CliRunner

from lbc_assets.cli.main import lbc
from lbc_assets.settings import HOME_VARIABLE

COLUMNS = [
    *("migration_status", "province", "sex", "primary_caregiver", "parents_divorced", "any_sibling"),
    *("household_wealth", "social_support", "school_performance", "age_years"),
    *(f"{scale}_score" for scale in ("emotional", "conduct", "hyperactivity", "peer", "prosocial", "total")),
    *("externalising_score", "internalising_score", "departure_age_years", "years_since_departure"),
    *("social_support_dichotomy", "migrant_parent", "living_arrangement", "school", "township", "county"),
]


def cohort(shown: Path) -> str:
    """mart_analysis_cohort (as `lbc show` writes it) with the columns of the models, its children in one order."""
    frame = pd.read_csv(shown, dtype=str, keep_default_na=False)[COLUMNS]
    frame = frame.sort_values(COLUMNS, ignore_index=True)
    frame.insert(0, "child_pseudonym", [f"r{number:04d}" for number in range(len(frame))])
    return frame.to_csv(index=False, lineterminator="\n")


def main(target: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        command = CliRunner(env={HOME_VARIABLE: str(Path(folder) / "home")})
        for words in (["reference", "deliver"], ["refresh"]):
            done = command.invoke(lbc, words)
            if done.exit_code:
                sys.exit(done.output)
        shown = Path(folder) / "cohort.csv"
        shown.write_text(command.invoke(lbc, ["show", "mart_analysis_cohort", "--format", "csv"]).stdout)
        # no name and no time in the file: the same bytes each time
        target.write_bytes(gzip.compress(cohort(shown).encode(), mtime=0))
    sys.stdout.flush()
    # duckdb's binding lists leaked instances at exit (see cli/main.py)
    os._exit(0)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_name("reference.csv.gz"))
