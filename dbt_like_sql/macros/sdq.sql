{# The scoring rules of the SDQ, self-report 11-17 (scoring sheet of the instrument). Items, scales and directions stand
   in seeds/sdq_items.csv, bands in seeds/sdq_bands.csv. #}

{# Mean of the answered items times five, rounded half up, in integers: 5 * points / answered + 1/2, floored. A scale
   needs three of its five items. (Sum 2 over 4 items is 2.5, hence 3: banker's rounding would say 2.) #}
{% macro prorated_score(points, answered) -%}
case when {{ answered }} >= 3 then (10 * {{ points }} + {{ answered }}) // (2 * {{ answered }}) end
{%- endmacro %}

{# The items by scale and by their place in it, 1 to 5 in the order of the questionnaire: how columns are named where
   items stand side by side ('emotional_item_1'), so that scale and direction come from the seed and from nowhere else. #}
{% macro placed_items() -%}
select
        variable,
        item,
        scale,
        reversed,
        number,
        row_number() over (partition by scale order by number) as place
    from {{ ref('sdq_items') }}
{%- endmacro %}
