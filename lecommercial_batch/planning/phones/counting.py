"""How many cells of a column a region reads as its mobiles: a part of reading, to compare many regions by."""

import re
from collections.abc import Sequence
from typing import Final

import phonenumbers

from lecommercial_batch.core.model import Cell
from lecommercial_batch.planning.phones.numbering import (
    FRENCH,
    is_mobile,
    kept_zero,
    lost_zero,
    may_be_mobile,
    overseas,
    parse,
    parse_existing,
)
from lecommercial_batch.planning.phones.text import as_text

_LETTER: Final = re.compile(r"[^\W\d_]")
_DIGIT: Final = re.compile(r"\d")


def count_mobiles(cells: Sequence[Cell], *, region: str) -> int:
    """Count the cells that hold a mobile of the region as its people write it, with no zero missing in groups."""
    texts = [text for cell in cells if isinstance(text := as_text(cell), str)]
    return sum(_is_mobile_of(text, region) for text in texts)


def _is_mobile_of(text: str, region: str) -> bool:
    digits = "".join(_DIGIT.findall(text))
    if not (_LETTER.search(text) or may_be_mobile(digits, region) or may_be_mobile("0" + digits, region)):
        return False
    number = parse_existing(text, region) or (kept_zero(digits, region) if text == digits else None)
    if number is None and region in FRENCH and (there := parse(text, region)) and (elsewhere := overseas(there)):
        return is_mobile(elsewhere)
    if number is None or number.country_code != phonenumbers.country_code_for_region(region):
        return False
    return is_mobile(number) and (text == digits or not lost_zero(digits, number, region))
