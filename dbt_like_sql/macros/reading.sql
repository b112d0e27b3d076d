{# How a looked-up answer (codebook.sql) becomes a typed value, and why it does not. Both are decided here, once:
   stg_responses shows the values, stg_value_issues the reasons. `column`: where the variable's answer stands, if not
   under its own name; what the codebook declares of it stands in `column`_declared. #}

{# Text of an answer that need not stand in the codebook: a number, a school. #}
{% macro free_text(variable) -%}
nullif(coalesce({{ variable }}_declared, {{ variable }}), '')
{%- endmacro %}

{# The value of one variable, or NULL. Text is matched before any cast: a cast would round '1.6' to 2. #}
{% macro read_answer(variable, column=none) -%}
{%- set column = column or variable -%}
{%- if variable in var('sdq_items') -%}
case when {{ column }}_declared in ('0', '1', '2') then cast({{ column }}_declared as smallint) end
{%- elif variable in var('integer_variables') -%}
{%- set limits = var('integer_variables')[variable] -%}
case
            when regexp_matches({{ free_text(column) }}, '^[0-9]{1,4}$') then
                case
                    when cast({{ free_text(column) }} as integer) between {{ limits.min }} and {{ limits.max }}
                        then cast({{ free_text(column) }} as smallint)
                end
        end
{%- elif variable in var('text_variables') -%}
{{ free_text(column) }}
{%- elif variable == 'cares_most' -%}
nullif(nullif({{ column }}_declared, ''), 'several')
{%- else -%}
nullif({{ column }}_declared, '')
{%- endif -%}
{%- endmacro %}

{# Why an answer that was given, and not declared missing, has no value; NULL where it has one. Free text always has. #}
{% macro issue_reason(variable, column=none) -%}
{%- set column = column or variable -%}
case
            when {{ column }} <> '' and coalesce({{ column }}_declared, '?') <> ''
                and {{ read_answer(variable, column) }} is null
                then {% if variable in var('integer_variables') -%}
                case when {{ is_whole_number(free_text(column)) }} then 'out_of_range' else 'not_a_number' end
                {%- elif variable == 'cares_most' -%}
                case when {{ column }}_declared = 'several' then 'two_carers_named' else 'code_not_in_codebook' end
                {%- else -%}
                'code_not_in_codebook'
                {%- endif %}
        end
{%- endmacro %}
