"""The files of the baked reference wave: one province as UTF-8 CSV, the other as GB18030 CSV and as SPSS.

Here: writing coded answers in three formats, as three data managers might send them, and reading them back. Not
here: what the answers are (`cohort`), files of generated waves (`wave_files`), how deliveries are read
(`lbc_assets.intake`). Longli's SPSS file keeps codes as numbers and declares its missing codes; Guiding's clerks typed
the Chinese words of the answers, but for the questionnaire's 25 items, whose wording is not ours to ship.
"""

import csv
import hashlib
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import numpy as np

from lbc_assets.reference.deliver import FILES
from lbc_assets.reference.households import Answers
from lbc_assets.reference.items import SDQ_ITEMS
from lbc_assets.reference.questionnaire import CHINESE, COLUMNS, VARIABLES
from lbc_assets.reference.schools import PREFIX

ID = "questionnaire_id"
TEXTS = (ID, "township", "school")


def with_ids(rows: Answers) -> dict[str, list[dict[str, str]]]:
    """Questionnaires by file, each a record of coded answers with its id (numbered within the province)."""
    names = [name for name in VARIABLES if name != ID]
    result: dict[str, list[dict[str, str]]] = {file: [] for file in FILES}
    numbers = dict.fromkeys(PREFIX, 0)
    counties = VARIABLES["county"].codes
    for values in zip(*(rows[name] for name in names), strict=True):
        answers = dict(zip(names, values, strict=True))
        province = VARIABLES["province"].codes[answers["province"]]
        numbers[province] += 1
        answers[ID] = f"SYN-{PREFIX[province]}-{numbers[province]:07d}"
        county = counties[answers["county"]]
        result[next((file for file in FILES if file.startswith(county)), "zhejiang.csv")].append(answers)
    return result


def _chinese(name: str) -> dict[str, str]:
    """Codes to the Chinese words that Guiding's clerks typed; none for the 25 items and for numbers."""
    if name in SDQ_ITEMS:
        return {}
    return {code: CHINESE[value] for code, value in VARIABLES[name].codes.items()}


def _write_csv(path: Path, records: list[dict[str, str]], encoding: str, words: dict[str, dict[str, str]]) -> None:
    lines = [",".join(COLUMNS)]
    lines += [",".join(words[name].get(record[name], record[name]) for name in VARIABLES) for record in records]
    path.write_bytes(("\n".join(lines) + "\n").encode(encoding))


def _write_spss(path: Path, records: list[dict[str, str]]) -> None:
    import pandas as pd
    import pyreadstat

    frame = pd.DataFrame({variable.column: [r[name] for r in records] for name, variable in VARIABLES.items()})
    numeric = [variable.column for name, variable in VARIABLES.items() if name not in TEXTS]
    frame[numeric] = frame[numeric].apply(pd.to_numeric)
    missing: dict[str, Any] = {v.column: [int(v.missing)] for name, v in VARIABLES.items() if v.missing is not None}
    labels: dict[str, Any] = {
        v.column: {int(code): value for code, value in v.codes.items()} for v in VARIABLES.values() if v.codes
    }
    pyreadstat.write_sav(
        frame,
        str(path),
        row_compress=True,
        file_label="SYNTHETIC: no child gave these answers",
        missing_ranges=missing,
        variable_value_labels=labels,
        variable_format=dict.fromkeys(numeric, "F8.0"),
    )


def write_files(directory: Path, rows: Answers) -> list[dict[str, Any]]:
    """Write the three files; returns their entries in the manifest. Raises OSError."""
    entries = []
    for name, records in with_ids(rows).items():
        path, encoding = directory / name, FILES[name]
        entry: dict[str, Any] = {"path": name, "form": "child-questionnaire", "rows": len(records)}
        if encoding:
            words = {variable: _chinese(variable) if encoding != "utf-8" else {} for variable in VARIABLES}
            _write_csv(path, records, encoding, words)
            entry |= {"encoding": encoding, "delimiter": ","}
        else:
            _write_spss(path, records)
            entry["format"] = "sav"
        entries.append(entry | {"sha256": hashlib.sha256(path.read_bytes()).hexdigest()})
    return entries


def _read_csv(file: Traversable, encoding: str) -> list[dict[str, str]]:
    back = {name: {word: code for code, word in _chinese(name).items()} for name in VARIABLES}
    lines = csv.reader(file.read_bytes().decode(encoding).splitlines()[1:])
    return [{name: back[name].get(value, value) for name, value in zip(VARIABLES, line, strict=True)} for line in lines]


def _read_spss(file: Traversable) -> list[dict[str, str]]:
    import pyreadstat

    frame, _ = pyreadstat.read_sav(str(file), user_missing=True)
    columns = []
    for name, variable in VARIABLES.items():
        values = frame[variable.column]
        columns.append(list(values) if name in TEXTS else ["" if np.isnan(v) else str(int(v)) for v in values])
    return [dict(zip(VARIABLES, line, strict=True)) for line in zip(*columns, strict=True)]


def read_files(folder: Traversable) -> Answers:
    """Coded answers of a baked wave (no ids), in file order, one array of text a variable."""
    records: list[dict[str, str]] = []
    for name, encoding in FILES.items():
        file = folder.joinpath(name)
        records += _read_csv(file, encoding) if encoding else _read_spss(file)
    return {name: np.array([record[name] for record in records], dtype=object) for name in VARIABLES if name != ID}
