-- One row a questionnaire: every answer as the wave's codebook means it, typed; what cannot be read is NULL and listed
-- in stg_value_issues. Of a child without both consents nothing is kept but the consents and the province, so that the
-- participant flow can count the child where it lives.
with
{{ answers_looked_up(source('raw', 'raw_responses'), source('raw', 'raw_codebook')) }},
{%- set variables = var('coded_variables') + (var('integer_variables') | list) + var('text_variables') %}
readings as (
    select
        wave,
        child_pseudonym,
        -- NULL text: the child's file has no such column, so the frame was not asked about; a blank is no yes
        case
            when selected_village is not null then coalesce(selected_village_declared, '') = 'yes'
        end as is_in_sampling_frame,
        {%- for variable in variables %}
        {{ read_answer(variable) }} as {{ variable }}{{ ',' if not loop.last }}
        {%- endfor %}
    from answers
),
{{ consents_asked(source('raw', 'raw_codebook')) }},
consents as (
    select
        readings.*,
        {{ has_consent('readings') }} as has_consent
    from readings
    left join consents_asked on readings.wave = consents_asked.wave
)
select
    wave,
    child_pseudonym,
    has_consent,
    case when coalesce(has_consent, true) then is_in_sampling_frame end as is_in_sampling_frame,
    {%- for variable in variables %}
    {% if variable in ('consent_child', 'consent_carer', 'province') -%}
    {{ variable }}
    {%- else -%}
    case when coalesce(has_consent, true) then {{ variable }} end as {{ variable }}
    {%- endif %}{{ ',' if not loop.last }}
    {%- endfor %}
from consents
