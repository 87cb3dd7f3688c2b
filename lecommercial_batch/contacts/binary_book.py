"""What an .xlsb says in its records of hidden rows and columns; source: [MS-XLSB] of Microsoft's.

It imports nothing of the package: the process that reads workbooks loads it by its path.
"""

import struct
import zipfile
from collections.abc import Callable, Iterator
from typing import IO, Final

BOOK: Final = "xl/workbook.bin"
_LINKS: Final = "xl/_rels/workbook.bin.rels"
_ROW, _COLUMNS, _SHEET = 0, 60, 156  # BrtRowHdr, BrtColInfo, BrtBundleSh
_BLOCK: Final = 1 << 20
_MORE: Final = 0x80  #: another byte follows
_LOW: Final = 0x7F

#: Returns the part that a link leads to.
Target = Callable[[zipfile.ZipFile, str, str], str]


def hidden(archive: zipfile.ZipFile, sheet: str, target_of: Target) -> tuple[list[int], list[tuple[int, int]]]:
    """Return what is hidden of a sheet: rows by their numbers, columns by first and last index of each range."""
    rows: list[int] = []
    columns: list[tuple[int, int]] = []
    with archive.open(_part(archive, sheet, target_of)) as part:
        for kind, content in _records(part, {_ROW, _COLUMNS}):
            if kind == _ROW and content[11] & 0x10:  # fDyZero
                rows.append(struct.unpack_from("<L", content)[0] + 1)
            elif kind == _COLUMNS and content[16] & 1:  # fHidden
                columns.append(struct.unpack_from("<LL", content))
    return rows, columns


def _part(archive: zipfile.ZipFile, sheet: str, target_of: Target) -> str:
    with archive.open(BOOK) as part:
        for _kind, content in _records(part, {_SHEET}):
            link, at = _text(content, 8)
            if _text(content, at)[0] == sheet:
                return target_of(archive, _LINKS, link)
    return ""


def _records(part: IO[bytes], wanted: set[int]) -> Iterator[tuple[int, bytes]]:
    """Yield the records of these kinds; each begins with its kind and its length, seven bits a byte."""
    content, at = b"", 0
    while True:
        if len(content) - at < _BLOCK and (block := part.read(_BLOCK)):
            content, at = content[at:] + block, 0
        if at >= len(content):
            return
        kind, at = _kind(content, at)
        size, at = _size(content, at)
        while len(content) < at + size and (block := part.read(_BLOCK)):
            content += block
        if kind in wanted:
            yield kind, content[at : at + size]
        at += size


def _kind(content: bytes, at: int) -> tuple[int, int]:
    low = content[at]
    return (low & _LOW | (content[at + 1] & _LOW) << 7, at + 2) if low & _MORE else (low, at + 1)


def _size(content: bytes, at: int) -> tuple[int, int]:
    size = 0
    for place in range(4):
        size |= (content[at] & _LOW) << 7 * place
        at += 1
        if not content[at - 1] & _MORE:
            break
    return size, at


def _text(content: bytes, at: int) -> tuple[str, int]:
    """Return a text and where the next one begins."""
    end = at + 4 + 2 * struct.unpack_from("<L", content, at)[0]
    return content[at + 4 : end].decode("utf-16-le"), end
