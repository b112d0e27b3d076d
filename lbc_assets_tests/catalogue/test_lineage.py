"""Lineage of queries that can be traced by hand."""

import pytest

from lbc_assets.catalogue.lineage import LineageError, Schema, trace

CHILDREN = Schema(
    {
        "answers": ("wave", "child", "a", "b", "consent"),
        "schools": ("wave", "child", "school"),
        "bands": ("scale", "low", "high", "band"),
    },
    {"answers": ("wave", "child"), "schools": ("wave", "child"), "bands": ("scale",)},
    ("wave", "child"),
)

ALL_THREE = {"answers.a", "answers.b", "answers.consent"}


def _of(sql, column, schema=CHILDREN):
    return {f"{table}.{name}" for table, name in trace(sql, schema).values[column]}


def _rows(sql):
    return {f"{table}.{name}" for table, name in trace(sql, CHILDREN).rows}


@pytest.mark.parametrize(
    ("sql", "sources"),
    [
        ("select a as x from answers", {"answers.a"}),
        ("select a + b as x from answers", {"answers.a", "answers.b"}),
        ("select case when consent = 'yes' then a end as x from answers", {"answers.a", "answers.consent"}),
        ("with o as (select a as y from answers), t as (select y + 1 as x from o) select x from t", {"answers.a"}),
        ("select y as x from (select a as y from answers) as inner_one", {"answers.a"}),
        ("select one.a as x from answers as one", {"answers.a"}),
        ("select * from (select a as x from answers)", {"answers.a"}),
        ("select o.* from (select a as x, b from answers) as o", {"answers.a"}),
        ("select a as x from answers union all select b from answers", {"answers.a", "answers.b"}),
        ("select sum(a) filter (where b = 1) as x from answers", {"answers.a", "answers.b"}),
        ("select lag(a) over (partition by consent order by b) as x from answers", ALL_THREE),
        ("select unnest(generate_series(low, high)) as x from bands", {"bands.low", "bands.high"}),
        ("select [a, b] as y, y[1] as x from answers", {"answers.a", "answers.b"}),
        ("select x from (select child, a, b from answers) unpivot (x for item in (a, b))", {"answers.a", "answers.b"}),
        ("select map_from_entries(list({'k': a, 'v': b}))[consent] as x from answers group by consent", ALL_THREE),
    ],
)
def test_a_value_is_made_of_every_column_in_its_expression(sql, sources):
    assert _of(sql, "x") == sources


def test_what_is_looked_up_is_made_of_what_it_is_looked_up_by():
    sql = "select bands.band from answers left join bands on bands.scale = 'total' and bands.low = answers.a"
    assert _of(sql, "band") == {"bands.band", "bands.scale", "bands.low", "answers.a"}
    assert _rows(sql) == set()
    first = "select band, scale from bands qualify row_number() over (order by high) = 1"
    sql = f"select b.band from answers as a left join ({first}) as b on b.scale = a.b"
    assert _of(sql, "band") == {"bands.band", "bands.scale", "bands.high", "answers.b"}


def test_a_join_of_a_child_with_itself_decides_nothing():
    sql = "select s.school from answers as a join schools as s on a.wave = s.wave and a.child = s.child"
    assert _of(sql, "school") == {"schools.school"}
    assert _rows(sql) == set()


def test_a_constant_is_made_of_what_tells_its_rows():
    sql = "select 'none' as reason from answers where consent = 'no' union all select 'old' from answers where a > 1"
    assert _of(sql, "reason") == {"answers.consent", "answers.a"}
    assert _of("select 'all' as province from answers", "province") == set()


def test_a_count_is_made_of_what_decides_the_rows_that_are_counted():
    sql = "with asked as (select * from answers where consent = 'yes') select b, count(*) as n from asked group by 1"
    assert _of(sql, "n") == {"answers.consent", "answers.b", "answers.wave", "answers.child"}


def test_conditions_decide_rows():
    assert _rows("select a from answers where consent = 'yes'") == {"answers.consent"}
    assert _rows("select a from answers qualify row_number() over (order by b) = 1") == {"answers.b"}
    assert _rows("with x as (select a from answers where b = 1) select a from x") == {"answers.b"}
    assert _rows("select sum(a) as a from answers where b = 1") == set()


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("select c from answers", "no column 'c'"),
        ("select x.a from answers as x join schools as s on x.child = s.schol", "s.schol"),
        ("select child from answers, schools", "two relations have column 'child'"),
        ("select a from nowhere", "no table 'nowhere'"),
        ("select * exclude (a) from answers", "star"),
        ("select (select max(a) from answers) as x", "inside an expression"),
    ],
)
def test_what_cannot_be_traced_is_said(sql, message):
    with pytest.raises(LineageError, match=message.replace("(", r"\(")):
        trace(sql, CHILDREN)
