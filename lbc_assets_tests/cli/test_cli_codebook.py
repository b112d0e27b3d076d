"""`lbc codebook draft` and `check`, as a data manager uses them; and the page that explains codebooks.

Belongs here: what the two commands say and leave behind. Does not belong here: reading deliveries (`intake/`).
"""

import json
import os
import re
from pathlib import Path

import pytest
import yaml

from lbc_assets.intake.codebook import Codebook
from lbc_assets.intake.manifest import Manifest
from lbc_assets.reference.deliver import BAKED
from lbc_assets.settings import Home, Settings

CHECKOUT = Path(__file__).resolve().parents[2]
EXPORTS = CHECKOUT / "lbc_assets_tests" / "intake" / "exports"
FILES = {
    "redcap_raw": ("export.csv",),
    "redcap_label": ("export.csv",),
    "kobo": ("export.csv", "--delimiter", ";"),
    "wenjuanxing": ("export.csv", "--encoding", "gb18030"),
    "epidata": ("first.csv",),
    "sav": ("answers.sav",),
    "dta": ("answers.dta",),
    "xlsx": ("answers.xlsx",),
    "parquet": ("answers.parquet",),
}
CANARY = "Zaunkönig 4711"


@pytest.fixture(scope="module")
def lbc(lbc_at, tmp_path_factory):
    saved = dict(os.environ)
    yield lbc_at(Home(tmp_path_factory.mktemp("codebook") / "home"))
    os.environ.clear()
    os.environ.update(saved)


def _left(lbc):
    return [path for path in lbc.home.root.rglob("*") if path.is_file()]


@pytest.mark.parametrize("kind", FILES)
def test_worked_codebooks_are_accepted_before_anything_is_delivered(lbc, kind):
    name, *options = FILES[kind]
    answer = lbc("codebook", "check", str(EXPORTS / kind / name), str(EXPORTS / kind / "codebook.yaml"), *options)
    assert answer.exit_code == 0, answer.output
    assert "ACCEPTED" in answer.output
    assert "Question about" not in answer.output
    assert "虚构题目" not in answer.output
    assert _left(lbc) == []


@pytest.mark.parametrize("kind", FILES)
def test_a_draft_is_yaml_and_holds_no_wording(lbc, kind):
    name, *options = FILES[kind]
    answer = lbc("codebook", "draft", str(EXPORTS / kind / name), *options)
    assert answer.exit_code == 0, answer.output
    draft = yaml.safe_load(answer.stdout)
    assert draft["variables"]
    for wording in ("Question about", "虚构题目", "Invented Name", "虚构姓名", "SYN-"):
        assert wording not in answer.output
    assert _left(lbc) == []


def test_what_a_draft_is_sure_of_is_right(lbc):
    baked = yaml.load(BAKED.joinpath("codebook.yaml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    answer = lbc("codebook", "draft", str(CHECKOUT / "lbc_assets/reference/waves/baseline-2015/zhejiang.csv"))
    sure = re.findall(r"^  (\w+):  # sure[^\n]*\n    column: '?([\w@#]+)", answer.stdout, re.MULTILINE)
    assert all(baked["variables"][name]["column"] == column for name, column in sure)


def test_a_check_counts_what_no_code_allows_and_tells_no_answer(lbc, tmp_path):
    rows = BAKED.joinpath("zhejiang.csv").read_text(encoding="utf-8").splitlines()[:41]
    place = rows[0].split(",").index("q07")
    cells = [row.split(",") for row in rows]
    for row in cells[1:31]:
        row[place] = "7"
    cells[31][place] = CANARY
    cells[32][rows[0].split(",").index("a3")] = CANARY
    file = tmp_path / "children.csv"
    file.write_text("\n".join(map(",".join, cells)) + "\n", encoding="utf-8")
    codebook = tmp_path / "codebook.yaml"
    codebook.write_bytes(BAKED.joinpath("codebook.yaml").read_bytes())
    answer = lbc("codebook", "check", str(file), str(codebook))
    assert answer.exit_code == 2, answer.output
    assert "sdq_obeys" in answer.output
    assert CANARY not in answer.output
    said = json.loads(lbc("codebook", "check", str(file), str(codebook), "--json").stdout)
    assert CANARY not in json.dumps(said, ensure_ascii=False)
    some = lbc("codebook", "check", str(file), str(codebook), "--sample", "10")
    assert "10" in some.output
    assert _left(lbc) == []


def test_what_a_codebook_lacks_is_said_by_column_and_variable(lbc, tmp_path):
    codebook = tmp_path / "codebook.yaml"
    text = BAKED.joinpath("codebook.yaml").read_text(encoding="utf-8")
    codebook.write_text(text.replace("column: q07", "column: q70"), encoding="utf-8")
    file = CHECKOUT / "lbc_assets/reference/waves/baseline-2015/zhejiang.csv"
    answer = lbc("codebook", "check", str(file), str(codebook))
    assert answer.exit_code == 2
    assert "sdq_obeys" in answer.output
    assert "q70" in answer.output or "17" in answer.output


def test_the_examples_of_the_page_are_read():
    page = (CHECKOUT / "docs" / "codebooks.md").read_text(encoding="utf-8")
    examples = dict(re.findall(r"```yaml (\w+)\n(.*?)```", page, re.DOTALL))
    assert set(examples) == {"codebook", "manifest", "settings"}
    load = {name: yaml.load(text, Loader=yaml.BaseLoader) for name, text in examples.items()}
    baked = yaml.load(BAKED.joinpath("codebook.yaml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    items = {
        name: said for name, said in baked["variables"].items() if name.startswith("sdq_") or name.endswith("migration")
    }
    load["codebook"]["variables"] |= items
    assert Codebook.model_validate(load["codebook"]).variables["sex"].codes["男"] == "male"
    assert Manifest.model_validate(load["manifest"]).any_file.encoding == "gb18030"
    assert Settings.model_validate(load["settings"]).limits.rows == 100_000
