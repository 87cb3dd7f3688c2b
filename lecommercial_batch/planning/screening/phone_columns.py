"""Which columns hold the numbers to write to, where nobody has said so."""

from collections.abc import Collection, Sequence
from itertools import permutations
from typing import Final

from lecommercial_batch.core.model import Cell, Reading
from lecommercial_batch.planning.phones import normalise
from lecommercial_batch.planning.screening.columns import (
    MOST,
    OURS,
    WRITTEN_TO,
    is_report,
    phone_strength,
    share_of,
    words_of,
)
from lecommercial_batch.planning.screening.header_words import ANOTHERS, FAX

_TRIED: Final = 4  #: columns whose order is looked for


def guess_phone(
    columns: Sequence[str],
    samples: Sequence[Sequence[Cell]] = (),
    *,
    region: str = "FR",
    hidden: Collection[str] = (),
) -> int | None:
    """Return the index of the column to send to, judged by its header; None where no header speaks of a phone.

    ``samples`` are a few rows of cells. They decide between headers that say the same, and whether a header
    like `Numéro`, which may count quotes as well as phones, is one at all. `Mobile du commercial` never is: it is
    somebody else's. Nor is one of the ``hidden``.

    Of a report that is fed back it is the column whose numbers were written to, since that is the one that people
    correct; where there is none, the report's own.
    """

    def is_mobile(cell: Cell) -> bool:
        return isinstance(normalise(cell, region=region), Reading)

    own = [index for index, name in enumerate(columns) if not name.startswith(OURS) and name not in hidden]
    if is_report(columns):
        written_to = list(columns).index(WRITTEN_TO)
        if rows := [row for row in samples if str(row[written_to]).strip()]:
            agreeing = [index for index in own if _agree(rows, index, written_to, region)]
            return max(agreeing, key=lambda index: (phone_strength(columns[index]), -index), default=written_to)
    best: tuple[tuple[bool, bool, int, int, int], int] | None = None
    for index in own:
        column = columns[index]
        strength = phone_strength(column)
        mobile = share_of(samples, index, is_mobile) > MOST
        if strength == 0 or (strength == 1 and not mobile) or ANOTHERS & words_of(column):
            continue
        filled = any(str(row[index]).strip() for row in samples)  # an empty column never goes before a full one
        rank = (filled, mobile, strength, sum(is_mobile(row[index]) for row in samples), -index)
        if best is None or rank > best[0]:
            best = rank, index
    return best[1] if best else None


def guess_phones(
    columns: Sequence[str],
    samples: Sequence[Sequence[Cell]] = (),
    *,
    region: str = "FR",
    hidden: Collection[str] = (),
) -> Sequence[int]:
    """Return the indices of the columns to send to, the first choice first; of most files it is one.

    Another is taken beside it where it holds mobiles of rows in which those before hold none. Of a report that is
    fed back they are those that together hold the numbers that were written to.
    """
    found = guess_phone(columns, samples, region=region, hidden=hidden)
    if found is None:
        return ()
    if is_report(columns):
        return _written_to_of(columns, samples, region) if found == list(columns).index(WRITTEN_TO) else (found,)
    chosen, left = [found], [row for row in samples if not _mobile(row[found], region)]
    for index in sorted(_perhaps_phones(columns), key=lambda index: -phone_strength(columns[index])):
        if index != found and columns[index] not in hidden and any(_mobile(row[index], region) for row in left):
            chosen.append(index)
            left = [row for row in left if not _mobile(row[index], region)]
    return sorted(chosen, key=lambda index: (-phone_strength(columns[index]), index))


def _perhaps_phones(columns: Sequence[str]) -> Sequence[int]:
    return [
        index
        for index, column in enumerate(columns)
        if phone_strength(column) > 1 and not column.startswith(OURS) and not (ANOTHERS | FAX) & words_of(column)
    ]


def _written_to_of(columns: Sequence[str], samples: Sequence[Sequence[Cell]], region: str) -> Sequence[int]:
    """Return the columns of a report whose first mobiles were written to; where none do, the report's own."""
    written_to = list(columns).index(WRITTEN_TO)
    rows = [row for row in samples if str(row[written_to]).strip()]
    holding = [
        index
        for index in _perhaps_phones(columns)
        if any(_mobile(row[index], region) == _number(row[written_to], region) for row in rows)
    ]
    for order in permutations(holding[:_TRIED]):
        first = (next(filter(None, (_mobile(row[index], region) for index in order)), "") for row in rows)
        if all(one == _number(row[written_to], region) for one, row in zip(first, rows, strict=True)):
            return order
    return (written_to,)


def other_phones(
    columns: Sequence[str], samples: Sequence[Sequence[Cell]], *, phones: Sequence[int], region: str
) -> Sequence[str]:
    """Return the columns in which other mobiles stand than in the guessed ones; none in a report of ours."""
    if is_report(columns):
        return []
    taken = {_number(row[phone], region) for row in samples for phone in phones}
    return [
        column
        for index, column in enumerate(columns)
        if index not in phones and phone_strength(column) and not ANOTHERS & words_of(column)
        if any(_mobile(row[index], region) not in taken for row in samples if _mobile(row[index], region))
    ]


def _agree(rows: Sequence[Sequence[Cell]], index: int, written_to: int, region: str) -> bool:
    """Tell whether a column holds the numbers that were written to."""
    return all(_number(row[index], region) == _number(row[written_to], region) for row in rows)


def _number(cell: Cell, region: str) -> str:
    reading = normalise(cell, region=region, accept_any=True)
    return reading.phone.e164 if isinstance(reading, Reading) else ""


def _mobile(cell: Cell, region: str) -> str:
    reading = normalise(cell, region=region)
    return reading.phone.e164 if isinstance(reading, Reading) else ""
