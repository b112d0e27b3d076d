"""A reader with a folder of its own, and workbooks made of XML.

Belongs here: fixtures. Does not belong here: what tests import by name (``formats_files.py``: several folders have a
``conftest``).
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from formats_files import CANARY, HEADER, MAIN, OFFICE, Reader, relations


@pytest.fixture
def reader(tmp_path: Path) -> Reader:
    """A reader with a folder of its own."""
    return Reader(tmp_path)


@pytest.fixture
def raw_book(tmp_path: Path) -> Callable[..., Path]:
    """Makes a workbook of one sheet from its rows' XML; ``parts`` replace or add parts."""

    def make(rows: str = HEADER, *, after: str = "", workbook: str = "", parts: dict[str, str] | None = None) -> Path:
        content = {
            "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
            "_rels/.rels": relations("officeDocument", "xl/workbook.xml"),
            "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">{workbook}<sheets>'
            f'<sheet name="{CANARY}" sheetId="1" r:id="r1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": relations("worksheet", "worksheets/sheet1.xml"),
            "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData>{after}</worksheet>',
        }
        path = tmp_path / "raw.xlsx"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
            for name, text in (content | (parts or {})).items():
                book.writestr(name, text)
        return path

    return make
