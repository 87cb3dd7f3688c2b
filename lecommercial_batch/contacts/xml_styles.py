"""The number formats that Excel's XML of 2003 has in its styles."""

import re
from html import unescape
from typing import Final

_FORMAT: Final = re.compile(r"""<NumberFormat\b[^>]*\bss:Format=(["'])(.*?)\1""", re.IGNORECASE | re.DOTALL)
_LONGEST: Final = 4096  #: characters of a style; the long ones are a page's, and hold none
_MOST: Final = 65_536  #: styles, as in a workbook


class Formats:
    """Format by style, taken in as the styles go by; what is in one comes as a text, as in a page."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}
        self._style = ""
        self._text = ""

    def of(self, style: str) -> str:
        """Return how numbers of this style are shown; empty where that is not said."""
        return self._known.get(style, "")

    def begin(self, style: str) -> None:
        """Begin a style that is called so."""
        self._style, self._text = style, ""

    def read(self, text: str) -> None:
        """Take in a piece of a style."""
        if self._style and len(self._text) < _LONGEST:
            self._text += text

    def end(self) -> None:
        """End the style that was begun."""
        if self._style and len(self._known) < _MOST and (found := _FORMAT.search(self._text)):
            self._known[self._style] = unescape(found[2])
        self._style = ""
