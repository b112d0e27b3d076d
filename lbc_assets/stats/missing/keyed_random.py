"""Random numbers that belong to a name: the same seed, place and child give the same number, whatever stands around.

Belongs here: uniform and normal deviates by key. Does not belong here: what is drawn with them (`imputation`). A stream
of numbers would hand a child the number of its row; here it is a function of the child's pseudonym, so the order of
rows and the other children cannot change it. Nor can a new version of numpy, whose generators' streams may change.
"""

from collections.abc import Iterable
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from lbc_assets.stats.sample import Numbers

Keys = NDArray[np.uint64]
# Steele, Lea and Flood, Fast splittable pseudorandom number generators, OOPSLA 2014: the finaliser of SplitMix64.
_MIX = ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB))
_SEPARATOR = "\x1f"


def keys(names: Iterable[str]) -> Keys:
    """One 64-bit key a name."""
    return np.array([_words(name, 1)[0] for name in names], dtype=np.uint64)


def uniforms(of: Keys, *place: str | int) -> Numbers:
    """One number in (0, 1) a key. `place`: the seed and whatever else tells this draw from the others."""
    first, second = (np.uint64(word) for word in _words(_SEPARATOR.join(map(str, place)), 2))
    mixed = _mixed(_mixed(of ^ first) + second)
    # 53 bits and a half: neither 0 nor 1, which have no normal deviate.
    return ((mixed >> np.uint64(11)).astype(np.float64) + 0.5) * 2.0**-53


def normals(of: Keys, *place: str | int) -> Numbers:
    """One standard normal deviate a key."""
    deviates: Numbers = ndtri(uniforms(of, *place))
    return deviates


def positions(count: int) -> Keys:
    """The keys of draws that belong to no child: the coefficients of one model, by position."""
    return keys(map(str, range(count)))


def _words(text: str, count: int) -> list[int]:
    digest = blake2b(text.encode(), digest_size=8 * count).digest()
    return [int.from_bytes(digest[8 * i : 8 * i + 8], "little") for i in range(count)]


def _mixed(values: Keys) -> Keys:
    for shift, factor in _MIX:
        values = (values ^ (values >> np.uint64(shift))) * np.uint64(factor)
    mixed: Keys = values ^ (values >> np.uint64(31))
    return mixed
