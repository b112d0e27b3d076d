-- One row a combination of the adjusted model's variables and the band of total difficulties (three bands, self-report):
-- how many analysed children have it. Models of the band need no more of a child than this; missing answers stay.
select
    cohort.wave,
    cohort.migration_status,
    cohort.sex,
    cohort.age_years,
    cohort.province,
    cohort.household_wealth,
    cohort.primary_caregiver,
    cohort.parents_divorced,
    cohort.any_sibling,
    cohort.social_support,
    cohort.school_performance,
    scores.total_band_three,
    count(*) as children
from {{ ref('mart_analysis_cohort') }} as cohort
inner join {{ ref('mart_sdq_scores') }} as scores
    on cohort.wave = scores.wave
    and cohort.child_pseudonym = scores.child_pseudonym
group by
    cohort.wave,
    cohort.migration_status,
    cohort.sex,
    cohort.age_years,
    cohort.province,
    cohort.household_wealth,
    cohort.primary_caregiver,
    cohort.parents_divorced,
    cohort.any_sibling,
    cohort.social_support,
    cohort.school_performance,
    scores.total_band_three
