"""The report and the summary of one wave, from the published tables.

Belongs here: how numbers are written, labels, the layout of tables, figures and pages. Does not belong here:
reading tables, Dagster, files other than this package's own templates, and every number that is not in a
table already (`stats/`). The way in: `content.ReportContent`, `report.render_report`,
`summary.terminal_summary`.
"""
