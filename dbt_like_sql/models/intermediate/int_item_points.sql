-- One row a questionnaire: the points of every SDQ item, side by side, an item that counts backwards turned round.
-- Every answer becomes a row, so that scale and direction of an item come from the seed and from nowhere else.
with
answers as (
    select wave, child_pseudonym, variable, answer
    from {{ ref('stg_responses') }}
    unpivot (answer for variable in ({{ var('sdq_items') | join(', ') }}))
),
items as (
    {{ placed_items() }}
),
points as (
    select
        answers.wave,
        answers.child_pseudonym,
        items.scale,
        items.place,
        case when items.reversed then 2 - answers.answer else answers.answer end as points
    from answers
    inner join items on answers.variable = items.variable
),
placed as (
    select
        wave,
        child_pseudonym,
        {%- for scale in var('sdq_scales') %}
        {%- set last_scale = loop.last %}
        {%- for place in range(1, var('sdq_items_a_scale') + 1) %}
        max(points) filter (where scale = '{{ scale }}' and place = {{ place }})
            as {{ scale }}_item_{{ place }}{{ ',' if not (last_scale and loop.last) }}
        {%- endfor %}
        {%- endfor %}
    from points
    group by wave, child_pseudonym
)
select
    responses.wave,
    responses.child_pseudonym,
    {%- for scale in var('sdq_scales') %}
    {%- set last_scale = loop.last %}
    {%- for place in range(1, var('sdq_items_a_scale') + 1) %}
    cast(placed.{{ scale }}_item_{{ place }} as smallint)
        as {{ scale }}_item_{{ place }}{{ ',' if not (last_scale and loop.last) }}
    {%- endfor %}
    {%- endfor %}
from {{ ref('stg_responses') }} as responses
left join placed
    on responses.wave = placed.wave
    and responses.child_pseudonym = placed.child_pseudonym
