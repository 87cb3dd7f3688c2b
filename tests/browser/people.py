"""A plan of many people, made up: names from real life among them."""

from collections.abc import Iterator
from typing import Final

from lecommercial_batch.core.model import Content, Phone, Reason, ReportRow, Row
from lecommercial_batch.core.sentence import Sentence
from tests.unit.report_rows import a_rejected_row, a_sent_row

FIRST: Final = ("Léa", "Jean-Luc", "Ngọc", "Zoé", "Mathéo", "Inès", "Loïc", "Anaïs", "Gaël", "Maëlys")
LAST: Final = ("O’Connor", "Đặng", "de La Tour", "Cœurdevey", "Benali", "Kaddour", "Müller", "Lefèvre", "Roussel")
NEEDLE: Final = ("Łucja", "Œuvrard-d’Été")  #: one person among all
HOSTILE: Final = "</script><img src=x onerror=alert(1)><script>alert(2)</script>"
ARABIC: Final = "مرحبا ليلى"
LONG: Final = "Papa" * 75

TEXT: Final = (
    "Bonjour {name}, votre devis n°{row} vous attend.\n*Offre* de _Noël_ : ~49 €~ `39 €`\nhttps://example.fr/{row}"
)


def people(count: int) -> Iterator[ReportRow]:
    """Yield so many rows: every fiftieth is left out, the last but one is the needle."""
    for row in range(2, count + 2):
        name = NEEDLE if row == count else (FIRST[row % len(FIRST)], LAST[row % len(LAST)])
        phone = f"+336{41_000_000 + row:08d}"
        if row % 50 == 0 and row != count:
            yield _left_out(row, name)
        else:
            yield a_message(row, " ".join(name), phone, TEXT.format(name=name[0], row=row) + "." * (row % 150))


def a_message(
    row: int, name: str, phone: str = "+33641999999", text: str = "Bonjour", file: str = ""
) -> ReportRow:
    return a_sent_row(
        row,
        name,
        phone,
        12.5,
        content=Content(text=text, file=file),
        phone=Phone(phone),
        row=Row(row, (name, phone, 12.5)),
    )


def _left_out(row: int, name: tuple[str, str]) -> ReportRow:
    reason = Reason.DUPLICATE if row % 100 else Reason.INVALID_PHONE
    detail = Sentence("same number as row {first}", first=2)
    return a_rejected_row(row, " ".join(name), "06 12", 8, reason=reason, detail=detail)
