"""Pseudonyms are HMACs that Python agrees with, and their key is the home's secret."""

from __future__ import annotations

import hashlib
import hmac
import os
import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from lbc_assets.intake.pseudonym import PUBLIC_KEY, load_key, pseudonym_sql
from lbc_assets.intake.relations import make_raw_responses
from lbc_assets.keys import KeyNotUsable
from lbc_assets.warehouse.engine import connect

IDS = ["1", "SYN-ZJ-0000001", "学生一号", "浙江-开化/2015 №7", "it's", "a\\x41b", " ", "x" * 200, "\U00020000"]


def in_sql(key, wave, ids):
    with connect() as connection:
        sql = f"SELECT {pseudonym_sql(key, wave, 'id')} FROM unnest(?) WITH ORDINALITY AS t (id, n) ORDER BY n"
        return [row[0] for row in connection.execute(sql, [ids]).fetchall()]


def in_python(key, wave, ids):
    return [hmac.new(key, f"{wave}\x1f{name}".encode(), hashlib.sha256).hexdigest()[:20] for name in ids]


@pytest.mark.parametrize("key", [bytes(range(32)), PUBLIC_KEY, b"k" * 64], ids=["32", "public", "64"])
def test_pseudonyms_equal_pythons(key):
    assert in_sql(key, "baseline-2015", IDS) == in_python(key, "baseline-2015", IDS)


def test_waves_and_keys_do_not_link():
    made = [in_sql(key, wave, IDS) for key in (b"a" * 32, b"b" * 32) for wave in ("w1", "w2")]
    assert len(set().union(*made)) == 4 * len(IDS)


def test_a_delivery_shows_pseudonyms_and_no_id(parcel):
    parcel.rows[0][0] = "学生一号"
    delivery, key = parcel.send(), b"k" * 32
    with connect() as connection:
        make_raw_responses(connection, delivery, key)
        rows = connection.execute("SELECT * FROM raw_responses ORDER BY source_line").fetchall()
        made = connection.execute("SELECT child_pseudonym FROM raw_responses ORDER BY source_line").fetchall()
    ids = [row[0] for row in parcel.rows]
    assert [row[0] for row in made] == in_python(key, delivery.wave, ids)
    assert not {str(cell) for row in rows for cell in row} & set(ids)


def test_the_key_is_made_once_and_only_its_owner_reads_it(tmp_path):
    before = os.umask(0)
    try:
        key = load_key(tmp_path)
    finally:
        os.umask(before)
    assert len(key) == 32
    assert load_key(tmp_path) == key
    assert [path.name for path in tmp_path.iterdir()] == ["pseudonym.key"]
    assert stat.S_IMODE((tmp_path / "pseudonym.key").stat().st_mode) == 0o600


def test_first_users_at_once_get_the_same_key(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(load_key, [tmp_path] * 16))
    assert len(keys) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["pseudonym.key"]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o644])
def test_a_key_that_others_can_read_is_refused(tmp_path, mode):
    key = load_key(tmp_path)
    (tmp_path / "pseudonym.key").chmod(mode)
    with pytest.raises(KeyNotUsable, match="chmod 600") as caught:
        load_key(tmp_path)
    assert key.hex() not in str(caught.value)


def test_a_damaged_key_is_refused_and_not_replaced(tmp_path):
    load_key(tmp_path)
    (tmp_path / "pseudonym.key").write_bytes(b"short")
    with pytest.raises(KeyNotUsable, match="backup"):
        load_key(tmp_path)
    assert (tmp_path / "pseudonym.key").read_bytes() == b"short"
