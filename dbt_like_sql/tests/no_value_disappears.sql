-- Answers that were given and are not declared missing, yet have neither a value in stg_responses nor a row in
-- stg_value_issues; and those that have both. Found by comparing the tables, not by reading the answers again.
{%- set fields = var('coded_variables') + (var('integer_variables') | list) + var('text_variables') %}
with
given as (
    select wave, child_pseudonym, field, {{ clean_text('answer') }} as answer
    from {{ source('raw', 'raw_responses') }}
    unpivot (answer for field in ({{ fields | join(', ') }}))
),
declared_missing as (
    select distinct wave, variable as field, {{ clean_text('code') }} as answer
    from {{ source('raw', 'raw_codebook') }}
    where status = 'missing' and code is not null
),
staged as (
    select wave, child_pseudonym, field
    from (
        select
            wave,
            child_pseudonym,
            {%- for field in fields %}
            cast({{ field }} as varchar) as {{ field }}{{ ',' if not loop.last }}
            {%- endfor %}
        from {{ ref('stg_responses') }}
    ) unpivot (answer for field in ({{ fields | join(', ') }}))
)
select given.wave, given.child_pseudonym, given.field
from given
inner join {{ ref('stg_responses') }} as responses
    on given.wave = responses.wave and given.child_pseudonym = responses.child_pseudonym
left join declared_missing
    on given.wave = declared_missing.wave
    and given.field = declared_missing.field
    and given.answer = declared_missing.answer
left join staged
    on given.wave = staged.wave
    and given.child_pseudonym = staged.child_pseudonym
    and given.field = staged.field
left join {{ ref('stg_value_issues') }} as issues
    on given.wave = issues.wave
    and given.child_pseudonym = issues.child_pseudonym
    and given.field = issues.field
where
    given.answer <> ''
    and declared_missing.field is null
    -- of a child without consent nothing is kept, and that is said by its exclusion
    and (coalesce(responses.has_consent, true) or given.field in ('consent_child', 'consent_carer'))
    and (staged.field is null) = (issues.field is null)
