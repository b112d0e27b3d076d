"""Gates: what a table must satisfy before it joins a wave, and who is told what when it does not.

Belongs here: checks from the models' YAML, rules that YAML cannot say, their audit by Great Expectations
on DuckDB. Does not belong here: reading the YAML (``warehouse/contracts.py``), what a failed gate leads to
(``warehouse/``, ``assets/``).
"""

import os

# Great Expectations reads this when it is imported: nothing about a study leaves the machine.
os.environ["GX_ANALYTICS_ENABLED"] = "false"
