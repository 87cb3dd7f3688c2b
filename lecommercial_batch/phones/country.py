"""A cell of a country column in, the region whose national numbers stand beside it out."""

import unicodedata
from collections.abc import Mapping
from functools import cache
from typing import Final

import phonenumbers
from babel import Locale

from lecommercial_batch.model import Cell
from lecommercial_batch.phones.numbering import is_region

_LANGUAGES: Final = ("fr", "en")
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
