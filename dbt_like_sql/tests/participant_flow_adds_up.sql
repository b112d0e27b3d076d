-- Waves and provinces where received is not excluded plus analysed, or analysed is not the sum of the groups; and waves
-- where a step's provinces do not add up to the whole.
with
sums as (
    select
        wave,
        province,
        sum(children) filter (where step = 'received') as received,
        sum(children) filter (where step = 'excluded') as excluded,
        sum(children) filter (where step = 'analysed') as analysed,
        sum(children) filter (where step = 'group') as grouped
    from {{ ref('mart_participant_flow') }}
    group by wave, province
),
provinces as (
    select
        wave,
        position,
        sum(children) filter (where province = 'all') as whole,
        sum(children) filter (where province <> 'all') as parts
    from {{ ref('mart_participant_flow') }}
    group by wave, position
)
select wave, province as part
from sums
where received <> excluded + analysed or analysed <> grouped
union all
select wave, cast(position as varchar) as part
from provinces
where whole <> parts
