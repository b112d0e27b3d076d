-- One row a questionnaire: the first reason for which it is not analysed, NULL when it is. Which reason comes first is
-- said by the seed exclusion_reasons; here stands only what each one means.
with
children as (
    select
        responses.wave,
        responses.child_pseudonym,
        responses.has_consent,
        responses.is_in_sampling_frame,
        responses.father_alive,
        responses.mother_alive,
        scales.total_score,
        migration.migration_status
    from {{ ref('stg_responses') }} as responses
    inner join {{ ref('int_sdq_scales') }} as scales
        on responses.wave = scales.wave
        and responses.child_pseudonym = scales.child_pseudonym
    inner join {{ ref('int_migration') }} as migration
        on responses.wave = migration.wave
        and responses.child_pseudonym = migration.child_pseudonym
),
reasons as (
    select wave, child_pseudonym, 'no_consent' as reason_code
    from children
    where not has_consent
    union all
    select wave, child_pseudonym, 'outside_sampling_frame' as reason_code
    from children
    where not is_in_sampling_frame
    union all
    select wave, child_pseudonym, 'sdq_not_completed' as reason_code
    from children
    where total_score is null
    union all
    select wave, child_pseudonym, 'parent_deceased' as reason_code
    from children
    where father_alive = 'no' or mother_alive = 'no'
    union all
    select wave, child_pseudonym, 'migration_unknown' as reason_code
    from children
    where migration_status is null
),
first_reasons as (
    select reasons.wave, reasons.child_pseudonym, reasons.reason_code
    from reasons
    inner join {{ ref('exclusion_reasons') }} as flow on reasons.reason_code = flow.reason_code
    qualify row_number() over (partition by reasons.wave, reasons.child_pseudonym order by flow.position) = 1
)
select
    children.wave,
    children.child_pseudonym,
    first_reasons.reason_code as exclusion_reason
from children
left join first_reasons
    on children.wave = first_reasons.wave
    and children.child_pseudonym = first_reasons.child_pseudonym
