-- One row an analysed child: the variables of the paper's Tables 1 to 4 and the SDQ scores. Missing answers stay missing:
-- each analysis says which children it uses.
{{ cohort('exclusions.exclusion_reason is null', 'migration.migration_status') }}
