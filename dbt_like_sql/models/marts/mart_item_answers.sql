-- One row an item, for each group of migration status and for all: how many analysed children gave it each number of
-- points (an item that counts backwards turned round) and how many left it out.
{%- set columns = [] %}
{%- for scale in var('sdq_scales') %}{% for place in range(1, var('sdq_items_a_scale') + 1) %}
{%- set _ = columns.append(scale ~ '_item_' ~ place) %}
{%- endfor %}{% endfor %}
with
children as (
    select cohort.migration_status, points.*
    from {{ ref('int_item_points') }} as points
    inner join {{ ref('mart_analysis_cohort') }} as cohort
        on points.wave = cohort.wave
        and points.child_pseudonym = cohort.child_pseudonym
),
sizes as (
    select wave, migration_status, count(*) as children
    from children
    group by wave, migration_status
),
answers as (
    select wave, migration_status, item_column, points, count(*) as answers
    from (
        select *
        from (
            select wave, migration_status, {{ columns | join(', ') }}
            from children
        )
        unpivot (points for item_column in ({{ columns | join(', ') }}))
    )
    group by wave, migration_status, item_column, points
),
items as (
    {{ placed_items() }}
),
by_group as (
    select
        sizes.wave,
        sizes.migration_status,
        items.scale,
        items.item,
        items.number,
        sizes.children,
        {%- for points in range(3) %}
        coalesce(sum(answers.answers) filter (where answers.points = {{ points }}), 0)
            as points_{{ points }}{{ ',' if not loop.last }}
        {%- endfor %}
    from sizes
    cross join items
    left join answers
        on sizes.wave = answers.wave
        and sizes.migration_status = answers.migration_status
        and answers.item_column = items.scale || '_item_' || items.place
    group by sizes.wave, sizes.migration_status, items.scale, items.item, items.number, sizes.children
),
groups as (
    select *
    from by_group
    union all
    select
        wave,
        'all' as migration_status,
        scale,
        item,
        number,
        sum(children) as children,
        sum(points_0) as points_0,
        sum(points_1) as points_1,
        sum(points_2) as points_2
    from by_group
    group by wave, scale, item, number
)
select
    wave,
    migration_status,
    scale,
    item,
    cast(number as smallint) as number,
    cast(children as bigint) as children,
    cast(points_0 as bigint) as points_0,
    cast(points_1 as bigint) as points_1,
    cast(points_2 as bigint) as points_2,
    cast(children - points_0 - points_1 - points_2 as bigint) as missing
from groups
