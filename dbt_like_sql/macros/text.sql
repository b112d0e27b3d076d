{# How an answer's text is made comparable. What it means is the codebook's affair (codebook.sql). #}

{# Full-width digits and minus (Chinese keyboards) to ASCII; tabs, line ends, no-break and ideographic blanks to
   blanks; then no blanks around it. NULL stays NULL (the file does not carry the column), '' is a blank answer.
   Nearly every answer is printable ASCII without a blank, and is left alone at a tenth of the cost; one that has a
   single such character (or none) is told without a regular expression. #}
{% macro clean_text(column) -%}
case
            when length({{ column }}) = 1 and {{ column }} between '!' and '~' then {{ column }}
            when regexp_matches({{ column }}, '^[!-~]*$') then {{ column }}
            else trim(translate(
                {{ column }},
                '０１２３４５６７８９－　' || chr(160) || chr(9) || chr(10) || chr(13),
                '0123456789-     '
            ))
        end
{%- endmacro %}

{% macro is_whole_number(text) -%}
regexp_matches({{ text }}, '^[+-]?[0-9]+$')
{%- endmacro %}
