"""A text file opened for reading, without the characters that crashes and joined files leave in it."""

from io import TextIOWrapper
from pathlib import Path
from typing import Final

_BLOCK: Final = 1 << 16
_MARK: Final = "\ufeff"  #: of byte order: the codec takes off the first, others come of files that were joined


class TooLongError(Exception):
    """More was read at once than was allowed."""


class Cleaned(TextIOWrapper):
    """Text with its NUL characters and byte order marks left out; no more than that of it in memory.

    ``allowed`` is how many characters may be read until it is set again: a quotation mark that is never closed
    makes one row of all the rest.
    """

    allowed = float("inf")

    def read(self, size: int | None = -1, /) -> str:
        """Read at most so many characters; nothing only at the end.

        Raises:
            TooLongError: more was read than is allowed.
        """
        if size is None or size < 0:
            return _clean(super().read())
        while text := super().read(size):
            self._spend(len(text))
            if kept := _clean(text):
                return kept
        return ""

    def readline(self, size: int = -1, /) -> str:  # type: ignore[override]  # typeshed has the size keyword-able
        """Read to the end of a line, or ``size`` characters of it; nothing only at the end. Raises as `read`."""
        while text := super().readline(size):
            self._spend(len(text))
            if kept := _clean(text):
                return kept
        return ""

    def _spend(self, characters: int) -> None:
        self.allowed -= characters
        if self.allowed < 0:
            raise TooLongError


def open_text(path: Path, encoding: str) -> Cleaned:
    """Open a text file with its line ends as they are."""
    return Cleaned(path.open("rb"), encoding=encoding, newline="")


def _clean(text: str) -> str:
    return text.replace("\0", "").replace(_MARK, "")
