-- One row a questionnaire: the SDQ's five subscales (items answered, points, score) and the sums over them.
-- Every answer becomes a row, so that scale and direction of an item come from the seed and from nowhere else.
with
answers as (
    select wave, child_pseudonym, variable, answer
    from {{ ref('stg_responses') }}
    unpivot (answer for variable in ({{ var('sdq_items') | join(', ') }}))
),
points as (
    select
        answers.wave,
        answers.child_pseudonym,
        items.scale,
        case when items.reversed then 2 - answers.answer else answers.answer end as points
    from answers
    inner join {{ ref('sdq_items') }} as items on answers.variable = items.variable
),
scales as (
    select
        wave,
        child_pseudonym,
        {%- for scale in var('sdq_scales') %}
        count(*) filter (where scale = '{{ scale }}') as {{ scale }}_items_answered,
        sum(points) filter (where scale = '{{ scale }}') as {{ scale }}_points{{ ',' if not loop.last }}
        {%- endfor %}
    from points
    group by wave, child_pseudonym
),
scores as (
    select
        responses.wave,
        responses.child_pseudonym,
        {%- for scale in var('sdq_scales') %}
        cast(coalesce(scales.{{ scale }}_items_answered, 0) as smallint) as {{ scale }}_items_answered,
        cast(scales.{{ scale }}_points as smallint) as {{ scale }}_points,
        cast({{ prorated_score('scales.' ~ scale ~ '_points', 'scales.' ~ scale ~ '_items_answered') }} as smallint)
            as {{ scale }}_score{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('stg_responses') }} as responses
    left join scales
        on responses.wave = scales.wave
        and responses.child_pseudonym = scales.child_pseudonym
)
select
    *,
    -- a sum with a missing scale is missing
    cast(emotional_score + conduct_score + hyperactivity_score + peer_score as smallint) as total_score,
    cast(conduct_score + hyperactivity_score as smallint) as externalising_score,
    cast(emotional_score + peer_score as smallint) as internalising_score
from scores
