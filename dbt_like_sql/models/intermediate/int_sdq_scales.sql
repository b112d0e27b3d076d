-- One row a questionnaire: the SDQ's five subscales (items answered, points, score) and the sums over them.
{%- set places = range(1, var('sdq_items_a_scale') + 1) %}
with
counted as (
    select
        wave,
        child_pseudonym,
        {%- for scale in var('sdq_scales') %}
        {%- for place in places %}
        {{ '+ ' if not loop.first }}case when {{ scale }}_item_{{ place }} is not null then 1 else 0 end
        {%- endfor %} as {{ scale }}_items_answered,
        {%- for place in places %}
        {{ '+ ' if not loop.first }}coalesce({{ scale }}_item_{{ place }}, 0)
        {%- endfor %} as {{ scale }}_points{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('int_item_points') }}
),
scores as (
    select
        wave,
        child_pseudonym,
        {%- for scale in var('sdq_scales') %}
        cast({{ scale }}_items_answered as smallint) as {{ scale }}_items_answered,
        cast(case when {{ scale }}_items_answered > 0 then {{ scale }}_points end as smallint) as {{ scale }}_points,
        cast({{ prorated_score(scale ~ '_points', scale ~ '_items_answered') }} as smallint)
            as {{ scale }}_score{{ ',' if not loop.last }}
        {%- endfor %}
    from counted
)
select
    *,
    -- a sum with a missing scale is missing
    {%- for name, scales in var('sdq_sums').items() %}
    cast({{ scales | join('_score + ') }}_score as smallint) as {{ name }}_score{{ ',' if not loop.last }}
    {%- endfor %}
from scores
