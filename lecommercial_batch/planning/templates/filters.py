"""The filters of a message template: French amounts, dates, names and phone numbers."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from functools import cache, lru_cache
from typing import Final

from jinja2 import Undefined

from lecommercial_batch.core.model import Cell
from lecommercial_batch.core.sentence import Sentence
from lecommercial_batch.planning.templates.date_pattern import DatePattern, PatternError, date_pattern

LOCALE: Final = "fr_FR"
_REMEMBERED: Final = 10_000  #: texts for each filter
_DAYS: Final = ("%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y", "%d/%m/%y")
#: How the hours of that day are written after it, in a file of ours too.
_HOURS: Final = (" %H:%M", " %H:%M:%S", "T%H:%M:%S", "T%H:%M", " %Hh%M", " à %H:%M", " à %Hh%M")
_MOMENTS: Final = (*_DAYS, *(f"{day}{hours}" for day in _DAYS for hours in _HOURS))
_CLOCKS: Final = ("%H:%M", "%H:%M:%S", "%Hh%M", "%H h %M")
_EPOCH: Final = date(1900, 1, 1)
#: Words that stay small within a name: `Anne du Bellay`, `Charles d'Orléans`.
_PARTICLES: Final = frozenset({"de", "du", "des", "von", "van", "der", "den", "et"})
#: Articles that do so after "de" alone: `de la Tour`, but `Le Goff`.
_ARTICLES: Final = frozenset({"la", "les"})
#: Words that do so between the hyphens of a town's name: `Aix-en-Provence`.
_INNER: Final = frozenset({"en", "sur", "sous", "aux", "au", "à", "lès", "lez", "les", "la", "le", "et"})
_WORD: Final = re.compile(r"[^\W\d_]+")
_SEEN: Final = 4  #: characters after a word that tell whether it is the last, or `la` follows
_APOSTROPHES: Final = ("'", "’")


class BadValueError(ValueError):
    """A cell that a filter can make nothing of."""

    def __init__(self, sentence: Sentence, value: Cell) -> None:
        super().__init__(str(sentence))
        self.sentence = sentence
        self.value = value


def plain(value: Cell) -> str:
    """Print a cell as a French reader expects it: decimal comma, day first."""
    match value:
        case str():
            return value
        case bool():
            return "oui" if value else "non"
        case float():
            return _decimal_format()(value)
        case datetime() if (value.hour, value.minute, value.second) != (0, 0, 0):
            return value.strftime("%d/%m/%Y %H:%M")
        case date():
            return value.strftime("%d/%m/%Y")
        case _:
            return str(value)


def euros(value: Cell) -> str:
    """``1234.5`` or ``"1 234,50"`` → ``1 234,50 €``, with the no-break spaces of French typography."""
    from babel.numbers import format_currency  # noqa: PLC0415 - babel takes 50 ms to import: for those who use it

    written: str = format_currency(_amount(value), "EUR", locale=LOCALE)
    return written


def day(value: Cell, pattern: str = "dd/MM/yyyy") -> str:
    """Print a date by a pattern, see `date_pattern`. The first of a month is its ``1er``.

    What has no hours is not printed with any: « à 00:00 » would be read as midnight.
    """
    from babel.dates import format_datetime  # noqa: PLC0415 - as above

    wanted = _understood(pattern)
    when, has_time = _moment(value) if wanted.has_date else _clock(value)
    if wanted.has_time and not has_time:
        raise BadValueError(
            Sentence("“{value}” has no hour, and the message prints one", value=_shown(value)), value
        )
    return format_datetime(when, wanted.of_the_first if when.day == 1 else wanted.babel, locale=LOCALE)


def _understood(pattern: str) -> DatePattern:
    try:
        return date_pattern(pattern)
    except PatternError as error:
        raise BadValueError(error.sentence, pattern) from error


def title(value: Cell) -> str:
    """``JEAN-LUC DE LA TOUR`` → ``Jean-Luc de la Tour``, ``o'connor`` → ``O'Connor``, ``MCDONALD`` → ``McDonald``.

    A word with capitals and small letters is left as it is: somebody took the trouble.
    """
    name = unicodedata.normalize("NFC", str(value).strip())
    written: list[str] = []
    end, before = 0, ""
    for found in _WORD.finditer(name):
        gap, small = name[end : found.start()], found[0].lower()
        rest = name[found.end() : found.end() + _SEEN]
        keeps = not _is_of_one_case(found[0])
        stays_small = _is_particle(small, before, rest) or (gap[-1:] == rest[:1] == "-" and small in _INNER)
        written += (gap, found[0] if keeps else small if stays_small else _capital(small))
        end, before = found.end(), small
    return "".join(written) + name[end:]


def _is_of_one_case(word: str) -> bool:
    """Tell whether all letters are alike, or all but the first, as when Caps Lock was on."""
    return word in {word.lower(), word.upper()} or (len(word) > 1 and word == word[0].lower() + word[1:].upper())


def _is_particle(word: str, before: str, rest: str) -> bool:
    """Tell whether a word stays small: it is not the name's first, unless `la` follows, nor its last."""
    if not rest:
        return False
    if word in {"d", "l"}:
        return rest.startswith(_APOSTROPHES) and bool(before) and (word == "d" or before == "de")
    follows_la = word == "de" and rest.lower().startswith((" la ", " l'", " l’"))
    return (word in _PARTICLES and (bool(before) or follows_la)) or (word in _ARTICLES and before == "de")


def _capital(word: str) -> str:
    if word.startswith("mc") and len(word) > len("mcd"):
        return f"Mc{word[2:].capitalize()}"
    return word[:1].upper() + word[1:]


def phone(value: Cell) -> str:
    """``+33612345678`` or ``0612345678`` → ``06 12 34 56 78``."""
    from lecommercial_batch.planning.phones import national_format  # noqa: PLC0415 - phonenumbers' metadata is large

    return national_format(str(value))


def _amount(value: Cell) -> Decimal:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Decimal(str(value))
    text = re.sub(r"[\s\u00a0\u202f€]|EUR", "", str(value))
    if "," in text:
        text = text.replace(".", "").replace(",", ".")
    try:
        amount = Decimal(text)
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite():
        raise BadValueError(Sentence("“{value}” is not an amount", value=str(value)[:40]), value)
    return amount


def moment(value: Cell) -> datetime:
    """Return the moment that a cell holds, as a date or written out. Raises BadValueError."""
    return _moment(value)[0]


def _moment(value: Cell) -> tuple[datetime, bool]:
    """Return the moment, and whether the cell says its hours."""
    match value:
        case datetime():
            return value, True
        case date():
            return datetime.combine(value, time()), False
        case _:
            return _written(str(value).strip(), _MOMENTS)


def _clock(value: Cell) -> tuple[datetime, bool]:
    """Return a moment of which the hours alone are printed, whatever its day."""
    if isinstance(value, time):
        return datetime.combine(_EPOCH, value), True
    if isinstance(value, date):
        return _moment(value)
    return _written(str(value).strip(), (*_CLOCKS, *_MOMENTS))


def _written(text: str, ways: Sequence[str]) -> tuple[datetime, bool]:
    for written in ways:
        try:
            return datetime.strptime(text, written), "%H" in written  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    raise BadValueError(Sentence("“{value}” is not a date", value=text[:40]), text)


def _shown(value: Cell) -> str:
    return plain(value)[:40]


@cache
def _decimal_format() -> Callable[[float], str]:
    from babel.numbers import format_decimal  # noqa: PLC0415 - as above

    return lambda value: format_decimal(value, locale=LOCALE)


def _keeping_empty(filter_: Callable[..., str]) -> Callable[..., str | Undefined]:
    """Let an empty cell through, so that ``{{ ville|title|default("chez vous") }}`` works.

    What texts came to is remembered: a column repeats its dates and towns, and Babel takes 10 µs for each.
    """
    remembered = lru_cache(maxsize=_REMEMBERED)(filter_)

    def wrapped(value: Cell | Undefined, *arguments: str) -> str | Undefined:
        if isinstance(value, str):
            return remembered(value, *arguments)
        return value if isinstance(value, Undefined) else filter_(value, *arguments)

    return wrapped


FILTERS: Final = {
    name: _keeping_empty(filter_)
    for name, filter_ in {"euros": euros, "date": day, "title": title, "phone": phone}.items()
}
