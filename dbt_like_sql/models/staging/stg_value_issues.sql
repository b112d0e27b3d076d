-- One row an answer that was given, is not declared missing, and yet has no value in stg_responses: no value disappears
-- silently. Field and reason only; the answer itself goes nowhere but to quarantine (analyses/quarantined_values.sql).
with
{{ answers_looked_up(source('raw', 'raw_responses'), source('raw', 'raw_codebook')) }},
{%- set fields = var('coded_variables') + (var('integer_variables') | list) %}
reasons as (
    select
        wave,
        child_pseudonym,
        {%- for field in fields %}
        {{ issue_reason(field) }} as {{ field }}{{ ',' if not loop.last }}
        {%- endfor %}
    from answers
),
issues as (
    select wave, child_pseudonym, field, reason_code
    from (
        -- nearly every questionnaire has no issue: leave those out before each other one becomes a row a field
        select *
        from reasons
        where coalesce({{ fields | join(', ') }}) is not null
    ) unpivot (reason_code for field in ({{ fields | join(', ') }}))
)
select
    issues.wave,
    issues.child_pseudonym,
    issues.field,
    issues.reason_code
from issues
inner join {{ ref('stg_responses') }} as responses
    on issues.wave = responses.wave
    and issues.child_pseudonym = responses.child_pseudonym
-- without consent only the consents themselves are looked at
where coalesce(responses.has_consent, true) or issues.field in ('consent_child', 'consent_carer')
