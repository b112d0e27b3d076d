-- One row a child who is not analysed because one parent's migration is unknown while the other was away before: the
-- child may be previously or currently left behind. A sensitivity analysis counts it as previous and adds it to the cohort.
{%- set undecided -%}
exclusions.exclusion_reason = 'migration_unknown'
    and coalesce(responses.father_migration, responses.mother_migration) = 'previous'
{%- endset %}
{{ cohort(undecided, "'previous'") }}
