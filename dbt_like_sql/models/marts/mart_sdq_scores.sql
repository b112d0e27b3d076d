-- One row a questionnaire: SDQ scores with the items answered beside each, and the bands of three norms. Bands are
-- screening, not diagnosis; each column names its norm.
{%- set banded = var('sdq_scales') + ['total'] %}
with
band_of_score as (
    -- one row a scale and score, so that a band is found by equality
    select
        limits.scale,
        limits.score,
        max(limits.band) filter (where limits.band_set = 'three') as band_three,
        max(limits.band) filter (where limits.band_set = 'four') as band_four,
        max(limits.band) filter (where limits.band_set = 'chinese') as band_chinese
    from (
        select scale, band_set, band, unnest(generate_series(low, high)) as score
        from {{ ref('sdq_bands') }}
    ) as limits
    group by limits.scale, limits.score
)
select
    scales.wave,
    scales.child_pseudonym,
    {%- for scale in var('sdq_scales') %}
    scales.{{ scale }}_items_answered,
    scales.{{ scale }}_score,
    {%- endfor %}
    scales.total_score,
    scales.externalising_score,
    scales.internalising_score,
    {%- for scale in banded %}
    {{ scale }}_bands.band_three as {{ scale }}_band_three,
    {{ scale }}_bands.band_four as {{ scale }}_band_four,
    {{ scale }}_bands.band_chinese as {{ scale }}_band_chinese{{ ',' if not loop.last }}
    {%- endfor %}
from {{ ref('int_sdq_scales') }} as scales
{%- for scale in banded %}
left join band_of_score as {{ scale }}_bands
    on {{ scale }}_bands.scale = '{{ scale }}' and {{ scale }}_bands.score = scales.{{ scale }}_score
{%- endfor %}
