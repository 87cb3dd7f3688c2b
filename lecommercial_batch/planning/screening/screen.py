"""Rows in, recipients and rejections out: who may be written to."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from lecommercial_batch.core.model import Cell, Phone, Reading, Reason, Recipient, Rejection, Row, Unusable
from lecommercial_batch.core.phone_set import People
from lecommercial_batch.core.sentence import Sentence
from lecommercial_batch.planning.phones.number_map import NumberMap
from lecommercial_batch.planning.screening.first_mobile import column_taken
from lecommercial_batch.planning.screening.flawed_rows import FlawedRow, HiddenRow

_YES: Final = frozenset({"oui", "o", "yes", "y", "true", "1", "x", "vrai", "ok"})
_SAID_NO: Final = 1
_SAID_YES: Final = 2

#: A row with what was read in its phone cell.
Read = tuple[Row, Reading | Unusable]


class Duplicates(StrEnum):
    """Which of the rows with one number is written to."""

    FIRST = "first"  #: the first that may be
    LAST = "last"  #: the last that may be
    REJECT_ALL = "reject_all"  #: none of them


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """What a report that is fed back says of who did not agree, where the campaign asks no column."""

    reason: int  #: index of its `lc_reason`
    consent: int | None  #: index of the column in which somebody may have been put right since

    def __contains__(self, row: Row) -> bool:
        if row.cells[self.reason] != Reason.NO_CONSENT:
            return False
        return self.consent is None or not says_yes(row.cells[self.consent])


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Whom a campaign writes to, in terms of a file's columns."""

    phone: int  #: index of the phone column; of several, the first
    columns: tuple[str, ...]
    consent: int | None = None  #: index of the column that must say yes
    only: tuple[tuple[int, Collection[str]], ...] = ()  #: (index, casefolded values), all must hold
    opted_out: People = ()
    refused: Refused | None = None  #: of a report
    settled: NumberMap | None = None  #: the row to take of each number, 0 for none; without it the first


def screen(rows: Iterable[Read], *, rules: Rules) -> Iterator[Recipient | Rejection]:
    """Decide for each row whether we write to it.

    One result a row, in order: a row is never dropped in silence. Of rows with one number the first wins, unless
    ``rules.settled`` says otherwise.
    """
    seen = NumberMap()
    for row, reading in rows:
        yield _unwanted(row, rules) or _decide(row, rules, reading, seen)


def settle(rows: Iterable[Read], *, rules: Rules, which: Duplicates) -> NumberMap:
    """Return for each number which row is written to at it, 0 for none.

    It takes a pass over the rows of its own.
    """
    settled = NumberMap()
    for row, reading in rows:
        if isinstance(reading, Reading) and not _unwanted(row, rules) and reading.phone not in rules.opted_out:
            number = int(reading.phone.e164)
            again = which is Duplicates.REJECT_ALL and number in settled
            settled[number] = 0 if again else row.number
    return settled


def says_yes(cell: Cell) -> bool:
    """Tell whether a consent cell says yes: oui, yes, true, 1, x, vrai."""
    return str(cell).strip().casefold() in _YES


@dataclass(frozen=True, slots=True)
class Withheld:
    """The people of a file who do not say yes, in none of their rows."""

    said: NumberMap = field(default_factory=NumberMap)  #: number → whether yes was said

    def __contains__(self, phone: Phone, /) -> bool:
        return self.said.get(int(phone.e164), _SAID_YES) == _SAID_NO


def withheld(rows: Iterable[Read], *, consent: int) -> Withheld:
    """Return who does not agree, by the column of this index."""
    said = NumberMap()
    for row, reading in rows:
        if isinstance(reading, Reading) and not isinstance(row, FlawedRow):
            number = int(reading.phone.e164)
            says = _SAID_YES if says_yes(row.cells[consent]) else _SAID_NO
            said[number] = max(says, said.get(number, _SAID_NO))
    return Withheld(said)


def _unwanted(row: Row, rules: Rules) -> Rejection | None:
    if isinstance(row, FlawedRow):
        return Rejection(row, Reason.BAD_ROW, row.flaw, row.column)
    if isinstance(row, HiddenRow):
        return Rejection(row, Reason.HIDDEN, Sentence("the spreadsheet does not show this row"))
    for index, values in rules.only:
        if str(row.cells[index]).strip().casefold() not in values:
            detail = Sentence("“{value}” is not among the values to keep", value=_shown(row.cells[index]))
            return Rejection(row, Reason.NOT_SELECTED, detail, rules.columns[index])
    if rules.consent is not None and not says_yes(row.cells[rules.consent]):
        said = _shown(row.cells[rules.consent])
        detail = (
            Sentence("the consent column says “{value}”", value=said) if said else Sentence("no consent is given")
        )
        return Rejection(row, Reason.NO_CONSENT, detail, rules.columns[rules.consent])
    if rules.refused is not None and row in rules.refused:
        return Rejection(row, Reason.NO_CONSENT, Sentence("an earlier campaign had no consent of this person"))
    return None


def _decide(row: Row, rules: Rules, reading: Reading | Unusable, seen: NumberMap) -> Recipient | Rejection:
    column = rules.columns[rules.phone]
    if isinstance(reading, Unusable):
        return Rejection(row, reading.reason, reading.detail, reading.column or column)
    phone = reading.phone
    if phone in rules.opted_out:
        column = column_taken(reading.repair) or column
        return Rejection(row, Reason.OPTED_OUT, Sentence("this person asked not to be written to"), column)
    number = int(phone.e164)
    if rules.settled is not None and (taken := rules.settled.get(number, row.number)) != row.number:
        return Rejection(row, Reason.DUPLICATE, _other(taken), column_taken(reading.repair) or column)
    if (first := seen.setdefault(number, row.number)) != row.number:
        detail = Sentence("same number as row {first}", first=first)
        return Rejection(row, Reason.DUPLICATE, detail, column_taken(reading.repair) or column)
    return Recipient(row, phone, reading.repair)


def _other(taken: int) -> Sentence:
    if taken:
        return Sentence("same number as row {last}, which is the one to take", last=taken)
    return Sentence("several rows have this number, and none is to be taken")


def _shown(cell: Cell) -> str:
    return str(cell).strip()[:40]
