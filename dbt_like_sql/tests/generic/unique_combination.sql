{# Combinations of the columns that more than one row has; one that is NULL throughout is none, as in the gate. #}
{% test unique_combination(model, columns) %}
select {{ columns | join(', ') }}, count(*) as rows_number
from {{ model }}
group by {{ columns | join(', ') }}
having count(*) > 1 and ({{ columns | join(' is not null or ') }} is not null)
{% endtest %}
