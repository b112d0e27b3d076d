{# Looking every answer up in its wave's codebook, as text, in one pass over the questionnaires. #}

{# What the codebook declares of each code: `codes` has variable, wave_code and declared, '' for a missing answer. The key
   is the code where the codebook is of one wave, else wave and code. #}
{% macro codes_declared(codebook) -%}
codebook_waves as (
    -- NULL where there are several
    select case when count(distinct wave) = 1 then min(wave) end as only_wave
    from {{ codebook }}
),
codes as (
    select
        variable,
        case when only_wave is not null then '' else wave || '|' end || {{ clean_text('code') }} as wave_code,
        max(case when status = 'missing' then '' else value end) as declared
    from {{ codebook }}
    cross join codebook_waves
    where code is not null
    group by 1, 2
    -- a code with two meanings: neither is guessed, its answers go to the value issues
    having count(distinct case when status = 'missing' then '' else value end) = 1
)
{%- endmacro %}

{# Few answers, a row each, and why they have no value: `judged` adds reason_code to wave, child_pseudonym, field, answer
   and the `carried` columns of `given`; NULL where there is a value, or a missing one is declared. #}
{% macro answers_judged(given, codebook, carried=[]) -%}
{%- set plain = var('coded_variables') | reject('in', var('sdq_items') + ['cares_most']) | list -%}
{{ codes_declared(codebook) }},
cleaned_answers as (
    select
        wave,
        child_pseudonym,
        {%- for column in carried %}
        {{ column }},
        {%- endfor %}
        field,
        {{ clean_text('answer') }} as answer
    from {{ given }}
),
declared_answers as (
    select
        cleaned_answers.*,
        codes.declared as answer_declared
    from cleaned_answers
    cross join codebook_waves
    left join codes
        on cleaned_answers.field = codes.variable
        and codes.wave_code = case
            when cleaned_answers.wave = only_wave then cleaned_answers.answer
            when only_wave is null then cleaned_answers.wave || '|' || cleaned_answers.answer
        end
),
judged as (
    select
        *,
        case
            when field in ('{{ var('sdq_items') | join("', '") }}') then
                {{ issue_reason(var('sdq_items')[0], 'answer') }}
            when field in ('{{ plain | join("', '") }}') then
                {{ issue_reason(plain[0], 'answer') }}
            when field = 'cares_most' then
                {{ issue_reason('cares_most', 'answer') }}
            {%- for variable in var('integer_variables') %}
            when field = '{{ variable }}' then
                {{ issue_reason(variable, 'answer') }}
            {%- endfor %}
        end as reason_code
    from declared_answers
)
{%- endmacro %}

{# The common table expressions with which a model over raw answers begins. The last one, `answers`, has two columns
   a variable v: v, the cleaned text, and v_declared, what the codebook says of it: the canonical value, '' where it
   declares a missing answer, NULL where it declares nothing. `variables`: those that are wanted, by default all.
   One row holds a MAP a variable, keyed by code where the codebook is of one wave, else by wave and code (making such
   a key for each answer takes as long as finding it), so that nothing is joined: a join on wave would copy the maps
   beside every questionnaire, and a join a variable takes longer to plan than to run. #}
{% macro answers_looked_up(responses, codebook, variables=none) -%}
{%- set variables = variables or var('coded_variables') + (var('integer_variables') | list) + var('text_variables') -%}
{{ codes_declared(codebook) }},
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
        wave = only_wave as is_of_only_wave,
        {%- for variable in variables %}
        {{ clean_text(variable) }} as {{ variable }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ responses }}
    cross join codebook_waves
),
answers as (
    select
        cleaned.*,
        {%- for variable in variables %}
        case
            when is_of_only_wave then codebook.{{ variable }}_map[cleaned.{{ variable }}]
            when is_of_only_wave is null
                then codebook.{{ variable }}_map[cleaned.wave || '|' || cleaned.{{ variable }}]
        end as {{ variable }}_declared{{ ',' if not loop.last }}
        {%- endfor %}
    from cleaned
    cross join codebook
)
{%- endmacro %}
