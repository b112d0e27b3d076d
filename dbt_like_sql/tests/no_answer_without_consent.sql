-- Children without consent of whom stg_responses keeps more than the consents and the province.
{%- set kept = ['consent_child', 'consent_carer', 'province'] %}
select wave, child_pseudonym
from {{ ref('stg_responses') }}
where
    not has_consent
    and (
        {%- for field in var('coded_variables') + (var('integer_variables') | list) + var('text_variables')
            if field not in kept %}
        {{ 'or ' if not loop.first }}{{ field }} is not null
        {%- endfor %}
    )
