{# The scoring rules of the SDQ, self-report 11-17 (scoring sheet of the instrument). Items, scales and directions stand
   in seeds/sdq_items.csv, bands in seeds/sdq_bands.csv. #}

{# Mean of the answered items times five, rounded half up, in integers: 5 * points / answered + 1/2, floored. A scale
   needs three of its five items. (Sum 2 over 4 items is 2.5, hence 3: banker's rounding would say 2.) #}
{% macro prorated_score(points, answered) -%}
case when {{ answered }} >= 3 then (10 * {{ points }} + {{ answered }}) // (2 * {{ answered }}) end
{%- endmacro %}
