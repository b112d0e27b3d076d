"""The web server: Dagster's app, the reports and the catalogue behind one guard, in one process on loopback.

Belongs here: who asks, what they may ask for, and what is written down of it. Does not belong here: what the pages show
(``reporting/``, ``catalogue/``, Dagster), starting and watching the process (``cli/ui.py``), TLS and passwords
(``deploy/``).
"""
