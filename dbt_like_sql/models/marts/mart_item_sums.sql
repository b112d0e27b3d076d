-- One row a scale and pair of its items, for each group of migration status and for all: over the analysed children who
-- answered every item of the scale, the sums from which reliability is computed. Whole numbers, hence exact.
--
-- A row a child and pair would be hundreds of rows a child. Instead the five answers to a subscale become one number
-- (243 of them), children with the same two numbers are counted, and the sums are taken over those counts: however many
-- children there are, no more than 243 x 243 rows a group and pair of subscales.
{%- set places = range(1, var('sdq_items_a_scale') + 1) %}
{%- set reported = [] %}
{%- for scale in var('sdq_scales') %}{% set _ = reported.append((scale, [scale])) %}{% endfor %}
{%- for name, scales in var('sdq_sums').items() %}{% set _ = reported.append((name, scales)) %}{% endfor %}
with
children as (
    select
        points.wave,
        cohort.migration_status,
        {%- for scale in var('sdq_scales') %}
        -- missing where one of the items is
        {%- for place in places %}
        {{ '+ ' if not loop.first }}{{ 3 ** loop.index0 }} * cast(points.{{ scale }}_item_{{ place }} as integer)
        {%- endfor %} as {{ scale }}_answers{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('int_item_points') }} as points
    inner join {{ ref('mart_analysis_cohort') }} as cohort
        on points.wave = cohort.wave
        and points.child_pseudonym = cohort.child_pseudonym
),
cells as (
    {%- for name, scales in reported %}
    {%- set outer = loop %}
    {%- for one in scales %}
    {%- set middle = loop %}
    {%- for other in scales[loop.index0:] %}
    select
        wave,
        migration_status,
        '{{ name }}' as reported_scale,
        '{{ one }}' as scale,
        {{ middle.index }} as scale_place,
        '{{ other }}' as other_scale,
        {{ middle.index0 + loop.index }} as other_scale_place,
        {{ one }}_answers as answers,
        {{ other }}_answers as other_answers,
        count(*) as children
    from children
    where {{ scales | join('_answers is not null and ') }}_answers is not null
    group by wave, migration_status, {{ one }}_answers{{ ', ' ~ other ~ '_answers' if other != one }}
    {{- '\n    union all' if not (outer.last and middle.last and loop.last) }}
    {%- endfor %}
    {%- endfor %}
    {%- endfor %}
),
places as (
    {%- for place in places %}
    select {{ place }} as place, {{ 3 ** loop.index0 }} as weight
    {{- '\n    union all' if not loop.last }}
    {%- endfor %}
),
half_sums as (
    -- for each way to answer the one subscale, the sums of the other's items
    select
        cells.wave,
        cells.migration_status,
        cells.reported_scale,
        cells.scale,
        cells.scale_place,
        cells.other_scale,
        cells.other_scale_place,
        cells.answers,
        places.place as other_place,
        sum(cells.children) as children,
        sum(cells.children * ((cells.other_answers // places.weight) % 3)) as other_item_sum
    from cells
    cross join places
    group by
        cells.wave,
        cells.migration_status,
        cells.reported_scale,
        cells.scale,
        cells.scale_place,
        cells.other_scale,
        cells.other_scale_place,
        cells.answers,
        places.place
),
sums as (
    select
        half_sums.wave,
        half_sums.migration_status,
        half_sums.reported_scale,
        half_sums.scale,
        half_sums.scale_place,
        half_sums.other_scale,
        half_sums.other_scale_place,
        places.place,
        half_sums.other_place,
        sum(half_sums.children) as children,
        sum(half_sums.children * ((half_sums.answers // places.weight) % 3)) as item_sum,
        sum(half_sums.other_item_sum) as other_item_sum,
        sum(half_sums.other_item_sum * ((half_sums.answers // places.weight) % 3)) as product_sum
    from half_sums
    cross join places
    -- each pair once, an item with itself too
    where half_sums.scale <> half_sums.other_scale or places.place <= half_sums.other_place
    group by
        half_sums.wave,
        half_sums.migration_status,
        half_sums.reported_scale,
        half_sums.scale,
        half_sums.scale_place,
        half_sums.other_scale,
        half_sums.other_scale_place,
        places.place,
        half_sums.other_place
),
groups as (
    select *
    from sums
    union all
    select
        wave,
        'all' as migration_status,
        reported_scale,
        scale,
        scale_place,
        other_scale,
        other_scale_place,
        place,
        other_place,
        sum(children) as children,
        sum(item_sum) as item_sum,
        sum(other_item_sum) as other_item_sum,
        sum(product_sum) as product_sum
    from sums
    group by wave, reported_scale, scale, scale_place, other_scale, other_scale_place, place, other_place
),
items as (
    {{ placed_items() }}
)
select
    groups.wave,
    groups.migration_status,
    groups.reported_scale as scale,
    one.item,
    other.item as other_item,
    cast(10 * groups.scale_place + groups.place as smallint) as position,
    cast(10 * groups.other_scale_place + groups.other_place as smallint) as other_position,
    cast(groups.children as bigint) as children,
    cast(groups.item_sum as bigint) as item_sum,
    cast(groups.other_item_sum as bigint) as other_item_sum,
    cast(groups.product_sum as bigint) as product_sum
from groups
inner join items as one on groups.scale = one.scale and groups.place = one.place
inner join items as other on groups.other_scale = other.scale and groups.other_place = other.place
