-- One row a questionnaire: who the child lives with, who cares for it, siblings, divorce and the household's wealth.
-- Living arrangement (the archive's classes) is another thing than migration status (the paper's): never mixed.
with
counts as (
    select
        *,
        {{ count_of(var('appliance_items'), 'yes') }} as appliances_yes,
        {{ count_of(var('appliance_items'), 'no') }} as appliances_no
    from {{ ref('stg_responses') }}
)
select
    wave,
    child_pseudonym,
    -- a missing box decides nothing: a child with one parent may live with the other too
    case
        when lives_with_father = 'yes' and lives_with_mother = 'yes' then 'both'
        when lives_with_father = 'no' and lives_with_mother = 'no' then 'neither'
        when lives_with_father is not null and lives_with_mother is not null then 'one'
    end as living_arrangement,
    -- step-parents count as parents; two carers named equally is missing already in stg_responses
    case
        when cares_most = 'grandparent' then 'grandparent'
        when cares_most in ('father', 'stepfather') then 'father'
        when cares_most in ('mother', 'stepmother') then 'mother'
        when cares_most is not null then 'other'
    end as primary_caregiver,
    parents_divorced,
    case when siblings_number > 0 then 'yes' when siblings_number = 0 then 'no' end as any_sibling,
    cast(appliances_yes + appliances_no as smallint) as appliances_answered,
    cast({{ certain_count('appliances_yes', 'appliances_no', var('appliance_items')) }} as smallint)
        as appliances_number,
    {{ certain_category('appliances_yes', 'appliances_no', var('appliance_items'),
                        [('poor', 0, 1), ('fair', 2, 3), ('wealthy', 4, 5)]) }} as household_wealth
from counts
