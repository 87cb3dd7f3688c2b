"""Column names: matched the way people write them, and guessed from what a header says."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from difflib import get_close_matches
from itertools import pairwise
from typing import Final

from lecommercial_batch.core.model import Cell
from lecommercial_batch.planning.phones import region_of, says_nothing
from lecommercial_batch.planning.screening.header_words import (
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

_LIGATURES: Final = str.maketrans({"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae"})
_WORD: Final = re.compile(r"[^\W\d_]+")
_HUMP: Final = re.compile(r"(?<=[a-zà-ÿ])(?=[A-ZÀ-Þ])")


#: The columns of a list's contacts.
LISTED: Final = ("phone", "name", "lastname", "id")


OURS: Final = "lc_"  #: how a report's own columns begin
WRITTEN_TO: Final = "lc_phone"
_LONG_HEADER: Final = 40  #: characters
_DIGITS: Final = re.compile(r"\d{2}")
MOST: Final = 0.5  #: of the filled cells of a column


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


def is_header(cells: Sequence[Cell], *, phone: int) -> bool:
    """Tell whether a row is a header: words alone, and one that speaks of a phone where the numbers are."""
    words = [cell for cell in cells if str(cell).strip()]
    plain = all(isinstance(cell, str) and len(cell) <= _LONG_HEADER and not _DIGITS.search(cell) for cell in words)
    return plain and len(words) > 1 and phone_strength(str(cells[phone])) > 1


def is_report(columns: Sequence[str]) -> bool:
    """Tell whether a file is one of our reports."""
    return WRITTEN_TO in columns and "lc_status" in columns


def is_ours(columns: Sequence[str]) -> bool:
    """Tell whether a file is one that we wrote: a report, or a list's contacts."""
    return is_report(columns) or tuple(columns) == LISTED


def guess_consent(columns: Sequence[str], samples: Sequence[Sequence[Cell]] = ()) -> int | None:
    """Return the index of the column that seems to say who agreed to be written to.

    Its header speaks of consent and, where there are ``samples``, yes or no stands in it: the date of a consent
    would leave everybody out.
    """
    answered = [
        index for index in range(len(columns)) if share_of(samples, index, _is_yes_or_no) > MOST
    ]  # all of them where there is nothing to judge by
    answered = [index for index in answered if not BY_MAIL & words_of(columns[index])]
    certain = [index for index in answered if _says_consent(columns[index])]
    perhaps = [index for index in answered if samples and PERHAPS_CONSENT & words_of(columns[index])]
    return next(iter(certain + perhaps), None)


def doubtful_consent(columns: Sequence[str], samples: Sequence[Sequence[Cell]]) -> int | None:
    """Return the index of the column that is called one of consents, whatever stands in it."""
    found = guess_consent(columns, samples)
    if found is not None:
        return found
    called = (index for index, name in enumerate(columns) if _says_consent(name) and not name.startswith(OURS))
    return next((index for index in called if not BY_MAIL & words_of(columns[index])), None)


def guess_country(columns: Sequence[str], samples: Sequence[Sequence[Cell]]) -> int | None:
    """Return the index of the column that seems to name each row's country, or its calling code.

    Its header says so, and so do most of its cells.
    """
    return next((index for index in _countries(columns) if share_of(samples, index, _is_country) > MOST), None)


def doubtful_country(columns: Sequence[str], samples: Sequence[Sequence[Cell]]) -> int | None:
    """Return the index of the column of countries, understood or not: it is never passed over."""
    filled = (index for index in _countries(columns) if not all(says_nothing(row[index]) for row in samples))
    found = guess_country(columns, samples)
    return next(filled, None) if found is None else found


def _countries(columns: Sequence[str]) -> Sequence[int]:
    """Return the columns whose header says that they name countries, and not where somebody was born."""
    by_words = [(index, words_of(column)) for index, column in enumerate(columns)]
    return [
        index
        for index, words in by_words
        if words & COUNTRY or (words and words <= COUNTRY_ALONE)
        if not words & ELSEWHERE and not phone_strength(columns[index])
    ]


def guess_name(columns: Sequence[str]) -> int | None:
    """Return the index of the column to greet people by: a first name, else a name."""
    for words in (FIRST_NAME, NAME):
        for index, column in enumerate(columns):
            if words & words_of(column) and not phone_strength(column):
                return index
    return None


def names(columns: Sequence[str], *, phone: str) -> list[int]:
    """Return the columns that say who somebody is; where no header says so, all but the phone's."""
    words = FIRST_NAME | NAME | COMPANY
    found = [
        index
        for index, column in enumerate(columns)
        if words & words_of(column) and not NO_NAME & words_of(column) and not phone_strength(column)
    ]
    return found or [index for index, column in enumerate(columns) if column != phone]


def guess_first_name(columns: Sequence[str]) -> int | None:
    """Return the index of the column of first names, or of whole names in English."""
    by_words = [(index, words_of(column)) for index, column in enumerate(columns)]
    certain = [index for index, words in by_words if words & FIRST_NAME]
    perhaps = [index for index, words in by_words if "name" in words and not words & LAST_NAME]
    return next(iter(certain + perhaps), None)


def guess_last_name(columns: Sequence[str]) -> int | None:
    """Return the index of the column of family names."""
    by_words = ((index, words_of(column)) for index, column in enumerate(columns))
    return next((index for index, words in by_words if words & LAST_NAME and not words & FIRST_NAME), None)


def phone_strength(column: str) -> int:
    """Rate a header: 4 a mobile, 3 a phone, 2 a landline's, 1 perhaps a phone, 0 none."""
    words = words_of(column)
    if _says_consent(column):
        return 0
    if words & MOBILE:
        return 4
    if words & PHONE:
        return 2 if words & LANDLINE else 3
    return 1 if words and words <= WEAK else 0


def _says_consent(column: str) -> bool:
    return bool(CONSENT & words_of(column))


def _is_yes_or_no(cell: Cell) -> bool:
    return str(cell).strip().casefold() in YES_OR_NO


def _is_country(cell: Cell) -> bool:
    return region_of(cell) is not None or says_nothing(cell)


def words_of(column: str) -> frozenset[str]:
    """Return a header's words, and its neighbours run together: `Opt-in` holds `opt`, `in` and `optin`."""
    composed = unicodedata.normalize("NFC", column).replace("📱", " mobile ")
    words = [key(word) for word in _WORD.findall(_HUMP.sub(" ", composed))]
    return frozenset(words) | {first + second for first, second in pairwise(words)}


def _contain(one: str, other: str) -> bool:
    return min(len(one), len(other)) >= 3 and (one in other or other in one)  # noqa: PLR2004 - `tel`, `nom`


def share_of(samples: Sequence[Sequence[Cell]], index: int, is_mobile: Callable[[Cell], bool]) -> float:
    """Return which part of the filled cells of a column are mobile numbers; 1 where there are none to judge by."""
    filled = [row[index] for row in samples if str(row[index]).strip()]
    return sum(map(is_mobile, filled)) / len(filled) if filled else 1.0
