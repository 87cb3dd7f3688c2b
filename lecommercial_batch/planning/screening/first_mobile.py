"""Several columns of numbers, of which the first mobile of each row is taken."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from lecommercial_batch.core.model import Cell, Reading, Reason, Row, Unusable
from lecommercial_batch.core.sentence import N_, Sentence
from lecommercial_batch.planning.phones import says_not
from lecommercial_batch.planning.screening.number_column import Numbers

_FROM: Final = N_("the number of the column “{column}”")
_REPAIRED: Final = N_("{repair}, in the column “{column}”")
_LETTER: Final = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstMobile:
    """How the numbers of a table are read whose rows have theirs in one of several columns.

    The first column that holds a mobile is taken, whatever stands in those before; of no mobile the first number,
    where any kind will do. A row without any is told what is wrong with the first that is filled. Words that say
    not to call, in any of the columns, hold for the row.
    """

    numbers: Numbers  #: how they are read, whichever column is looked at
    phones: Sequence[int]  #: the indices of the columns, the first choice first

    def read(self, row: Row, *, accept_any: bool = False) -> Reading | Unusable:
        """Read the number of one row."""
        return self._read([row], accept_any=accept_any or self.numbers.accept_any)[0]

    def read_many(self, rows: Sequence[Row]) -> Sequence[Reading | Unusable]:
        """Read the numbers of rows."""
        return self._read(rows, accept_any=self.numbers.accept_any)

    def _read(self, rows: Sequence[Row], *, accept_any: bool) -> Sequence[Reading | Unusable]:
        found: list[Reading | Unusable | None] = [self._forbidden(row) for row in rows]
        flaws: dict[int, Unusable] = {}
        for any_kind in (False, True)[: 1 + accept_any]:
            flaws = {}  # of the last pass: with any kind allowed, no landline is at fault
            for phone in self.phones:
                left = [index for index, each in enumerate(found) if each is None]
                numbers = replace(self.numbers, phone=phone, accept_any=any_kind)
                for index, reading in zip(left, numbers.read_many([rows[i] for i in left]), strict=True):
                    if isinstance(reading, Reading):
                        found[index] = self._told(reading, phone)
                    elif index not in flaws and _is_filled(rows[index].cells[phone]):
                        flaws[index] = replace(reading, column=self._name(phone))
                    elif phone == self.phones[-1]:
                        flaws.setdefault(index, replace(reading, column=self._name(self.phones[0])))
        return [flaws[index] if each is None else each for index, each in enumerate(found)]

    def _told(self, reading: Reading, phone: int) -> Reading:
        """Say which column a number comes from, where it is not the first."""
        if phone == self.phones[0]:
            return reading
        column = self._name(phone)
        if not reading.repair.template:
            return Reading(reading.phone, Sentence(_FROM, column=column))
        return Reading(reading.phone, Sentence(_REPAIRED, repair=reading.repair, column=column))

    def _forbidden(self, row: Row) -> Unusable | None:
        for phone in self.phones:
            cell = row.cells[phone]
            if isinstance(cell, str) and _LETTER.search(cell) and (words := says_not(cell)):
                detail = Sentence(
                    "the column “{column}” says “{words}”: nobody is written to in this row",
                    column=self._name(phone),
                    words=words,
                )
                return Unusable(Reason.INVALID_PHONE, detail, self._name(phone))
        return None

    def _name(self, phone: int) -> str:
        return self.numbers.columns[phone]


def column_taken(repair: Sentence) -> str:
    """Return the column that a number was read from, as its note says; empty where it is the first."""
    return str(repair.values["column"]) if repair.template in {_FROM, _REPAIRED} else ""


def was_repaired(repair: Sentence) -> bool:
    """Tell whether anything had to be done to read a number, but to look in another column."""
    return bool(repair.template) and repair.template != _FROM


def _is_filled(cell: Cell) -> bool:
    return bool(str(cell).strip())
