{# The variables of an analysed child, for the cohort and for the children whom a sensitivity analysis adds to it. #}

{# `chosen`: which questionnaires, said of exclusions, responses and migration; `migration_status`: the status they get. #}
{% macro cohort(chosen, migration_status) -%}
select
    responses.wave,
    responses.child_pseudonym,
    responses.province,
    responses.county,
    responses.township,
    responses.school,
    responses.village,
    responses.school_year,
    responses.sex,
    responses.age_years,
    {{ migration_status }} as migration_status,
    migration.migrant_parent,
    migration.departure_age_years,
    cast(responses.age_years - migration.departure_age_years as smallint) as years_since_departure,
    household.living_arrangement,
    household.primary_caregiver,
    household.parents_divorced,
    household.any_sibling,
    household.appliances_number,
    household.household_wealth,
    support.support_number,
    support.social_support,
    support.social_support_dichotomy,
    responses.school_performance,
    responses.centre_attendance,
    scores.total_score,
    scores.emotional_score,
    scores.conduct_score,
    scores.hyperactivity_score,
    scores.peer_score,
    scores.prosocial_score,
    scores.externalising_score,
    scores.internalising_score
from {{ ref('int_exclusions') }} as exclusions
inner join {{ ref('stg_responses') }} as responses
    on exclusions.wave = responses.wave
    and exclusions.child_pseudonym = responses.child_pseudonym
inner join {{ ref('int_migration') }} as migration
    on exclusions.wave = migration.wave
    and exclusions.child_pseudonym = migration.child_pseudonym
inner join {{ ref('int_household') }} as household
    on exclusions.wave = household.wave
    and exclusions.child_pseudonym = household.child_pseudonym
inner join {{ ref('int_support') }} as support
    on exclusions.wave = support.wave
    and exclusions.child_pseudonym = support.child_pseudonym
inner join {{ ref('mart_sdq_scores') }} as scores
    on exclusions.wave = scores.wave
    and exclusions.child_pseudonym = scores.child_pseudonym
where {{ chosen }}
{%- endmacro %}
