"""Deliveries made by the generator: manifest and hashes, large and dirty waves, the stages' promises."""

import csv
import hashlib
import re
import unicodedata
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat
import pytest
import yaml

from lbc_assets.reference.baked_files import read_files, write_files
from lbc_assets.reference.deliver import BAKED
from lbc_assets.reference.design import make_design
from lbc_assets.reference.design_fit import fit_design
from lbc_assets.reference.dirty import KINDS
from lbc_assets.reference.items import PATTERNS, draw_items, prorate
from lbc_assets.reference.make import make_wave
from lbc_assets.reference.matrices import FACTORS
from lbc_assets.reference.questionnaire import COLUMNS
from lbc_assets.reference.stages import stage_generator

FOLDER = Path(str(BAKED))


def manifest_of(folder: Path) -> dict:
    return yaml.safe_load((folder / "wave.yaml").read_text(encoding="utf-8"))


def rows_of(folder: Path) -> pd.DataFrame:
    names = [entry["path"] for entry in manifest_of(folder)["files"]]
    return pd.concat(
        [pd.read_csv(folder / name, dtype=str, keep_default_na=False) for name in names], ignore_index=True
    )


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def assert_manifest_matches(folder: Path) -> None:
    for entry in manifest_of(folder)["files"]:
        data = (folder / entry["path"]).read_bytes()
        assert hashlib.sha256(data).hexdigest() == entry["sha256"]
        if entry.get("format") == "sav":
            assert pyreadstat.read_sav(str(folder / entry["path"]))[1].number_rows == entry["rows"]
            continue
        assert data.count(b"\n") == entry["rows"] + 1
        assert b"\r" not in data


def test_baked_manifest_names_its_files_and_says_synthetic() -> None:
    manifest = manifest_of(FOLDER)
    assert_manifest_matches(FOLDER)
    assert manifest["wave"] == "baseline-2015"
    assert manifest["synthetic"] is True
    assert "SYNTHETIC" in (FOLDER / "wave.yaml").read_text(encoding="utf-8").splitlines()[0]
    assert sum(entry["rows"] for entry in manifest["files"]) == 3596
    assert len(manifest["schools"]) == 60
    for school in manifest["schools"]:
        assert school["eligible"] >= school["present"] >= school["refused"]
    received = sum(school["present"] - school["refused"] for school in manifest["schools"])
    assert received == 3596


def test_headers_are_short_and_every_one_is_in_the_codebook(codebook: dict) -> None:
    for name, encoding in (("zhejiang.csv", "utf-8"), ("guiding.csv", "gb18030")):
        with (FOLDER / name).open(encoding=encoding, newline="") as lines:
            assert next(csv.reader(lines)) == list(COLUMNS)
    assert pyreadstat.read_sav(str(FOLDER / "longli.sav"), metadataonly=True)[1].column_names == list(COLUMNS)
    assert [entry["column"] for entry in codebook["variables"].values()] == list(COLUMNS)
    assert all(re.fullmatch(r"id|[a-z]\d{1,2}[a-d]?", column) for column in COLUMNS)


def test_the_three_files_are_really_of_three_kinds() -> None:
    typed = (FOLDER / "guiding.csv").read_bytes()
    with pytest.raises(UnicodeDecodeError):
        typed.decode("utf-8")
    assert "目前外出" in typed.decode("gb18030")
    labels = pyreadstat.read_sav(str(FOLDER / "longli.sav"), metadataonly=True, user_missing=True)[1]
    assert labels.missing_ranges["q01"] == [{"lo": 9.0, "hi": 9.0}]
    # the items' wording and the words of their answers are not ours to ship
    assert not any(labels.column_names_to_labels.values())
    assert labels.variable_value_labels["q01"] == {1.0: "0", 2.0: "1", 3.0: "2"}


def test_baked_files_are_read_back_as_they_were_written(tmp_path: Path) -> None:
    rows = read_files(BAKED)
    write_files(tmp_path, rows)
    again = read_files(tmp_path)
    assert {name: values.tolist() for name, values in again.items()} == {n: v.tolist() for n, v in rows.items()}
    for name in ("zhejiang.csv", "guiding.csv"):
        assert (tmp_path / name).read_bytes() == (FOLDER / name).read_bytes()


def test_a_wave_without_size_is_the_baked_one(tmp_path: Path) -> None:
    summary = make_wave(tmp_path)
    assert summary.files == {"zhejiang.csv": 1374, "guizhou.csv": 2222}
    assert "calibrated_to" not in manifest_of(tmp_path)


def test_codes_stay_text_in_any_yaml_reader(codebook: dict) -> None:
    for entry in codebook["variables"].values():
        for part in (entry.get("codes", {}), entry.get("missing", {})):
            assert all(isinstance(text, str) for pair in part.items() for text in pair)


def test_large_wave_streams_with_unique_ids_and_the_same_shares(tmp_path: Path) -> None:
    told: list[str] = []
    summary = make_wave(tmp_path, wave="bench-120k", children=120_000, seed=5, progress=told.append)
    assert summary.children == sum(summary.files.values()) == 120_000
    assert_manifest_matches(tmp_path)
    assert len(told) == 3
    rows = rows_of(tmp_path)
    assert rows["id"].is_unique
    assert (rows["a1"] == "2").mean() == pytest.approx(2224 / 3596, abs=0.01)
    received = sum(school["present"] - school["refused"] for school in manifest_of(tmp_path)["schools"])
    assert received == 120_000


def test_same_seed_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    for name, seed in (("one", 5), ("two", 5), ("three", 6)):
        make_wave(tmp_path / name, children=500, seed=seed)
    assert bytes_of(tmp_path / "one") == bytes_of(tmp_path / "two")
    assert bytes_of(tmp_path / "one")["guizhou.csv"] != bytes_of(tmp_path / "three")["guizhou.csv"]


def test_a_wave_needs_a_child(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least one"):
        make_wave(tmp_path, children=0)


def test_dirty_wave_has_the_dirt_it_says(tmp_path: Path, codebook: dict) -> None:
    summary = make_wave(tmp_path, wave="dirty", dirty=True)
    rows = rows_of(tmp_path)
    assert len(rows) == summary.children == 300
    assert_manifest_matches(tmp_path)
    columns = {name: entry["column"] for name, entry in codebook["variables"].items()}
    for kind in KINDS:
        has = np.all([rows[columns[name]] == answer for name, answer in kind.answers.items()], axis=0)
        # One kind may hold the answers of another as a part, and blanks occur by themselves in no clean
        # child.
        wider = sum(
            other.children for other in KINDS if other != kind and kind.answers.items() <= other.answers.items()
        )
        assert has.sum() == summary.dirt[kind.name] + wider, kind.name


def test_dirty_wave_is_excluded_and_listed_as_it_says(
    tmp_path: Path, codebook: dict, derive_rows: Callable[[pd.DataFrame], pd.DataFrame]
) -> None:
    summary = make_wave(tmp_path, dirty=True)
    rows = rows_of(tmp_path)
    issues = 0
    # of who did not consent the door keeps no answer that could be listed
    consented = (rows["c1"] == "1") & (rows["c2"] == "1")
    for entry in codebook["variables"].values():
        if "codes" in entry:
            known = {*entry["codes"], *entry.get("missing", {}), ""}
            # full-width digits are read as digits, as the staging model does
            answers = rows[entry["column"]].map(lambda answer: unicodedata.normalize("NFKC", answer))
            unknown = ~answers.isin(known)
            issues += int((unknown & consented).sum())
            rows[entry["column"]] = answers
            rows.loc[unknown, entry["column"]] = ""
    assert summary.value_issues is not None
    assert issues == summary.value_issues["code_not_in_codebook"]
    assert (rows["h2"] == "10").sum() == summary.value_issues["two_carers_named"]
    numbers = rows["b2"].str.fullmatch(r"\d+")
    assert (~numbers).sum() == summary.value_issues["not_a_number"]
    assert (rows["b2"] == "45").sum() == summary.value_issues["out_of_range"]
    rows.loc[~numbers, "b2"] = "99"
    reasons = derive_rows(rows)["reason"].value_counts().to_dict()
    assert summary.excluded is not None
    assert reasons.pop("analysed") == 300 - sum(summary.excluded.values())
    assert reasons == summary.excluded


@pytest.mark.parametrize("children", [10, 3590])
def test_dirty_wave_refuses_an_impossible_size(tmp_path: Path, children: int) -> None:
    with pytest.raises(ValueError, match="dirty wave"):
        make_wave(tmp_path, dirty=True, children=children)


def test_swaps_keep_every_count() -> None:
    design = make_design(stage_generator(3, "design"))
    fitted = fit_design(design, stage_generator(3, "swaps"), steps=30)
    assert any(np.any(design[name] != fitted[name]) for name in design)
    for name in (*FACTORS, "age", "female", "guizhou"):
        for group in range(3):
            before, after = (np.sort(d[name][d["group"] == group]) for d in (design, fitted))
            assert np.array_equal(before, after), (name, group)


def test_items_give_the_scores_again() -> None:
    scores = np.random.Generator(np.random.PCG64(8)).integers(0, 11, (400, 5))
    items = draw_items(scores, stage_generator(3, "items"))
    assert items.min() == -1
    keyed = {"emotional": [3, 8, 13, 16, 24], "prosocial": [1, 4, 9, 17, 20]}
    for column, numbers in ((0, keyed["emotional"]), (4, keyed["prosocial"])):
        mine = items[:, [number - 1 for number in numbers]]
        answered = (mine >= 0).sum(axis=1)
        sums = np.where(mine >= 0, mine, 0).sum(axis=1)
        assert [prorate(int(s), int(n)) for s, n in zip(sums, answered, strict=True)] == scores[:, column].tolist()


def test_proration_rounds_half_up() -> None:
    assert prorate(2, 4) == 3
    assert [prorate(int(pattern.sum()), 5) for pattern in PATTERNS[:3]] == [0, 1, 2]
