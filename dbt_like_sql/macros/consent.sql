{# Who may be looked at: a child whose own consent and whose carer's were given, as far as its wave asks for them. #}

{# Which consents each wave asks for: those that its codebook knows. #}
{% macro consents_asked(codebook) -%}
consents_asked as (
    select
        wave,
        max(case when variable = 'consent_child' then 1 else 0 end) as of_child,
        max(case when variable = 'consent_carer' then 1 else 0 end) as of_carer
    from {{ codebook }}
    group by wave
)
{%- endmacro %}

{# Whether all consents were given: one that is blank or unreadable was not; NULL in a wave that asks for none.
   `readings` has the columns consent_child and consent_carer, and stands beside consents_asked. #}
{% macro has_consent(readings) -%}
case
            when consents_asked.of_child + consents_asked.of_carer > 0 then
                (consents_asked.of_child = 0 or coalesce({{ readings }}.consent_child, 'no') = 'yes')
                and (consents_asked.of_carer = 0 or coalesce({{ readings }}.consent_carer, 'no') = 'yes')
        end
{%- endmacro %}
