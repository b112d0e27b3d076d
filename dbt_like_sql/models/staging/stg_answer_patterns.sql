-- One row a surprise: a column of answers, or one child's answers together, that can hardly be true. Every answer is
-- readable, so none is taken away: seeds/answer_pattern_reasons.csv says what to look at.
--
-- Columns, item by item and file by file. Of n answers of which a, b and c have one value each, 2 in n! / (a! b! c!)
-- orders are sorted, up or down. With the limits below that is at most 2 in 30! / (25! 5!): 1 in 71,000 for an item,
-- 1 in 2,800 for the 25 of a file; of a hundred answers at most 1 in 37 million for an item. A whole file that
-- somebody sorted by the item looks the same and is harmless.
--
-- Children: only what cannot be, or hardly. Not listed, for it can be: living with a parent who is away now, or being
-- cared for most by one (holidays; some days of the week); an age at departure where both parents were never away (half
-- a year away is what counts as away); a sibling who cares most where there is none (cousins are called so); being old
-- for the school year (a late start, a year repeated). Of a child without consent staging has no answer to look at.
{%- set fewest_answers = 30 %}
{%- set fewest_of_a_value = 5 %}
{#- a reason, the answer that it is listed under, and when; school begins at six or seven, before five hardly ever #}
{%- set impossible = [
    ('departure_after_age', 'departure_age_years', 'departure_age_years > age_years'),
    ('school_year_before_age', 'school_year', 'school_year + 4 > age_years'),
    ('county_outside_province', 'county', "county in ('kaihua', 'jiande', 'jiangshan') and province <> 'zhejiang'
            or county in ('guiding', 'longli') and province <> 'guizhou'"),
    ('deceased_parent_away', 'father_migration', "father_alive = 'no' and father_migration = 'current'"),
    ('deceased_parent_away', 'mother_migration', "mother_alive = 'no' and mother_migration = 'current'"),
    ('deceased_parent_at_home', 'lives_with_father', "father_alive = 'no' and lives_with_father = 'yes'"),
    ('deceased_parent_at_home', 'lives_with_mother', "mother_alive = 'no' and lives_with_mother = 'yes'"),
    ('deceased_parent_cares', 'cares_most', "father_alive = 'no' and cares_most = 'father'
            or mother_alive = 'no' and cares_most = 'mother'"),
] %}
{%- set fields = (impossible | map(attribute=1) | list) + ['questionnaire'] %}
with
spans as (
    -- a row a value of an item in a file: how many gave it, and from which line to which
    select
        wave,
        source_file,
        item,
        answer,
        count(*) as answers,
        min(source_line) as first_line,
        max(source_line) as last_line
    from (
        select
            places.wave,
            places.source_file,
            places.source_line,
            {%- for item in var('sdq_items') %}
            responses.{{ item }}{{ ',' if not loop.last }}
            {%- endfor %}
        from {{ ref('stg_responses') }} as responses
        inner join {{ source('raw', 'raw_responses') }} as places
            on responses.wave = places.wave and responses.child_pseudonym = places.child_pseudonym
    ) unpivot (answer for item in ({{ var('sdq_items') | join(', ') }}))
    group by wave, source_file, item, answer
),
neighbours as (
    -- the column is sorted when no value begins before the one below it ends (up), or ends after it begins (down)
    select
        spans.*,
        lag(first_line) over (partition by wave, source_file, item order by answer) as lower_first_line,
        lag(last_line) over (partition by wave, source_file, item order by answer) as lower_last_line
    from spans
),
item_columns as (
    select
        wave,
        source_file,
        item,
        count(*) as values_number,
        sum(case when answers >= {{ fewest_of_a_value }} then 1 else 0 end) as frequent_values_number,
        max(case when first_line <= lower_last_line then 1 else 0 end) as breaks_upward_order,
        max(case when last_line >= lower_first_line then 1 else 0 end) as breaks_downward_order
    from neighbours
    group by wave, source_file, item
    having sum(answers) >= {{ fewest_answers }}
)
select
    wave,
    cast(null as varchar) as child_pseudonym,
    source_file,
    item as field,
    case when values_number = 1 then 'constant_item' else 'column_sorted' end as reason_code
from item_columns
where values_number = 1
    or (frequent_values_number >= 2 and (breaks_upward_order = 0 or breaks_downward_order = 0))
union all
select
    wave,
    child_pseudonym,
    cast(null as varchar) as source_file,
    nullif(field, 'questionnaire') as field,
    reason_code
from (
    -- nearly every child has no pattern: those are left out before each other one becomes a row a field
    select *
    from (
        select
            wave,
            child_pseudonym,
            {%- for reason_code, field, condition in impossible %}
            case when {{ condition }} then '{{ reason_code }}' end as {{ field }},
            {%- endfor %}
            -- not true where one of them is missing
            case when {% for item in var('sdq_items')[1:] -%}
                {{ var('sdq_items')[0] }} = {{ item }}{{ '' if loop.last else ' and ' }}
            {%- endfor %} then 'straight_lining' end as questionnaire
        from {{ ref('stg_responses') }}
    )
    where coalesce({{ fields | join(', ') }}) is not null
) unpivot (reason_code for field in ({{ fields | join(', ') }}))
