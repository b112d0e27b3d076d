-- One row a wave, province, migration status and age: how many analysed children, and of each score how many have it,
-- its sum and its sum of squares. Whole numbers: descriptions and age-adjusted means between waves need no child.
{%- set outcomes = ['total', 'emotional', 'conduct', 'peer', 'hyperactivity', 'prosocial'] %}
select
    wave,
    coalesce(province, 'unknown') as province,
    migration_status,
    age_years,
    count(*) as children,
    {%- for outcome in outcomes %}
    count({{ outcome }}_score) as n_{{ outcome }},
    cast(coalesce(sum({{ outcome }}_score), 0) as bigint) as sum_{{ outcome }},
    cast(coalesce(sum({{ outcome }}_score * {{ outcome }}_score), 0) as bigint) as squares_{{ outcome }}
    {{- ',' if not loop.last }}
    {%- endfor %}
from {{ ref('mart_analysis_cohort') }}
group by wave, coalesce(province, 'unknown'), migration_status, age_years
order by all
