-- What a look into a file before its delivery ('lbc codebook check') tells of each field: how many questionnaires have a
-- value, a declared missing answer, a blank, or an answer that cannot be read. `code` is the answer itself, so the one
-- who looks may show it or not; free text and numbers that can be read have none here.
{%- set fields = var('coded_variables') + (var('integer_variables') | list) + var('text_variables') %}
with
{{ answers_looked_up(source('raw', 'raw_responses'), source('raw', 'raw_codebook')) }},
fields as (
    select
        unnest([
            {%- for field in fields %}
            {
                'field': '{{ field }}',
                'answer': {{ field }},
                'declared': {{ field }}_declared,
                'value': {{ 'null' if field in var('text_variables') else 'cast(' ~ read_answer(field) ~ ' as varchar)' }},
                'issue': {{ issue_reason(field) }}
            }{{ ',' if not loop.last }}
            {%- endfor %}
        ]) as f
    from answers
),
readings as (
    select
        f.field,
        case
            when f.answer is null then 'not_carried'
            when f.issue is not null then f.issue
            when f.declared = '' then 'missing'
            when f.answer = '' and f.declared is null then 'blank'
            else 'value'
        end as reading,
        f.value,
        case when f.issue is not null or f.declared is not null then f.answer end as code
    from fields
)
select
    field,
    reading,
    value,
    case when reading <> 'value' then code end as code,
    count(*) as answers
from readings
group by all
order by all
