{# Looking every answer up in its wave's codebook, as text, in one pass over the questionnaires. #}

{# The common table expressions with which a model over raw answers begins. The last one, `answers`, has two columns
   a variable v: v, the cleaned text, and v_declared, what the codebook says of it: the canonical value, '' where it
   declares a missing answer, NULL where it declares nothing. `variables`: those that are wanted, by default all.
   One row holds a MAP a variable, keyed by wave and code, so that nothing is joined: a join on wave would copy the
   maps beside every questionnaire, and a join a variable takes longer to plan than to run. #}
{% macro answers_looked_up(responses, codebook, variables=none) -%}
{%- set variables = variables or var('coded_variables') + (var('integer_variables') | list) + var('text_variables') -%}
codes as (
    select
        variable,
        wave || '|' || {{ clean_text('code') }} as wave_code,
        max(case when status = 'missing' then '' else value end) as declared
    from {{ codebook }}
    where code is not null
    group by 1, 2
    -- a code with two meanings: neither is guessed, its answers go to the value issues
    having count(distinct case when status = 'missing' then '' else value end) = 1
),
codebook as (
    select
        {%- for variable in variables %}
        map_from_entries(list({'k': wave_code, 'v': declared}) filter (where variable = '{{ variable }}'))
            as {{ variable }}_map{{ ',' if not loop.last }}
        {%- endfor %}
    from codes
),
cleaned as (
    select
        wave,
        child_pseudonym,
        {%- for variable in variables %}
        {{ clean_text(variable) }} as {{ variable }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ responses }}
),
answers as (
    select
        cleaned.*,
        {%- for variable in variables %}
        codebook.{{ variable }}_map[cleaned.wave || '|' || cleaned.{{ variable }}] as {{ variable }}_declared
        {{- ',' if not loop.last }}
        {%- endfor %}
    from cleaned
    cross join codebook
)
{%- endmacro %}
