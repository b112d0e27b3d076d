-- What the door asks of a file before it is trusted: how many of its rows have, in each field, an answer that no code
-- allows. Many of them say more about the codebook, or a shifted row, than about children. All rows of a file stand under
-- its name, the door's key here; their number comes without a field. An answer is judged once, however many gave it.
{%- set fields = var('coded_variables') + (var('integer_variables') | list) %}
with
different as (
    -- a row a field and answer, in which the other fields are NULL
    select
        wave,
        child_pseudonym,
        {%- for field in fields %}
        {{ field }},
        {%- endfor %}
        count(*) as number
    from {{ source('raw', 'raw_responses') }}
    group by grouping sets (
        {%- for field in fields %}
        (wave, child_pseudonym, {{ field }}){{ ',' if not loop.last }}
        {%- endfor %}
    )
),
given as (
    select wave, child_pseudonym, number, field, answer
    from (select * from different) unpivot (answer for field in ({{ fields | join(', ') }}))
),
{{ answers_judged('given', source('raw', 'raw_codebook'), ['number']) }}
select child_pseudonym as source_file, cast(null as varchar) as field, count(*) as answers
from {{ source('raw', 'raw_responses') }}
group by child_pseudonym
union all
select child_pseudonym as source_file, field, cast(sum(number) as bigint) as answers
from judged
where reason_code is not null
group by child_pseudonym, field
