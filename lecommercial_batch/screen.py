"""Rows in, recipients and rejections out: who may be written to."""

from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from lecommercial_batch.model import Cell, FlawedRow, Phone, Reading, Reason, Recipient, Rejection, Row, Unusable
from lecommercial_batch.sentence import Sentence

_YES: Final = frozenset({"oui", "o", "yes", "y", "true", "1", "x", "vrai", "ok"})


class Duplicates(StrEnum):
    """Which of the rows with one number is written to."""

    FIRST = "first"  #: the first that may be
    LAST = "last"  #: the last that may be
    REJECT_ALL = "reject_all"  #: none of them


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Whom a campaign writes to, in terms of a file's columns."""

    phone: int  #: index of the phone column
    columns: tuple[str, ...]
    consent: int | None = None  #: index of the column that must say yes
    only: tuple[tuple[int, Collection[str]], ...] = ()  #: (index, casefolded values), all must hold
    opted_out: Container[Phone] = field(default_factory=frozenset)
    settled: Mapping[Phone, int] = field(
        default_factory=dict
    )  #: number of several rows → the one to take, 0 for none


def screen(
    rows: Iterable[Row], *, rules: Rules, read: Callable[[Row], Reading | Unusable]
) -> Iterator[Recipient | Rejection]:
    """Decide for each row whether we write to it.

    One result a row, in order: a row is never dropped in silence. Of rows with one number the first wins, unless
    ``rules.settled`` says otherwise.
    """
    first_seen: dict[Phone, int] = {}
    for row in rows:
        yield _unwanted(row, rules) or _decide(row, rules, read(row), first_seen)


def settle(
    rows: Iterable[Row], *, rules: Rules, read: Callable[[Row], Reading | Unusable], which: Duplicates
) -> Mapping[Phone, int]:
    """Return for each number that several rows could be written to at which of them is, 0 for none.

    It takes a pass over the rows of its own, and holds every number once.
    """
    seen: set[Phone] = set()
    repeated: dict[Phone, int] = {}
    for row in rows:
        reading = None if _unwanted(row, rules) else read(row)
        if isinstance(reading, Reading) and reading.phone not in rules.opted_out:
            if reading.phone in seen:
                repeated[reading.phone] = row.number if which is Duplicates.LAST else 0
            seen.add(reading.phone)
    return repeated


def says_yes(cell: Cell) -> bool:
    """Tell whether a consent cell says yes: oui, yes, true, 1, x, vrai."""
    return str(cell).strip().casefold() in _YES


def _unwanted(row: Row, rules: Rules) -> Rejection | None:
    if isinstance(row, FlawedRow):
        return Rejection(row, Reason.BAD_ROW, row.flaw, row.column)
    for index, values in rules.only:
        if str(row.cells[index]).strip().casefold() not in values:
            detail = Sentence("“{value}” is not among the values to keep", value=_shown(row.cells[index]))
            return Rejection(row, Reason.NOT_SELECTED, detail, rules.columns[index])
    if rules.consent is not None and not says_yes(row.cells[rules.consent]):
        detail = Sentence("the consent column says “{value}”", value=_shown(row.cells[rules.consent]))
        return Rejection(row, Reason.NO_CONSENT, detail, rules.columns[rules.consent])
    return None


def _decide(
    row: Row, rules: Rules, reading: Reading | Unusable, first_seen: dict[Phone, int]
) -> Recipient | Rejection:
    column = rules.columns[rules.phone]
    match reading:
        case Unusable(reason=reason, detail=detail):
            return Rejection(row, reason, detail, column)
        case Reading(phone=phone) if phone in rules.opted_out:
            return Rejection(row, Reason.OPTED_OUT, Sentence("this person asked not to be written to"), column)
        case Reading(phone=phone) if (taken := rules.settled.get(phone, row.number)) != row.number:
            return Rejection(row, Reason.DUPLICATE, _other(taken), column)
        case Reading(phone=phone) if (first := first_seen.setdefault(phone, row.number)) != row.number:
            return Rejection(row, Reason.DUPLICATE, Sentence("same number as row {first}", first=first), column)
        case Reading(phone=phone, repair=repair):
            return Recipient(row, phone, repair)


def _other(taken: int) -> Sentence:
    if taken:
        return Sentence("same number as row {last}, which is the one to take", last=taken)
    return Sentence("several rows have this number, and none is to be taken")


def _shown(cell: Cell) -> str:
    return str(cell).strip()[:40]
