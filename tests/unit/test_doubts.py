"""Whose numbers a file seems to hold, where it does not say."""

import random
from collections.abc import Iterator, Sequence

import phonenumbers
import pytest
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from lecommercial_batch.core.model import Cell, Row
from lecommercial_batch.planning.screening.file_warnings import other_region


class Numbers:
    """A file of one column."""

    name = "clients.csv"
    columns = ("Mobile",)

    def batches(self) -> Iterator[Sequence[Row]]:
        yield []


def doubts(cells: Sequence[Cell], region: str = "FR") -> str:
    found = other_region(Numbers(), [[cell] for cell in cells], phones=[0], region=region)
    return " ".join(str(each.message) for each in found)


def mobiles(region: str, count: int, chance: random.Random) -> list[Cell]:
    """Make mobiles of a region at random, as they are written there."""
    example = phonenumbers.example_number_for_type(region, PhoneNumberType.MOBILE)
    made: list[Cell] = []
    while len(made) < count and example is not None:
        digits = phonenumbers.national_significant_number(example)
        digits = digits[:1] + "".join(str(chance.randrange(10)) for _ in digits[1:])
        number = phonenumbers.parse(f"+{example.country_code}{digits}", None)
        mobile = phonenumbers.number_type(number) == PhoneNumberType.MOBILE
        if mobile and phonenumbers.region_code_for_number(number) == region:
            made.append(phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL))
    return made


@pytest.mark.parametrize(
    "region", ["ES", "CH", "SN", "CZ", "BE", "IT", "PT", "CI", "BJ", "TG", "IL", "PL", "NO", "MG", "SE", "RO"]
)
def test_a_file_of_another_country_is_recognised(region: str) -> None:
    """By comparing what each region reads of the column; the one that it is of is among those named."""
    assert f"{region} (" in doubts(mobiles(region, 100, random.Random(1)))


def test_french_columns_are_left_alone() -> None:
    """With one landline in five, some rubbish, and some numbers from abroad."""
    for seed in range(10):
        chance = random.Random(seed)
        cells = mobiles("FR", 76, chance)
        cells += [f"0{chance.choice('12345')}{chance.randrange(10**8):08}" for _ in range(20)]
        assert doubts([*cells, "n/a", "?", "+32470123456", "0041791234567"]) == ""


def test_the_best_is_named_first_and_all_that_fit_are() -> None:
    """A number of Togo has as many digits as one of Mauritania: neither is guessed."""
    said = doubts(mobiles("TG", 100, random.Random(2)))
    shares = [int(part.split("%")[0]) for part in said.split("more would be of")[1].split("(")[1:]]

    assert shares == sorted(shares, reverse=True)
    assert len(shares) > 1


def test_numbers_with_their_country_code_say_nothing_of_the_others() -> None:
    """They are the same everywhere."""
    assert doubts(["+41791234567"] * 50) == ""
