"""The systemd unit: that systemd takes it, and how much it leaves open."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from deploy_kit import DEPLOY, command_of

# systemd's own measure, from 0 (all closed) to 10
EXPOSURE_MOST = 2.0


@pytest.fixture
def unit(tmp_path):
    """The unit, with a program that is there."""
    text = (DEPLOY / "lbc-ui.service").read_text()
    path = tmp_path / "lbc-ui.service"
    path.write_text(
        text.replace(command_of(text), str(Path(sys.executable).with_name("lbc")))
        .replace("User=lbc", "User=daemon")
        .replace("Group=lbc", "Group=daemon")
    )
    return path


def _analyze(*words):
    return subprocess.run(["systemd-analyze", *words], capture_output=True, text=True, check=False)


def test_systemd_takes_it(unit):
    said = _analyze("verify", "--man=no", str(unit))
    assert (said.returncode, [line for line in said.stderr.splitlines() if "lbc-ui" in line]) == (0, [])


def test_a_mistake_in_it_would_be_seen(unit):
    unit.write_text(unit.read_text().replace("ProtectSystem=strict", "ProtectSystem=sure"))
    assert "protect system value" in _analyze("verify", "--man=no", str(unit)).stderr


def test_it_leaves_little_open(unit):
    said = _analyze("security", "--offline=yes", "--no-pager", str(unit)).stdout
    (level,) = re.findall(r"Overall exposure level for \S+: ([0-9.]+)", said)
    assert float(level) <= EXPOSURE_MOST, said


def test_the_readme_names_what_the_files_use():
    said = (DEPLOY / "README.md").read_text()
    for name in ("/etc/lbc/htpasswd", "/etc/lbc/proxy-key.conf", "/etc/lbc/tls", "/opt/lbc", "/var/lib/lbc"):
        assert name in said
        assert name in (DEPLOY / "nginx.conf").read_text() + (DEPLOY / "lbc-ui.service").read_text()
