"""A list's contacts as a file that can be read back."""

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from lecommercial_batch.core.contact_lists import Contact
from lecommercial_batch.core.durable import replacing
from lecommercial_batch.core.errors import Problem, ReportError
from lecommercial_batch.core.language import _, why
from lecommercial_batch.core.sentence import Sentence
from lecommercial_batch.core.spreadsheet_text import harmless, unchanged
from lecommercial_batch.planning.screening.columns import LISTED

FORMATS: Final = (".csv", ".xlsx")
_WIDTHS: Final = (18, 20, 24, 10)


def write_people(path: Path, contacts: Sequence[Contact]) -> None:
    """Write contacts, numbers as text with their plus. The file appears whole or not at all.

    Raises:
        ReportError: it cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with replacing(path) as unfinished:
            (_write_xlsx if path.suffix.lower() == ".xlsx" else _write_csv)(unfinished, contacts)
    except OSError as error:
        message = Sentence("the file cannot be written: {reason}", reason=why(error))
        advice = Sentence("Close it if it is open elsewhere, or name another place.")
        raise ReportError(Problem(code="not_writable", file=str(path), message=message, advice=advice)) from error


def _write_csv(path: Path, contacts: Sequence[Contact]) -> None:
    with path.open("w", encoding="utf-8-sig", errors="replace", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(LISTED)
        for each in contacts:
            writer.writerow([unchanged(_phone(each)), harmless(each.name), harmless(each.lastname), each.id])


def _write_xlsx(path: Path, contacts: Sequence[Contact]) -> None:
    from openpyxl import Workbook  # noqa: PLC0415 - it takes 150 ms

    from lecommercial_batch.report import cells  # noqa: PLC0415 - as above
    from lecommercial_batch.report.sheets import draw  # noqa: PLC0415 - as above
    from lecommercial_batch.report.splice import save  # noqa: PLC0415 - as above
    from lecommercial_batch.report.styles import styles_of  # noqa: PLC0415 - as above
    from lecommercial_batch.report.table import Table  # noqa: PLC0415 - as above

    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("Contacts"))
    styles = styles_of(sheet)
    with Table(path.parent, [cells.text(name, styles.heading) for name in LISTED]) as table:
        for each in contacts:
            texts = (_phone(each), each.name, each.lastname)
            table.append([*(cells.text(text, styles.formats.text) for text in texts), cells.number(each.id)])
        save(book, path, draw(book, table, _WIDTHS, sheet))


def _phone(contact: Contact) -> str:
    return f"+{contact.phone}" if contact.phone.isdigit() else contact.phone
