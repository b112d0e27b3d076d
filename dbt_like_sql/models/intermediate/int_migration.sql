-- One row a questionnaire: the parents' migration as the paper classes it, and the age at first departure.
-- Status: any parent currently away -> current; else any previously away -> previous; else both never -> never.
-- One answer missing: current if the other parent is away now, otherwise unknown (our inference: the wording also
-- allows 'previous' when the other was away before).
with
statuses as (
    select
        wave,
        child_pseudonym,
        father_migration,
        mother_migration,
        departure_age_years,
        case
            when father_migration = 'current' or mother_migration = 'current' then 'current'
            when father_migration is null or mother_migration is null then null
            when father_migration = 'previous' or mother_migration = 'previous' then 'previous'
            else 'never'
        end as migration_status
    from {{ ref('stg_responses') }}
)
select
    wave,
    child_pseudonym,
    migration_status,
    -- Which parent is or was away, of the parents with the child's status; one now and the other before is 'mixed'.
    -- With one answer missing the other parent may or may not have been away: undecidable, hence NULL.
    case
        when father_migration is null or mother_migration is null or migration_status = 'never' then null
        when father_migration = mother_migration then 'both'
        when mother_migration = 'never' then 'father'
        when father_migration = 'never' then 'mother'
        else 'mixed'
    end as migrant_parent,
    case when migration_status = 'current' then departure_age_years end as departure_age_years
from statuses
