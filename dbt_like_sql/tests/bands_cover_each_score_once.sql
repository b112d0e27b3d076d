-- Scores that lie in no band of a band set, or in two.
with
scales as (
    select band_set, scale, max(high) as highest
    from {{ ref('sdq_bands') }}
    group by band_set, scale
),
scores as (
    select band_set, scale, unnest(generate_series(0, highest)) as score
    from scales
)
select scores.band_set, scores.scale, scores.score, count(bands.band) as bands
from scores
left join {{ ref('sdq_bands') }} as bands
    on scores.band_set = bands.band_set
    and scores.scale = bands.scale
    and scores.score between bands.low and bands.high
group by scores.band_set, scores.scale, scores.score
having count(bands.band) <> 1
