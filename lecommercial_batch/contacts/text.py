"""A text file opened for reading, without the NUL characters that crashes and old exports leave in it."""

from io import TextIOWrapper
from pathlib import Path
from typing import Final

_BLOCK: Final = 1 << 16


class WithoutNul(TextIOWrapper):
    """Text with its NUL characters left out; no more than that of it in memory."""

    def read(self, size: int | None = -1, /) -> str:
        """Read at most so many characters; nothing only at the end."""
        if size is None or size < 0:
            return super().read().replace("\0", "")
        while text := super().read(size):
            if kept := text.replace("\0", ""):
                return kept
        return ""

    def readline(self, size: int = -1, /) -> str:  # type: ignore[override]  # typeshed has the size keyword-able
        """Read to the end of a line."""
        return super().readline(size).replace("\0", "")


def open_text(path: Path, encoding: str) -> WithoutNul:
    """Open a text file with its line ends as they are."""
    return WithoutNul(path.open("rb"), encoding=encoding, newline="")
