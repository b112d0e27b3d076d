"""Numbers by key: they stay with the name, and behave as random ones."""

from hashlib import blake2b

import numpy as np
import pytest
from scipy.special import chdtr, chdtrc, ndtr

from lbc_assets.stats.missing.keyed_random import keys, normals, positions, uniforms

CHILDREN = keys(f"child-{number}" for number in range(100_000))


def test_one_number_by_hand():
    """SplitMix64's finaliser written out in Python's own integers."""

    def mixed(value):
        for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
            value = (value ^ (value >> shift)) * factor % 2**64
        return value ^ (value >> 31)

    key = int.from_bytes(blake2b(b"ann", digest_size=8).digest(), "little")
    place = blake2b(b"7\x1fwealth", digest_size=16).digest()
    first, second = int.from_bytes(place[:8], "little"), int.from_bytes(place[8:], "little")
    value = mixed((mixed(key ^ first) + second) % 2**64)
    assert uniforms(keys(["ann"]), 7, "wealth")[0] == ((value >> 11) + 0.5) / 2**53


def test_the_number_is_the_childs_not_the_rows():
    names = ["ann", "bo", "cy"]
    forward, backward = uniforms(keys(names), 1, "x"), uniforms(keys(names[::-1]), 1, "x")
    assert (forward == backward[::-1]).all()
    assert uniforms(keys(["bo"]), 1, "x")[0] == forward[1]


def test_places_do_not_run_together():
    assert uniforms(CHILDREN[:1], 1, 23)[0] != uniforms(CHILDREN[:1], 12, 3)[0]


@pytest.mark.parametrize("place", [(1, 1, 1, "sex"), (1, 1, 2, "sex"), (2, 1, 1, "age_years")])
def test_uniform(place):
    draws = uniforms(CHILDREN, *place)
    assert draws.min() > 0
    assert draws.max() < 1
    counts = np.histogram(draws, 100, (0, 1))[0]
    statistic = ((counts - 1000) ** 2 / 1000).sum()
    assert chdtrc(99, statistic) > 1e-4
    assert chdtr(99, statistic) > 1e-4  # too even would be wrong too


def test_draws_at_different_places_are_unrelated():
    many = np.array([normals(CHILDREN, 5, i, v) for i in range(4) for v in ("sex", "age_years")])
    correlations = np.corrcoef(many)[np.triu_indices(8, 1)]
    assert abs(correlations).max() < 4.5 / np.sqrt(len(CHILDREN))


def test_neighbouring_keys_are_unrelated():
    draws = normals(positions(100_000), 9)
    assert abs(np.corrcoef(draws[1:], draws[:-1])[0, 1]) < 4.5 / np.sqrt(len(draws))
    assert abs(draws.mean()) < 4.5 / np.sqrt(len(draws))
    assert abs(np.mean(ndtr(draws) < 0.025) - 0.025) < 4.5 * np.sqrt(0.025 * 0.975 / len(draws))
