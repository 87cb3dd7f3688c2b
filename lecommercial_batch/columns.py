"""Column names: matched the way people write them, and guessed from what a header says."""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Sequence
from difflib import get_close_matches
from itertools import pairwise
from typing import Final

from lecommercial_batch.header_words import (
    ANOTHERS,
    BY_MAIL,
    COMPANY,
    CONSENT,
    COUNTRY,
    COUNTRY_ALONE,
    ELSEWHERE,
    FIRST_NAME,
    LANDLINE,
    LAST_NAME,
    MOBILE,
    NAME,
    NO_NAME,
    PERHAPS_CONSENT,
    PHONE,
    WEAK,
    YES_OR_NO,
)
from lecommercial_batch.model import Cell, Reading
from lecommercial_batch.phones import normalise, region_of, says_nothing

_LIGATURES: Final = str.maketrans({"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae"})
_WORD: Final = re.compile(r"[^\W\d_]+")
_HUMP: Final = re.compile(r"(?<=[a-zà-ÿ])(?=[A-ZÀ-Þ])")


#: The columns of a list's contacts.
LISTED: Final = ("phone", "name", "lastname", "id")


_OURS: Final = "lc_"  #: how a report's own columns begin
_WRITTEN_TO: Final = "lc_phone"
_LONG_HEADER: Final = 40  #: characters
_DIGITS: Final = re.compile(r"\d{2}")
_MOST: Final = 0.5  #: of the filled cells of a column


def key(name: str) -> str:
    """Return what two writings of one column name have in common: `Prénom` and `PRENOM` both give `prenom`.

    Case, accents, spaces and punctuation are ignored.
    """
    bare = unicodedata.normalize("NFKD", name.translate(_LIGATURES)).casefold()
    return "".join(filter(str.isalnum, bare))


def find_column(name: str, columns: Sequence[str]) -> int | None:
    """Return the index of the column called ``name``; a column spelt exactly so goes before look-alikes."""
    if name in columns:
        return columns.index(name)
    wanted = key(name)
    return next((index for index, column in enumerate(columns) if wanted and key(column) == wanted), None)


def suggest(name: str, columns: Iterable[str]) -> str | None:
    """Return the column that ``name`` was probably meant to be, or None where none comes near."""
    by_key = {key(column): column for column in reversed(list(columns))}
    wanted = key(name)
    if near := get_close_matches(wanted, by_key, n=1, cutoff=0.6):
        return by_key[near[0]]
    contained = [known for known in by_key if _contain(wanted, known)]
    return by_key[min(contained, key=len)] if contained else None


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

    own = [index for index, name in enumerate(columns) if not name.startswith(_OURS) and name not in hidden]
    if is_report(columns):
        written_to = list(columns).index(_WRITTEN_TO)
        if rows := [row for row in samples if str(row[written_to]).strip()]:
            agreeing = [index for index in own if _agree(rows, index, written_to, region)]
            return max(agreeing, key=lambda index: (_phone_strength(columns[index]), -index), default=written_to)
    best: tuple[tuple[bool, bool, int, int, int], int] | None = None
    for index in own:
        column = columns[index]
        strength = _phone_strength(column)
        mobile = _share(samples, index, is_mobile) > _MOST
        if strength == 0 or (strength == 1 and not mobile) or ANOTHERS & _words(column):
            continue
        filled = any(str(row[index]).strip() for row in samples)  # an empty column never goes before a full one
        rank = (filled, mobile, strength, sum(is_mobile(row[index]) for row in samples), -index)
        if best is None or rank > best[0]:
            best = rank, index
    return best[1] if best else None


def other_phones(
    columns: Sequence[str], samples: Sequence[Sequence[Cell]], *, phone: int, region: str
) -> Sequence[str]:
    """Return the columns in which other mobiles stand than in the guessed one; none in a report of ours."""
    if is_report(columns):
        return []
    taken = {_number(row[phone], region) for row in samples}
    return [
        column
        for index, column in enumerate(columns)
        if index != phone and _phone_strength(column) and not ANOTHERS & _words(column)
        if any(_mobile(row[index], region) not in taken for row in samples if _mobile(row[index], region))
    ]


def is_header(cells: Sequence[Cell], *, phone: int) -> bool:
    """Tell whether a row is a header: words alone, and one that speaks of a phone where the numbers are."""
    words = [cell for cell in cells if str(cell).strip()]
    plain = all(isinstance(cell, str) and len(cell) <= _LONG_HEADER and not _DIGITS.search(cell) for cell in words)
    return plain and len(words) > 1 and _phone_strength(str(cells[phone])) > 1


def is_report(columns: Sequence[str]) -> bool:
    """Tell whether a file is one of our reports."""
    return _WRITTEN_TO in columns and "lc_status" in columns


def is_ours(columns: Sequence[str]) -> bool:
    """Tell whether a file is one that we wrote: a report, or a list's contacts."""
    return is_report(columns) or tuple(columns) == LISTED


def guess_consent(columns: Sequence[str], samples: Sequence[Sequence[Cell]] = ()) -> int | None:
    """Return the index of the column that seems to say who agreed to be written to.

    Its header speaks of consent and, where there are ``samples``, yes or no stands in it: the date of a consent
    would leave everybody out.
    """
    answered = [
        index for index in range(len(columns)) if _share(samples, index, _is_yes_or_no) > _MOST
    ]  # all of them where there is nothing to judge by
    answered = [index for index in answered if not BY_MAIL & _words(columns[index])]
    certain = [index for index in answered if _says_consent(columns[index])]
    perhaps = [index for index in answered if samples and PERHAPS_CONSENT & _words(columns[index])]
    return next(iter(certain + perhaps), None)


def guess_country(columns: Sequence[str], samples: Sequence[Sequence[Cell]]) -> int | None:
    """Return the index of the column that seems to name each row's country, or its calling code.

    Its header says so, and so do most of its cells.
    """
    return next((index for index in _countries(columns) if _share(samples, index, _is_country) > _MOST), None)


def doubtful_country(columns: Sequence[str], samples: Sequence[Sequence[Cell]]) -> int | None:
    """Return the index of the column of countries, understood or not: it is never passed over."""
    filled = (index for index in _countries(columns) if not all(says_nothing(row[index]) for row in samples))
    found = guess_country(columns, samples)
    return next(filled, None) if found is None else found


def _countries(columns: Sequence[str]) -> Sequence[int]:
    """Return the columns whose header says that they name countries, and not where somebody was born."""
    by_words = [(index, _words(column)) for index, column in enumerate(columns)]
    return [
        index
        for index, words in by_words
        if words & COUNTRY or (words and words <= COUNTRY_ALONE)
        if not words & ELSEWHERE and not _phone_strength(columns[index])
    ]


def guess_name(columns: Sequence[str]) -> int | None:
    """Return the index of the column to greet people by: a first name, else a name."""
    for words in (FIRST_NAME, NAME):
        for index, column in enumerate(columns):
            if words & _words(column) and not _phone_strength(column):
                return index
    return None


def names(columns: Sequence[str], *, phone: str) -> list[int]:
    """Return the columns that say who somebody is; where no header says so, all but the phone's."""
    words = FIRST_NAME | NAME | COMPANY
    found = [
        index
        for index, column in enumerate(columns)
        if words & _words(column) and not NO_NAME & _words(column) and not _phone_strength(column)
    ]
    return found or [index for index, column in enumerate(columns) if column != phone]


def guess_first_name(columns: Sequence[str]) -> int | None:
    """Return the index of the column of first names, or of whole names in English."""
    by_words = [(index, _words(column)) for index, column in enumerate(columns)]
    certain = [index for index, words in by_words if words & FIRST_NAME]
    perhaps = [index for index, words in by_words if "name" in words and not words & LAST_NAME]
    return next(iter(certain + perhaps), None)


def guess_last_name(columns: Sequence[str]) -> int | None:
    """Return the index of the column of family names."""
    by_words = ((index, _words(column)) for index, column in enumerate(columns))
    return next((index for index, words in by_words if words & LAST_NAME and not words & FIRST_NAME), None)


def _agree(rows: Sequence[Sequence[Cell]], index: int, written_to: int, region: str) -> bool:
    """Tell whether a column holds the numbers that were written to."""
    return all(_number(row[index], region) == _number(row[written_to], region) for row in rows)


def _number(cell: Cell, region: str) -> str:
    reading = normalise(cell, region=region, accept_any=True)
    return reading.phone.e164 if isinstance(reading, Reading) else ""


def _mobile(cell: Cell, region: str) -> str:
    reading = normalise(cell, region=region)
    return reading.phone.e164 if isinstance(reading, Reading) else ""


def _phone_strength(column: str) -> int:
    """Rate a header: 4 a mobile, 3 a phone, 2 a landline's, 1 perhaps a phone, 0 none."""
    words = _words(column)
    if _says_consent(column):
        return 0
    if words & MOBILE:
        return 4
    if words & PHONE:
        return 2 if words & LANDLINE else 3
    return 1 if words and words <= WEAK else 0


def _says_consent(column: str) -> bool:
    return bool(CONSENT & _words(column))


def _is_yes_or_no(cell: Cell) -> bool:
    return str(cell).strip().casefold() in YES_OR_NO


def _is_country(cell: Cell) -> bool:
    return region_of(cell) is not None or says_nothing(cell)


def _words(column: str) -> frozenset[str]:
    """Return a header's words, and its neighbours run together: `Opt-in` holds `opt`, `in` and `optin`."""
    composed = unicodedata.normalize("NFC", column).replace("📱", " mobile ")
    words = [key(word) for word in _WORD.findall(_HUMP.sub(" ", composed))]
    return frozenset(words) | {first + second for first, second in pairwise(words)}


def _contain(one: str, other: str) -> bool:
    return min(len(one), len(other)) >= 3 and (one in other or other in one)  # noqa: PLR2004 - `tel`, `nom`


def _share(samples: Sequence[Sequence[Cell]], index: int, is_mobile: Callable[[Cell], bool]) -> float:
    """Return which part of the filled cells of a column are mobile numbers; 1 where there are none to judge by."""
    filled = [row[index] for row in samples if str(row[index]).strip()]
    return sum(map(is_mobile, filled)) / len(filled) if filled else 1.0
