"""The wheel works outside the checkout: SQL, seeds, templates, papers and the reference wave are inside."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from lbc_assets.warehouse.models import load_project

CHECKOUT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The wheel's content in a folder of its own."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "-w", str(folder)]
    source = folder / "source"
    files = subprocess.run(["git", "ls-files", "-z"], cwd=CHECKOUT, capture_output=True, text=True, check=True)
    for name in filter(None, files.stdout.split("\0")):
        if (CHECKOUT / name).is_file():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).write_bytes((CHECKOUT / name).read_bytes())
    subprocess.run([*build, str(source)], check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder


def _python(installed, *words, **environment):
    # -P and a path of its own: the checkout must not be found
    settings = {**os.environ, "PYTHONPATH": str(installed / "site"), **environment}
    return subprocess.run(
        [sys.executable, "-P", *words], cwd=installed, env=settings, capture_output=True, text=True, check=False
    )


def test_the_wheel_runs_outside_the_checkout(installed):
    code = (
        "import lbc_assets, lbc_assets.definitions; from lbc_assets.warehouse.models import load_project;"
        "from lbc_assets.reporting.page import templates; templates().get_template('report.html.j2');"
        "templates('lbc_assets.catalogue').get_template('index.html.j2');"
        "from lbc_assets.reporting.shown import shown; assert shown();"
        "from importlib.resources import files;"
        "assert files('lbc_assets.catalogue').joinpath('templates', 'catalogue.js').is_file();"
        "from lbc_assets.papers.paper import load_papers;"
        "print(lbc_assets.__file__, *(paper.name for paper in load_papers()), len(load_project().models))"
    )
    answer = _python(installed, "-c", code)
    assert answer.returncode == 0, answer.stderr
    assert str(installed / "site") in answer.stdout
    assert " zhao_2017 " in answer.stdout
    assert int(answer.stdout.split()[-1]) == len(load_project().models)


def test_its_home_is_the_users_data_folder_and_the_reference_wave_is_inside(installed):
    run = "from lbc_assets.cli.main import main; main()"
    environment = {"XDG_DATA_HOME": str(installed / "data")}
    environment.pop("LBC_HOME", None)
    answer = _python(installed, "-c", run, "reference", "deliver", **environment)
    assert answer.returncode == 0, answer.stderr
    assert (installed / "data" / "lbc_assets" / "inbox" / "baseline-2015" / "wave.yaml").is_file()
