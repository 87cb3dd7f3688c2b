"""A path in, the reader for that file out."""

import codecs
import re
from contextlib import closing
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from lecommercial_batch.contacts import packed
from lecommercial_batch.contacts.flaw import flaw
from lecommercial_batch.core.errors import ContactsError
from lecommercial_batch.core.language import why
from lecommercial_batch.core.ports import Source
from lecommercial_batch.core.sentence import Sentence

_TEXT: Final = (".csv", ".tsv", ".txt")
_WORKBOOKS: Final = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
_BARE: Final = (*_TEXT, *_WORKBOOKS, ".html", ".htm", ".vcf", ".parquet")
SUPPORTED: Final = (*_BARE, *packed.ENDINGS)
STANDARD_INPUT: Final = Path("-")

_WORKBOOK: Final = (*packed.ZIP, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")  # OLE for .xls
_PARQUET: Final = b"PAR1"
_MARKUP: Final = re.compile(
    r"<(?:!doctype|!--|\?xml|html|head|meta|style|body|div|center|font|table|tr\b|(?:\w+:)?workbook)",
    re.IGNORECASE,
)
_JSON: Final = re.compile(r'\{\s*["}]|\[\s*["{[]')  # a column called [Nom] has a letter there
_CARD: Final = re.compile(r"BEGIN:VCARD\s", re.IGNORECASE)
#: How files begin that are no tables, whatever they are called.
_OTHERS: Final = (
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"%PDF", "PDF"),
    (b"{\\rtf", "RTF"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7z"),
    (b"SQLite format 3", "SQLite"),
)


def open_contacts(
    path: Path, *, name: str | None = None, sheet: str | None = None, header: int | None = None
) -> Source:
    """Open a contact file and read its header; the path `-` is standard input.

    The extension says what it is; where the content says otherwise, as with a CSV renamed to .xls, the content
    is believed. ``name`` is what messages call the file, ``sheet`` the sheet of a workbook (default: the first
    visible one), ``header`` the row of the header as a spreadsheet shows it (default: found).

    Raises:
        ContactsError: the file is missing, unreadable, empty or of no known kind.
    """
    if path == STANDARD_INPUT:
        from lecommercial_batch.contacts.stdin import Spooled  # noqa: PLC0415 - loaded when needed

        return Spooled(lambda copy: _opened(copy, _start(copy, "-"), "-", sheet, header))
    file = name or str(path)
    start = _start(path, file)
    if path.suffix.lower() not in SUPPORTED:
        raise _unsupported(path, file)
    return _opened(path, start, file, sheet, header)


def _opened(path: Path, start: bytes, file: str, sheet: str | None, header: int | None) -> Source:
    """Return the reader for a file, or for the one that is packed in it."""
    if not packed.is_archive(path, start, file=file):
        return _reader(path, start, file, sheet, header)
    from lecommercial_batch.contacts.stdin import Spooled  # noqa: PLC0415 - loaded when needed

    def inner(copy: Path) -> Source:
        start = _start(copy, member)
        if packed.is_archive(copy, start, file=member):
            message = Sentence("an archive is in the archive")
            raise flaw(member, "not_a_table", message, Sentence("Unpack it, and name the file that was in it."))
        return _reader(copy, start, member, sheet, header)

    content, member = packed.open_packed(path, start, file=file, endings=_BARE)
    with closing(content):
        return Spooled(inner, opened=content)


def _reader(path: Path, start: bytes, file: str, sheet: str | None, header: int | None) -> Source:
    """Return the reader for what a file holds, as far as its first bytes tell; each is loaded when needed."""
    if not start:
        advice = Sentence("Save it again, with a header row.")
        raise flaw(file, "empty_file", Sentence("the file is empty"), advice)
    if start.startswith(_WORKBOOK):
        from lecommercial_batch.contacts.workbook import Workbook  # noqa: PLC0415 - see the docstring

        return Workbook(path, file=file, sheet=sheet, header=header)
    text = _as_text(start)
    _refuse_others(start, text, file)
    if _MARKUP.match(text):
        from lecommercial_batch.contacts.page import Page  # noqa: PLC0415 - see the docstring

        return Page(path, file=file, sheet=sheet, header=header)
    if sheet is not None:
        message = Sentence("a text file has no sheet “{sheet}”", sheet=sheet)
        raise flaw(file, "unknown_sheet", message, Sentence("Remove `sheet` from the campaign."))
    if header is not None and (start.startswith(_PARQUET) or _CARD.match(text)):
        message = Sentence("the file has no header row: its columns have their names without one")
        raise flaw(file, "no_header", message, Sentence("Remove `header`."))
    if start.startswith(_PARQUET):
        from lecommercial_batch.contacts.parquet import Parquet  # noqa: PLC0415 - see the docstring

        return Parquet(path, file=file)
    if _CARD.match(text):
        from lecommercial_batch.contacts.vcard import VCards  # noqa: PLC0415 - see the docstring

        return VCards(path, file=file)
    from lecommercial_batch.contacts.delimited import Delimited  # noqa: PLC0415 - see the docstring

    return Delimited(path, file=file, header=header)


def _refuse_others(start: bytes, text: str, file: str) -> None:
    for mark, kind in _OTHERS:
        if start.startswith(mark):
            message = Sentence("this is a {kind} file, not a table", kind=kind)
            raise flaw(file, "not_a_table", message, Sentence("Save it from the spreadsheet as .xlsx or as CSV."))
    if _JSON.match(text):
        message = Sentence("this is JSON, not a table")
        raise flaw(file, "not_a_table", message, Sentence("Have the contacts exported as CSV or as .xlsx."))


def _as_text(start: bytes) -> str:
    wide = start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    text = start[: len(start) // 2 * 2].decode("utf-16" if wide else "utf-8", "replace")
    return text.lstrip("\ufeff \t\r\n")


def _start(path: Path, file: str) -> bytes:
    try:
        with path.open("rb") as opened:
            return opened.read(512)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise flaw(file, "file_not_found", Sentence("there is no such file"), _near(path)) from error
    except IsADirectoryError as error:
        raise _directory(path, file) from error
    except (OSError, ValueError) as error:
        if path.is_dir():  # which Windows calls a lack of permission
            raise _directory(path, file) from error
        reason = why(error) if isinstance(error, OSError) else str(error)
        message = Sentence("the file cannot be read: {error}", error=reason)
        advice = Sentence("Close it if another program has it open, and check that you may read it.")
        raise flaw(file, "unreadable_file", message, advice) from error


def _directory(path: Path, file: str) -> ContactsError:
    names = _tables_in(path)
    advice = (
        Sentence("Name a file in it, such as {file}.", file=str(path / names[0]))
        if names
        else Sentence("Name a file: {endings}.", endings=", ".join(SUPPORTED))
    )
    return flaw(file, "is_a_folder", Sentence("this is a folder, not a file"), advice)


def _unsupported(path: Path, file: str) -> ContactsError:
    message = (
        Sentence("files that end in {ending} cannot be read", ending=path.suffix)
        if path.suffix
        else Sentence("the file's name has no ending that tells what it is")
    )
    advice = Sentence("Save it as one of: {endings}.", endings=", ".join(SUPPORTED))
    return flaw(file, "unsupported_file", message, advice)


def _near(path: Path) -> Sentence:
    if not path.parent.is_dir():
        return Sentence("There is no folder {folder} either: check the path.", folder=str(path.parent))
    names = _tables_in(path.parent)
    by_stem = {Path(name).stem.casefold(): name for name in names}
    if near := get_close_matches(path.stem.casefold(), by_stem, n=1, cutoff=0.5):
        return Sentence("Did you mean {file}?", file=str(path.parent / by_stem[near[0]]))
    if names:
        shown = ", ".join(names[:5])
        return Sentence("Contact files in that folder: {files}.", files=shown)
    return Sentence("Check the path: there is no contact file in that folder.")


def _tables_in(folder: Path) -> list[str]:
    try:
        names = sorted(entry.name for entry in folder.iterdir())
    except OSError:
        return []
    return [name for name in names if name.lower().endswith(SUPPORTED) and not name.startswith(("~$", "."))]
