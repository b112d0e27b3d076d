"""p values corrected within the families that the specifications declare.

Belongs here: putting rows into families and corrected p values beside raw ones. Does not belong here: which families
there are (`specs`), the corrections (`multiplicity`).
"""

from collections.abc import Callable, Iterable, Iterator

from lbc_assets.stats.groups.multiplicity import benjamini_hochberg, holm
from lbc_assets.stats.tables.tidy import OK, Row

COLUMNS = ("family", "p_holm", "p_benjamini_hochberg")


def corrected(rows: Iterable[Row], family: Callable[[Row], str | None]) -> Iterator[Row]:
    """The rows with `COLUMNS`; `family` names a row's family, None for a row that is in none.

    A refused row stands in its family without a p value and does not count in it.
    """
    listed = [dict(row) for row in rows]
    members: dict[str, list[dict[str, object]]] = {}
    for row in listed:
        row["family"] = family(row)
        if row["family"] is not None and row["status"] == OK["status"]:
            members.setdefault(str(row["family"]), []).append(row)
    for tested in members.values():
        p_values = [float(str(row["p_value"])) for row in tested]
        for row, by_holm, by_bh in zip(tested, holm(p_values), benjamini_hochberg(p_values), strict=True):
            row["p_holm"], row["p_benjamini_hochberg"] = by_holm, by_bh
    yield from listed
