"""A text file opened for reading, without the characters that crashes and joined files leave in it."""

from io import TextIOWrapper
from pathlib import Path
from typing import Final

_BLOCK: Final = 1 << 16
_MARK: Final = "\ufeff"  #: of byte order: the codec takes off the first, others come of files that were joined


class Cleaned(TextIOWrapper):
    """Text with its NUL characters and byte order marks left out; no more than that of it in memory."""

    def read(self, size: int | None = -1, /) -> str:
        """Read at most so many characters; nothing only at the end."""
        if size is None or size < 0:
            return _clean(super().read())
        while text := super().read(size):
            if kept := _clean(text):
                return kept
        return ""

    def readline(self, size: int = -1, /) -> str:  # type: ignore[override]  # typeshed has the size keyword-able
        """Read to the end of a line."""
        return _clean(super().readline(size))


def open_text(path: Path, encoding: str) -> Cleaned:
    """Open a text file with its line ends as they are."""
    return Cleaned(path.open("rb"), encoding=encoding, newline="")


def _clean(text: str) -> str:
    return text.replace("\0", "").replace(_MARK, "")
