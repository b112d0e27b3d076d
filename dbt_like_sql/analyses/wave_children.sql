-- The analysed children of whom something is known beside their wave: those whom an approved key links, and those whose
-- arm is known (follow-ups). A key that stands twice in a wave belongs to nobody for sure, and links nobody.
with
links as (
    select wave, linked_pseudonym, min(child_pseudonym) as child_pseudonym
    from {{ source('raw', 'raw_links') }}
    group by wave, linked_pseudonym
    having count(*) = 1
)
select
    cohort.wave,
    cohort.child_pseudonym,
    coalesce(cohort.province, 'unknown') as province,
    links.linked_pseudonym,
    cohort.migration_status,
    cohort.sex,
    cohort.age_years,
    cohort.centre_attendance,
    cohort.village,
    cohort.total_score,
    cohort.emotional_score,
    cohort.conduct_score,
    cohort.peer_score,
    cohort.hyperactivity_score,
    cohort.prosocial_score
from {{ ref('mart_analysis_cohort') }} as cohort
left join links
    on cohort.wave = links.wave
    and cohort.child_pseudonym = links.child_pseudonym
where links.linked_pseudonym is not null or cohort.centre_attendance is not null
order by cohort.wave, cohort.child_pseudonym
