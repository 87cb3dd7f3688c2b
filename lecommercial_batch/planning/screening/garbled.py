"""Letters that were lost on their way into a file: `HÃ©lÃ¨ne`, `H�lène`, `H?l?ne`."""

import re
from typing import Final

from lecommercial_batch.core.model import Cell

_LETTERS: Final = "éèêëàâäçîïôöùûüœÉÈÊËÀÂÄÇÎÏÔÖÙÛÜŒ°²€«»’‘“”–—…\N{NO-BREAK SPACE}"
#: How systems show UTF-8 that they take for their own writing: Windows, a Mac, DOS.
_TAKEN_FOR: Final = ("cp1252", "latin-1", "mac_roman", "cp850")
_PLACEHOLDER: Final = "\N{REPLACEMENT CHARACTER}"
_LOST: Final = re.compile(r"[^\W\d_]\?[^\W\d_]")
_OF_ADDRESSES: Final = frozenset("/=@&")


def _read_twice() -> re.Pattern[str]:
    read = {letter.encode().decode(codec, "ignore") for letter in _LETTERS for codec in _TAKEN_FOR}
    return re.compile("|".join(re.escape(each) for each in sorted(read) if len(each) > 1))


_TWICE: Final = _read_twice()


def is_garbled(cell: Cell) -> bool:
    """Tell whether letters of a cell were lost: read in a wrong encoding, or put in no encoding at all.

    A question mark between letters is taken for one that was lost, unless the cell is an address.
    """
    if not isinstance(cell, str):
        return False
    if not cell.isascii() and (_PLACEHOLDER in cell or _TWICE.search(cell)):
        return True
    return "?" in cell and not _OF_ADDRESSES & set(cell) and bool(_LOST.search(cell))
