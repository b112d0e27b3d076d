"""From the questionnaires of left-behind children to the paper's tables, as Dagster assets."""

__version__ = "0.1.0"
