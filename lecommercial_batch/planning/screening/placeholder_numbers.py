"""Numbers that people fill a compulsory field with."""

from typing import Final

from lecommercial_batch.core.errors import Problem, Severity
from lecommercial_batch.core.model import Phone, Row
from lecommercial_batch.core.sentence import Sentence

_END: Final = 8  #: digits
_MADE_UP: Final = frozenset(
    {"12345678", "23456789", "01020304", "06060606", "07070707", *(str(digit) * _END for digit in range(10))}
)
_NAMED: Final = 5  #: rows


class PlaceholderNumbers:
    """Looks for such numbers as rows go by. Nobody is left out for one: it may be somebody's."""

    def __init__(self, *, source: str, column: str) -> None:
        self._source = source
        self._column = column
        self._rows: list[int] = []

    def see(self, row: Row, phone: Phone) -> None:
        """Look at the number of one row that is written to."""
        if phone.e164[-_END:] in _MADE_UP:
            self._rows.append(row.number)

    def problems(self) -> list[Problem]:
        """Return what there is to say."""
        problem = Problem(
            code="placeholder_number",
            file=self._source,
            column=self._column,
            rows=tuple(self._rows[:_NAMED]),
            count=len(self._rows),
            message=Sentence("this looks like a number that fills a compulsory field, and may be a stranger's"),
            advice=Sentence("Ask for the number, or empty the cell."),
            severity=Severity.WARNING,
        )
        return [problem] if self._rows else []
