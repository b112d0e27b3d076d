"""XLSX, SPSS, Stata and Parquet files of a delivery become strict CSV text, read by a process of its own.

Belongs here: bytes of those formats to text, and nothing of what the text means. ``convert.py`` is the way in and
runs in our process; ``child.py`` runs in the other one, with the readers (``workbook.py`` and ``sheet.py`` on
``package.py`` and ``markup.py``; ``spss_stata.py``; ``parquet.py``); ``faults.py`` is what it may say to ours.
Does not belong here: columns and codes of a codebook (``reading.py``), which file is of which format (``door.py``).

The readers parse files that anyone may have made. They are imported by the child alone, so that this module stays
empty of code: importing it must not cost, nor bring in, a parser.
"""
