"""The process that reads a workbook, seen from the one that asks."""

import zipfile
import zlib
from pathlib import Path
from typing import Final

from lecommercial_batch.contacts.reader_process import ReaderFailedError, ReaderProcess

CHILD: Final = Path(__file__).with_name("calamine_child.py")

_BASE: Final = 256_000_000  #: bytes of memory for the smallest file; a cell in the last row of seven columns fits
_WORTH: Final = 6  #: bytes of memory that one byte of content may take; measured: 2 to 3
_PATIENCE: Final = 30.0  #: seconds for an answer, over the processor time, where the system bounds none
_SLOWEST: Final = 1_000_000  #: bytes of content a second

_SMALL: Final = 20_000_000  #: bytes of content that no ratio makes suspicious
_RATIO: Final = 100  #: content to file; a million formatted but empty rows have 23
_MOST: Final = 4_000_000_000  #: bytes of content; a full sheet of fifty columns has less


class CalamineProcess(ReaderProcess):
    """A child process with one workbook open, ended with this object."""

    def __init__(self, path: Path) -> None:
        content = _content(path)
        arguments = [str(path), str(_BASE + _WORTH * content), str(content)]
        super().__init__(CHILD, arguments, patience=_PATIENCE + content / _SLOWEST)


def _content(path: Path) -> int:
    """Return how many bytes a workbook unpacks to, by its own word.

    Raises:
        ReaderFailedError: that is out of all proportion to the file, as only a hostile one is.
    """
    size = path.stat().st_size
    try:
        with zipfile.ZipFile(path) as archive:
            content = sum(entry.file_size for entry in archive.infolist())
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, NotImplementedError):
        return size  # an .xls, or damaged
    if content > _MOST or (content > _SMALL and content > _RATIO * size):
        raise ReaderFailedError("bomb")
    return content
