-- One row a questionnaire: social support as the number of yes in six items, its three levels (Tables 1 and 2), and the
-- dichotomy that Table 4 uses in their place: all six against any fewer.
with
counts as (
    select
        wave,
        child_pseudonym,
        {{ count_of(var('support_items'), 'yes') }} as support_yes,
        {{ count_of(var('support_items'), 'no') }} as support_no
    from {{ ref('stg_responses') }}
)
select
    wave,
    child_pseudonym,
    cast(support_yes + support_no as smallint) as support_answered,
    cast({{ certain_count('support_yes', 'support_no', var('support_items')) }} as smallint) as support_number,
    {{ certain_category('support_yes', 'support_no', var('support_items'),
                        [('low', 0, 2), ('medium', 3, 5), ('high', 6, 6)]) }} as social_support,
    {{ certain_category('support_yes', 'support_no', var('support_items'),
                        [('low', 0, 5), ('high', 6, 6)]) }} as social_support_dichotomy
from counts
