{# Counting yes answers when some are missing: what is certain is said, the rest stays unknown. #}

{% macro count_of(items, value) -%}
({% for item in items %}case when {{ item }} = '{{ value }}' then 1 else 0 end{{ ' + ' if not loop.last }}{% endfor %})
{%- endmacro %}

{# The category that a count of yes falls in: `categories` are (name, lowest, highest). The count lies between `yes`
   and the number of items less `no`; a category is given when both ends lie in it, so that no missing answer could
   change it. With all answers there the two ends are the count. #}
{% macro certain_category(yes, no, items, categories) -%}
case
        {%- for name, low, high in categories %}
        when {{ yes }} >= {{ low }} and {{ items | length }} - {{ no }} <= {{ high }} then '{{ name }}'
        {%- endfor %}
    end
{%- endmacro %}

{# The count itself: known only when every item is answered. #}
{% macro certain_count(yes, no, items) -%}
case when {{ yes }} + {{ no }} = {{ items | length }} then {{ yes }} end
{%- endmacro %}
