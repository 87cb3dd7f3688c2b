"""Other countries' mobiles, made at random and written as they are there."""

import random
from collections.abc import Iterator, Sequence

import phonenumbers
from phonenumbers import PhoneNumberType

from lecommercial_batch.core.model import Cell

#: Each country's usual writings: a 9 stands for a digit of the number that is dialled at home.
WRITINGS = {
    "BE": ("9999 99 99 99", "9999/99.99.99", "9999999999"),
    "CH": ("999 999 99 99", "9999999999"),
    "LU": ("999 999 999", "999999999"),
    "NL": ("99 99999999", "99-99999999", "99 99 99 99 99", "9999999999"),
    "DE": ("9999 99999999", "9999/99999999", "999999999999"),
    "ES": ("999 99 99 99", "999 999 999", "999999999"),
    "PT": ("999 999 999", "999999999"),
    "IT": ("999 999 9999", "9999999999"),
    "GB": ("99999 999999", "99999999999"),
    "PL": ("999 999 999", "999999999"),
    "MA": ("99 99 99 99 99", "9999-999999", "9999999999"),
    "DZ": ("9999 99 99 99", "99 99 99 99 99", "9999999999"),
    "TN": ("99 999 999", "99999999"),
    "SN": ("99 999 99 99", "999999999"),
    "CI": ("99 99 99 99 99", "9999999999"),
    "CM": ("9 99 99 99 99", "999 99 99 99", "999999999"),
    "GN": ("999 99 99 99", "999999999"),
}
#: Countries whose numbers are dialled at home with a zero that is none of theirs.
ZERO = {"BE", "CH", "NL", "DE", "GB", "MA", "DZ"}
#: How many digits a number has that is random in all but its first.
DIGITS = {"DE": 11}


def numbers(region: str, count: int, chance: random.Random) -> Iterator[str]:
    """Yield digits of mobiles as they are dialled at home, spread over all that there can be."""
    example = phonenumbers.example_number_for_type(region, PhoneNumberType.MOBILE)
    assert example is not None
    length = DIGITS.get(region, len(phonenumbers.national_significant_number(example)))
    made = 0
    while made < count:
        digits = "".join(str(chance.randrange(10)) for _ in range(length))
        try:
            number = phonenumbers.parse(f"+{example.country_code}{digits}", None)
        except phonenumbers.NumberParseException:
            continue
        if (
            phonenumbers.number_type(number) == PhoneNumberType.MOBILE
            and len(phonenumbers.national_significant_number(number)) == length
            and phonenumbers.region_code_for_number(number) == region
        ):
            made += 1
            yield ("0" if region in ZERO else "") + digits


def written(region: str, writing: str, digits: Sequence[str]) -> list[Cell]:
    """Write numbers in one way; those of a writing without a 9 are kept as numbers by a spreadsheet."""
    if not writing:
        return [int(number) for number in digits]
    cells: list[Cell] = []
    for number in digits:
        left = iter(number)
        cells.append("".join(next(left) if sign == "9" else sign for sign in writing))
        assert not [*left], (region, writing, number)
    return cells
