"""Rows into the workbook that openpyxl drew without them."""

import re
import shutil
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import IO, Final
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook

_ROWS: Final = re.compile(rb"<sheetData\s*/>|<sheetData>\s*</sheetData>")
_ZIP64: Final = 2**31 - 2**20  #: bytes from which a part of an archive needs the larger format
#: Every number that is text is meant so: no green triangle on each phone.
_NO_WARNINGS: Final = (
    b'<ignoredErrors><ignoredError sqref="A1:XFD1048576" numberStoredAsText="1"/></ignoredErrors>'
)
_AFTER_WARNINGS: Final = re.compile(rb"(?=<drawing|</worksheet>)")  # the order of the parts is fixed


def save(book: Workbook, path: Path, rows: Mapping[str, IO[bytes]]) -> None:
    """Save a workbook with the rows of each sheet, by its title, taken from a file of XML."""
    drawn = BytesIO()
    book.save(drawn)
    parts = {f"xl/worksheets/sheet{number}.xml": title for number, title in enumerate(book.sheetnames, start=1)}
    with ZipFile(drawn) as source, ZipFile(path, "w", ZIP_DEFLATED) as target:
        for name in source.namelist():
            if name in parts:
                _splice(target, name, source.read(name), rows[parts[name]])
            else:
                target.writestr(name, source.read(name))


def _splice(target: ZipFile, name: str, sheet: bytes, rows: IO[bytes]) -> None:
    before, after = _ROWS.split(sheet, maxsplit=1)
    size = rows.tell() + len(sheet)
    rows.seek(0)
    with target.open(name, "w", force_zip64=size > _ZIP64) as part:
        part.write(before + b"<sheetData>")
        shutil.copyfileobj(rows, part, 2**20)
        part.write(b"</sheetData>" + _AFTER_WARNINGS.sub(_NO_WARNINGS, after, count=1))
