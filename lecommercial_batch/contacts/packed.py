"""A contact file in a .zip or a .gz: the one that is in it, unpacked within bounds."""

import gzip
import io
import lzma
import struct
import zipfile
import zlib
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Final

from lecommercial_batch.contacts.flaw import flaw
from lecommercial_batch.core.enumeration import enumerated
from lecommercial_batch.core.errors import ContactsError
from lecommercial_batch.core.sentence import Sentence

ENDINGS: Final = (".zip", ".gz")
GZIP: Final = b"\x1f\x8b"
ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06")
#: What makes a zip a workbook, or a document of its own kind: one of these is in it.
_DOCUMENT: Final = ("[Content_Types].xml", "content.xml", "mimetype", "Index/", "xl/")
_END: Final = b"PK\x05\x06"
_END_SIZE: Final = 22
_COMMENT: Final = 1 << 16
_DIRECTORY: Final = 4_000_000  #: bytes of names; ten thousand files have less
_SMALL: Final = 20_000_000  #: bytes that no ratio makes suspicious
_RATIO: Final = 100  #: content to file; contacts have ten
_MOST: Final = 2_000_000_000  #: bytes that are unpacked
_ENCRYPTED: Final = 1
_DAMAGE: Final = (
    zipfile.BadZipFile,
    lzma.LZMAError,
    zlib.error,
    OSError,
    EOFError,
    ValueError,
    NotImplementedError,
    RuntimeError,
)


def is_archive(path: Path, start: bytes, *, file: str) -> bool:
    """Tell whether a file is packed, and no workbook, which is a zip too.

    Raises:
        ContactsError: it has been made to hold more names than memory.
    """
    if start.startswith(GZIP):
        return True
    if not start.startswith(ZIP):
        return False
    _bound_directory(path, file)
    with suppress(*_DAMAGE), zipfile.ZipFile(path) as archive:
        return not any(name.startswith(_DOCUMENT) for name in archive.namelist())
    return False  # damaged: that is for the workbook's reader to say


def open_packed(path: Path, start: bytes, *, file: str, endings: tuple[str, ...]) -> "tuple[Bounded, str]":
    """Open the one contact file that is packed in another, and return it with its name.

    Raises:
        ContactsError: there are several, or none, or it is locked or damaged.
    """
    try:
        if start.startswith(GZIP):
            stem = Path(file).stem if file.lower().endswith(".gz") else Path(file).name
            return Bounded(gzip.open(path), path, file), f"{file}/{stem}"
        with zipfile.ZipFile(path) as archive:  # what is opened from it closes its file
            entry = _only([each for each in archive.infolist() if not each.is_dir()], file=file, endings=endings)
            if entry.flag_bits & _ENCRYPTED:
                message = Sentence("the archive is protected by a password")
                raise flaw(file, "password", message, Sentence("Unpack it, and name the file that was in it."))
            return Bounded(archive.open(entry), path, file), f"{file}/{entry.filename}"
    except _DAMAGE as error:
        raise _damaged(file) from error


def _only(entries: Sequence[zipfile.ZipInfo], *, file: str, endings: tuple[str, ...]) -> zipfile.ZipInfo:
    wanted = [each for each in entries if _is_meant(each.filename) and each.filename.lower().endswith(endings)]
    if len(wanted) == 1:
        return wanted[0]
    if wanted:
        message = Sentence(
            "several contact files are in the archive: {files}",
            files=enumerated([each.filename for each in wanted]),
        )
        advice = Sentence("Unpack it, and name the one that is meant.")
        raise flaw(file, "several_files", message, advice)
    message = Sentence("no contact file is in the archive")
    found = enumerated([each.filename for each in entries if _is_meant(each.filename)])
    advice = Sentence("What is in it: {files}.", files=found) if found else Sentence("It is empty.")
    raise flaw(file, "not_a_table", message, advice)


def _is_meant(name: str) -> bool:
    """Tell whether a name is none of those that macOS and Excel leave behind."""
    parts = name.replace("\\", "/").split("/")
    return "__MACOSX" not in parts and not parts[-1].startswith((".", "~$"))


class Bounded:
    """What is unpacked, as long as it is in proportion to the file.

    Raises:
        ContactsError: it is not, as only with a hostile one, or is damaged.
    """

    def __init__(self, opened: IO[bytes] | gzip.GzipFile, path: Path, file: str) -> None:
        self._opened = opened
        self._file = file
        self._left = min(_MOST, max(_SMALL, _RATIO * path.stat().st_size))

    def read(self, size: int = -1, /) -> bytes:
        """Read so many bytes at most."""
        try:
            part = self._opened.read(size)
        except _DAMAGE as error:
            self.close()
            raise _damaged(self._file) from error
        self._left -= len(part)
        if self._left < 0:
            self.close()
            message = Sentence("the archive unpacks to far more than contacts are: it was made to do harm")
            raise flaw(self._file, "hostile_file", message, Sentence("Do not open it, and ask who sent it."))
        return part

    def close(self) -> None:
        """Close the file."""
        self._opened.close()


def _bound_directory(path: Path, file: str) -> None:
    """Refuse a zip whose table of names takes more memory than names do; zipfile reads all of it at once."""
    with path.open("rb") as opened:
        size = opened.seek(0, io.SEEK_END)
        opened.seek(max(0, size - _END_SIZE - _COMMENT))
        tail = opened.read()
    at = tail.rfind(_END)
    if at < 0 or len(tail) < at + _END_SIZE:
        return
    if struct.unpack_from("<L", tail, at + 12)[0] > _DIRECTORY:
        message = Sentence("the archive holds more files than anybody packs: it was made to do harm")
        raise flaw(file, "hostile_file", message, Sentence("Do not open it, and ask who sent it."))


def _damaged(file: str) -> ContactsError:
    message = Sentence("the archive is damaged or cut short")
    return flaw(file, "damaged_file", message, Sentence("Pack it again, or name the file that was in it."))
