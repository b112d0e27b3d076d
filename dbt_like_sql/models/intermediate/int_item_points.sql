-- One row a questionnaire: the points of every SDQ item, side by side, an item that counts backwards turned round.
-- Scale, place and direction of an item come from the seed and from nowhere else: one row says of each place which of the
-- answers stands there, so that no answer needs a row of its own.
{%- set items = var('sdq_items') %}
with
items as (
    {{ placed_items() }}
),
places as (
    select
        {%- for scale in var('sdq_scales') %}
        {%- set last_scale = loop.last %}
        {%- for place in range(1, var('sdq_items_a_scale') + 1) %}
        {%- set here = "scale = '" ~ scale ~ "' and place = " ~ place %}
        max(list_position(['{{ items | join("', '") }}'], variable)) filter (where {{ here }}) as {{ scale }}_{{ place }},
        max(case when reversed then 1 else 0 end) filter (where {{ here }}) as {{ scale }}_{{ place }}_reversed
        {{- ',' if not (last_scale and loop.last) }}
        {%- endfor %}
        {%- endfor %}
    from items
),
answers as (
    select wave, child_pseudonym, [{{ items | join(', ') }}] as answer
    from {{ ref('stg_responses') }}
)
select
    answers.wave,
    answers.child_pseudonym,
    {%- for scale in var('sdq_scales') %}
    {%- set last_scale = loop.last %}
    {%- for place in range(1, var('sdq_items_a_scale') + 1) %}
    {%- set answer = 'answers.answer[places.' ~ scale ~ '_' ~ place ~ ']' %}
    cast(case when places.{{ scale }}_{{ place }}_reversed = 1 then 2 - {{ answer }} else {{ answer }} end as smallint)
        as {{ scale }}_item_{{ place }}{{ ',' if not (last_scale and loop.last) }}
    {%- endfor %}
    {%- endfor %}
from answers
cross join places
