"""The baked wave on its way into an inbox."""

from pathlib import Path

import pytest

from lbc_assets.reference.deliver import BAKED, FILES, DeliveryExists, deliver_reference


def test_delivery_is_the_baked_wave_and_leaves_nothing_else(tmp_path: Path) -> None:
    folder = deliver_reference(tmp_path / "inbox")
    assert folder == tmp_path / "inbox" / "baseline-2015"
    assert [path.name for path in folder.parent.iterdir()] == ["baseline-2015"]
    for name in FILES:
        assert (folder / name).read_bytes() == BAKED.joinpath(name).read_bytes()


def test_an_identical_delivery_stays(tmp_path: Path) -> None:
    folder = deliver_reference(tmp_path)
    inode = folder.stat().st_ino
    assert deliver_reference(tmp_path) == folder
    assert folder.stat().st_ino == inode


def test_another_delivery_is_not_overwritten(tmp_path: Path) -> None:
    folder = deliver_reference(tmp_path)
    (folder / "zhejiang.csv").write_text("id\n")
    with pytest.raises(DeliveryExists, match="baseline-2015"):
        deliver_reference(tmp_path)
    assert (folder / "zhejiang.csv").read_text() == "id\n"


def test_a_failed_copy_leaves_no_half_delivery(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_rename(self: Path, target: Path) -> Path:
        raise OSError("disk full")

    monkeypatch.setattr(Path, "rename", no_rename)
    with pytest.raises(OSError, match="disk full"):
        deliver_reference(tmp_path)
    assert list(tmp_path.iterdir()) == []
