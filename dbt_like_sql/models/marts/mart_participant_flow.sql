-- One row a step of the participant flow (STROBE) and province: received, excluded by reason in the order of the seed,
-- analysed, and the three groups of migration status. A step without children is there, with 0. A child whose province
-- is not known is counted under 'unknown', so that the provinces always add up to 'all'. Of questionnaires without
-- consent, or held in quarantine, the door lets nothing through but their number.
with
children as (
    select
        exclusions.wave,
        exclusions.exclusion_reason,
        migration.migration_status,
        coalesce(responses.province, 'unknown') as province,
        1 as questionnaires
    from {{ ref('int_exclusions') }} as exclusions
    inner join {{ ref('stg_responses') }} as responses
        on exclusions.wave = responses.wave
        and exclusions.child_pseudonym = responses.child_pseudonym
    inner join {{ ref('int_migration') }} as migration
        on exclusions.wave = migration.wave
        and exclusions.child_pseudonym = migration.child_pseudonym
    union all
    select
        wave,
        case fate when 'without_consent' then 'no_consent' else 'held_in_quarantine' end as exclusion_reason,
        cast(null as varchar) as migration_status,
        province,
        rows as questionnaires
    from {{ source('raw', 'raw_row_fates') }}
    where fate in ('without_consent', 'quarantined')
),
counted as (
    select wave, province, exclusion_reason, migration_status, sum(questionnaires) as children
    from children
    group by wave, province, exclusion_reason, migration_status
    union all
    select wave, 'all' as province, exclusion_reason, migration_status, sum(questionnaires) as children
    from children
    group by wave, exclusion_reason, migration_status
),
reasons_number as (
    select count(*) as reasons
    from {{ ref('exclusion_reasons') }}
),
steps as (
    select 1 as position, 'received' as step, cast(null as varchar) as reason_code
    union all
    select position + 1 as position, 'excluded' as step, reason_code
    from {{ ref('exclusion_reasons') }}
    union all
    select reasons + 2 as position, 'analysed' as step, cast(null as varchar) as reason_code
    from reasons_number
    {%- for status in ['current', 'previous', 'never'] %}
    union all
    select reasons + {{ loop.index + 2 }} as position, 'group' as step, '{{ status }}' as reason_code
    from reasons_number
    {%- endfor %}
)
select
    counted.wave,
    cast(steps.position as smallint) as position,
    steps.step,
    steps.reason_code,
    counted.province,
    cast(
        coalesce(
            sum(counted.children) filter (
                where steps.step = 'received'
                or (steps.step = 'excluded' and counted.exclusion_reason = steps.reason_code)
                or (steps.step = 'analysed' and counted.exclusion_reason is null)
                or (
                    steps.step = 'group'
                    and counted.exclusion_reason is null
                    and counted.migration_status = steps.reason_code
                )
            ),
            0
        ) as bigint
    ) as children
from counted
cross join steps
group by counted.wave, steps.position, steps.step, steps.reason_code, counted.province
