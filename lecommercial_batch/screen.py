"""Rows in, recipients and rejections out: who may be written to."""

from collections.abc import Callable, Collection, Container, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from lecommercial_batch.model import Cell, FlawedRow, Phone, Reading, Reason, Recipient, Rejection, Row, Unusable
from lecommercial_batch.sentence import Sentence

_YES: Final = frozenset({"oui", "o", "yes", "y", "true", "1", "x", "vrai", "ok"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Whom a campaign writes to, in terms of a file's columns."""

    phone: int  #: index of the phone column
    columns: tuple[str, ...]
    consent: int | None = None  #: index of the column that must say yes
    only: tuple[tuple[int, Collection[str]], ...] = ()  #: (index, casefolded values), all must hold
    opted_out: Container[Phone] = field(default_factory=frozenset)


def screen(
    rows: Iterable[Row], *, rules: Rules, normalise: Callable[[Cell], Reading | Unusable]
) -> Iterator[Recipient | Rejection]:
    """Decide for each row whether we write to it.

    One result a row, in order: a row is never dropped in silence. Of rows with one number the first wins.
    """
    first_seen: dict[Phone, int] = {}
    for row in rows:
        yield _unwanted(row, rules) or _decide(row, rules, normalise(row.cells[rules.phone]), first_seen)


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
        case Reading(phone=phone) if (first := first_seen.setdefault(phone, row.number)) != row.number:
            return Rejection(row, Reason.DUPLICATE, Sentence("same number as row {first}", first=first), column)
        case Reading(phone=phone, repair=repair):
            return Recipient(row, phone, repair)


def _shown(cell: Cell) -> str:
    return str(cell).strip()[:40]
