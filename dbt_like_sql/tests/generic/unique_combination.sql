{# Combinations of the columns that more than one row has. #}
{% test unique_combination(model, columns) %}
select {{ columns | join(', ') }}, count(*) as rows_number
from {{ model }}
group by {{ columns | join(', ') }}
having count(*) > 1
{% endtest %}
