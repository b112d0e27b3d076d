-- One row an answer that was given, is not declared missing, and yet has no value in stg_responses: no value disappears
-- silently. Field and reason only; the answer itself goes nowhere but to quarantine (analyses/quarantined_values.sql).
-- Nearly every answer has a value: those that have none are set aside first, and only they are looked up again.
{%- set fields = var('coded_variables') + (var('integer_variables') | list) %}
with
lacking as (
    -- a bit a field, so that the join carries one number a child; without consent only the consents are looked at
    select
        wave,
        child_pseudonym,
        cast(
            {%- for field in fields %}
            {{ '+ ' if not loop.first }}case when {{ field }} is null
            {%- if field not in ('consent_child', 'consent_carer') %} and coalesce(has_consent, true){% endif %} then {{ 2 ** loop.index0 }} else 0 end
            {%- endfor %}
            as bigint
        ) as fields
    from {{ ref('stg_responses') }}
),
without_value as (
    select
        responses.wave,
        responses.child_pseudonym,
        {%- for field in fields %}
        case when (lacking.fields & {{ 2 ** loop.index0 }}) > 0 and responses.{{ field }} <> '' then responses.{{ field }} end as {{ field }}
        {{- ',' if not loop.last }}
        {%- endfor %}
    from {{ source('raw', 'raw_responses') }} as responses
    inner join lacking
        on responses.wave = lacking.wave
        and responses.child_pseudonym = lacking.child_pseudonym
),
given as (
    select wave, child_pseudonym, field, answer
    from (select * from without_value) unpivot (answer for field in ({{ fields | join(', ') }}))
),
{{ answers_judged('given', source('raw', 'raw_codebook')) }}
select
    wave,
    child_pseudonym,
    field,
    reason_code
from judged
where reason_code is not null
