"""A synthetic delivery of any number of children, made of the baked questionnaires with little memory.

`lbc reference make --children` repeats whole questionnaires of 3,596 children from 60 schools: a million of them would
differ in 3,596 ways, and every GROUP BY would be easy. Here a child is put together from four baked ones of the same
province: who it is, where it lives and its parents' migration; its SDQ and school performance (of a child with the same
migration); appliances; family and support. Schools are copies of the sixty, of unequal size, some 300 children each.
All names are invented and no child gave these answers. Equal arguments give equal bytes.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from lbc_assets.reference.deliver import BAKED
from lbc_assets.reference.households import Answers
from lbc_assets.reference.make import baked_rows
from lbc_assets.reference.questionnaire import COLUMNS, VARIABLES
from lbc_assets.reference.schools import PREFIX, PROVINCES

CHUNK = 50_000
CHILDREN_A_SCHOOL = 300
BAKED_SCHOOLS = 60
SEED = 20150301
# from which column of the file on which donor gives the answers
DONORS = {"c1": "who", "q01": "sdq", "m1": "who", "w1": "wealth", "f1": "family", "p1": "sdq"}


def _blocks() -> list[tuple[str, list[str]]]:
    """Which donor gives which variables, in the order of the file."""
    blocks: list[tuple[str, list[str]]] = []
    for name, variable in VARIABLES.items():
        if variable.column in DONORS:
            blocks.append((DONORS[variable.column], []))
        if blocks:  # the id comes first, and is new
            blocks[-1][1].append(name)
    return blocks


class _Baked:
    """One province's baked questionnaires: their text by block, and who may lend an SDQ to whom."""

    def __init__(self, rows: Answers, code: str) -> None:
        self.rows = {name: column[rows["province"] == code] for name, column in rows.items()}
        self.size = len(self.rows["school"])
        self.texts = [
            (donor, np.array([",".join(cells) for cells in zip(*(self.rows[n] for n in names), strict=True)], object))
            for donor, names in _blocks()
        ]
        migration = [
            f"{f}|{m}" for f, m in zip(self.rows["father_migration"], self.rows["mother_migration"], strict=True)
        ]
        _, self.kind = np.unique(np.array(migration), return_inverse=True)
        self.of_kind = np.argsort(self.kind, kind="stable")
        self.number = np.bincount(self.kind)
        self.begin = np.cumsum(self.number) - self.number

    def draw(self, size: int, copies: int, rng: np.random.Generator) -> list[str]:
        """So many questionnaires, without ids."""
        who = rng.integers(self.size, size=size)
        kind = self.kind[who]
        donors = {
            "who": who,
            "sdq": self.of_kind[self.begin[kind] + (rng.random(size) * self.number[kind]).astype(np.int64)],
            "wealth": rng.integers(self.size, size=size),
            "family": rng.integers(self.size, size=size),
        }
        copy = (copies * rng.random(size) ** 1.5).astype(np.int64)  # unequal: the first are the largest
        township, school = self.rows["township"][who], self.rows["school"][who]
        pieces = [texts[donors[donor]] for donor, texts in self.texts]
        return [
            first.replace(f",{s},", f",{t}-{c:03d}{s[len(t) :]},").replace(f",{t},", f",{t}-{c:03d},")
            + ","
            + ",".join(rest)
            for first, t, s, c, *rest in zip(pieces[0], township, school, copy.tolist(), *pieces[1:], strict=True)
        ]


def _write(path: Path, prefix: str, chunks: Iterator[list[str]], schools: Counter[str]) -> dict[str, Any]:
    """One file, and its entry in the manifest."""
    digest, rows = hashlib.sha256(), 0
    place = COLUMNS.index(VARIABLES["school"].column) - 1
    with path.open("wb") as stream:

        def write(text: str) -> None:
            data = text.encode()
            digest.update(data)
            stream.write(data)

        write(",".join(COLUMNS) + "\n")
        for chunk in chunks:
            write("".join(f"SYN-{prefix}-{rows + number:07d},{rest}\n" for number, rest in enumerate(chunk, start=1)))
            schools.update(rest.split(",", place + 1)[place] for rest in chunk)
            rows += len(chunk)
    entry = {"path": path.name, "encoding": "utf-8", "delimiter": ",", "form": "child-questionnaire"}
    return {**entry, "rows": rows, "sha256": digest.hexdigest()}


def make_many(directory: Path, wave: str, children: int) -> int:
    """Write manifest, codebook and two files of so many children; the number of schools."""
    directory.mkdir(parents=True)
    rows = baked_rows()
    rng = np.random.Generator(np.random.PCG64(SEED))
    copies = max(1, round(children / CHILDREN_A_SCHOOL / BAKED_SCHOOLS))
    schools: Counter[str] = Counter()
    entries, left = [], children
    for code, province in zip(("1", "2"), PROVINCES, strict=True):
        baked = _Baked(rows, code)
        number = left if code == "2" else round(children * baked.size / len(rows["school"]))
        left -= number
        chunks = (baked.draw(min(CHUNK, number - start), copies, rng) for start in range(0, number, CHUNK))
        entries.append(_write(directory / f"{province}.csv", PREFIX[province], chunks, schools))
    manifest = yaml.safe_load(BAKED.joinpath("wave.yaml").read_text(encoding="utf-8"))
    manifest |= {"wave": wave, "title": f"Synthetic wave of {children} children, for a benchmark", "files": entries}
    # children drawn anew are fitted to nothing
    manifest.pop("calibrated_to", None)
    manifest["schools"] = [
        {"school": school, "eligible": number + number // 20, "present": number, "refused": 0}
        for school, number in sorted(schools.items())
    ]
    (directory / "codebook.yaml").write_bytes(BAKED.joinpath("codebook.yaml").read_bytes())
    text = yaml.dump(manifest, Dumper=yaml.CSafeDumper, sort_keys=False, allow_unicode=True, default_flow_style=None)
    (directory / "wave.yaml").write_text(text, encoding="utf-8")
    return len(schools)
