"""A cell of a country column in, the region whose national numbers stand beside it out."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Final

import phonenumbers
from babel import Locale

from lecommercial_batch.model import Cell
from lecommercial_batch.phones.numbering import is_region

_LANGUAGES: Final = ("fr", "en")
#: Words as names are made of them: `La Réunion`, `Pays-Bas`, `Suisse`.
_NAMES: Final = tuple(re.compile(rf"[^\W\d_]+(?:[{joined}][^\W\d_]+)*") for joined in ("-'’ ", "-'’", "-"))
_LONG_NAME: Final = 4  #: letters
_UNKNOWN: Final = ("ZZ", "001")
#: What people write that is not the code of a country, nor its whole name.
_USUAL: Final = {
    "uk": "GB",
    "usa": "US",
    "us": "US",
    "angleterre": "GB",
    "england": "GB",
    "hollande": "NL",
    "holland": "NL",
}


def region_of(cell: Cell) -> str | None:
    """Return the region that a cell names: its ISO 3166 code, its French or English name, or its calling code.

    None where it names none.
    """
    text = str(cell).strip()
    if is_region(text.upper()):
        return text.upper()
    digits = text.removeprefix("+").removeprefix("00")
    if digits.isdecimal() and digits.isascii() and len(digits) <= 3:  # noqa: PLR2004 - the longest calling code
        found = phonenumbers.region_code_for_country_code(int(digits))
        return None if found in _UNKNOWN else found
    return _names().get(_bare(text))


def regions_named(text: str) -> Sequence[str]:
    """Return the regions that a text names among other words, by whole names alone: `ma` is no Morocco there."""
    words = [word for name in _NAMES for word in name.findall(text)]
    return [region for word in words if len(bare := _bare(word)) >= _LONG_NAME and (region := _names().get(bare))]


@cache
def _names() -> Mapping[str, str]:
    named = {
        _bare(name): region
        for language in _LANGUAGES
        for region, name in Locale.parse(language).territories.items()
        if is_region(region)
    }
    return {**named, **_USUAL}


def _bare(name: str) -> str:
    """Return a name without case, accents and punctuation."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKD", name).casefold()))
