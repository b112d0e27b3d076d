-- What the door asks of a file before it is trusted: how many of its rows have, in each field, an answer that no code
-- allows. Many of them say more about the codebook, or a shifted row, than about children. All rows of a file stand under
-- its name, the door's key here.
{%- set fields = var('coded_variables') + (var('integer_variables') | list) %}
with
{{ answers_looked_up(source('raw', 'raw_responses'), source('raw', 'raw_codebook')) }}
select
    child_pseudonym as source_file,
    count(*) as questionnaires,
    {%- for field in fields %}
    count({{ issue_reason(field) }}) as {{ field }}{{ ',' if not loop.last }}
    {%- endfor %}
from answers
group by child_pseudonym
