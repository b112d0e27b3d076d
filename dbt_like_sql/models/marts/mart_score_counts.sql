-- One row a scale and score, by migration status and by whether the norms' ages are reached: how many analysed children
-- have it, and in which band of each norm it lies. Bands are screening, not diagnosis; sums of two scales have none.
{%- set banded = var('sdq_scales') + ['total'] %}
{%- set scales = banded + [] %}
{%- for name in var('sdq_sums') if name not in banded %}{% set _ = scales.append(name) %}{% endfor %}
with
children as (
    select
        scores.*,
        cohort.migration_status,
        -- the self-report norms are for 11 to 17
        case when cohort.age_years >= 11 then '11_and_over' else 'under_11_or_unknown' end as age_group
    from {{ ref('mart_sdq_scores') }} as scores
    inner join {{ ref('mart_analysis_cohort') }} as cohort
        on scores.wave = cohort.wave
        and scores.child_pseudonym = cohort.child_pseudonym
)
{%- for scale in scales %}
{{ 'union all\n' if not loop.first }}select
    wave,
    migration_status,
    age_group,
    '{{ scale }}' as scale,
    {{ scale }}_score as score,
    {%- for norm in ['three', 'four', 'chinese'] %}
    {{ scale ~ '_band_' ~ norm if scale in banded else 'cast(null as varchar)' }} as band_{{ norm }},
    {%- endfor %}
    count(*) as children
from children
where {{ scale }}_score is not null
group by
    wave,
    migration_status,
    age_group,
    {{ scale }}_score
    {%- for norm in ['three', 'four', 'chinese'] if scale in banded %},
    {{ scale }}_band_{{ norm }}
    {%- endfor %}
{% endfor %}
