"""Counties, townships, schools and school years.

Here: two invented schools in each of thirty invented townships (the counties carry their real names), and who
goes where. Not here: school clustering of scores (`scores`), or the manifest that lists schools
(`wave_files`).
"""

from dataclasses import dataclass

import numpy as np

from lbc_assets.reference.matrices import Design, Ints

TOWNSHIPS = {
    "zhejiang": (("kaihua", 7), ("jiande", 7), ("jiangshan", 6)),
    "guizhou": (("guiding", 5), ("longli", 5)),
}
PREFIX = {"zhejiang": "ZJ", "guizhou": "GZ"}
PROVINCES = ("zhejiang", "guizhou")
MIDDLE_SCHOOL_FROM = 7


@dataclass(frozen=True)
class School:
    """One invented school; code such as ZJ-T07-S2."""

    code: str
    township: str
    county: str
    province: str


def _schools() -> tuple[School, ...]:
    result = []
    for province, counties in TOWNSHIPS.items():
        names = [county for county, townships in counties for _ in range(townships)]
        for number, county in enumerate(names, start=1):
            township = f"{PREFIX[province]}-T{number:02d}"
            result += [School(f"{township}-S{school}", township, county, province) for school in (1, 2)]
    return tuple(result)


SCHOOLS = _schools()
"""All sixty; the first of a township is a primary school (years 4-6), the second a middle school (years 7-9).
"""


def draw_school_years(ages: Ints, rng: np.random.Generator) -> Ints:
    """School years 4-9, about age less 5.6: nobody more than three years behind the youngest of the year."""
    years = np.rint(np.round(ages - 5.6 + 0.55 * rng.standard_normal(len(ages)), 9))
    return np.clip(np.clip(years, ages - 8, ages - 5), 4, 9).astype(np.int64)


def draw_schools(design: Design, years: Ints, rng: np.random.Generator) -> Ints:
    """Index into `SCHOOLS` of each child's school: a random township of the province, the school by year."""
    result = np.empty(len(years), dtype=np.int64)
    for province, name in enumerate(PROVINCES):
        townships = [place for place, school in enumerate(SCHOOLS) if school.province == name][::2]
        size = 0.6 + rng.random(len(townships))
        mine = design["guizhou"] == province
        result[mine] = rng.choice(townships, int(mine.sum()), p=size / size.sum())
    return result + (years >= MIDDLE_SCHOOL_FROM)
