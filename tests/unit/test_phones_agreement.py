"""The library is the authority: what is read here is what `phonenumbers` says of the clean number."""

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from lecommercial_batch.core.model import Cell, Reading
from lecommercial_batch.planning.phones import normalise, normalise_many
from lecommercial_batch.planning.phones.numbering import may_be_mobile
from lecommercial_batch.planning.phones.reading import _unusual
from lecommercial_batch.planning.phones.usual import read_many_usual, read_usual

REGIONS = sorted(phonenumbers.SUPPORTED_REGIONS)
MOBILES = [
    (region, number)
    for region in REGIONS
    if (number := phonenumbers.example_number_for_type(region, PhoneNumberType.MOBILE)) is not None
]
SEPARATORS = st.sampled_from(["", " ", ".", "-", "\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}"])
NUMBERLIKE = st.text("0123456789+ ()./-,;eE'\N{NO-BREAK SPACE}xtn", max_size=30)


def e164(text: str, region: str) -> str | None:
    """Return the mobile that the library reads, or None."""
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    mobile = phonenumbers.number_type(number) in {PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE}
    return phonenumbers.format_number(number, PhoneNumberFormat.E164) if mobile else None


def phone(text: str, region: str) -> str | None:
    """Return the number that we read, or None."""
    reading = normalise(text, region=region)
    return reading.phone.e164 if isinstance(reading, Reading) else None


@pytest.mark.parametrize(("region", "number"), MOBILES, ids=[region for region, _ in MOBILES])
def test_the_librarys_own_examples(region: str, number: phonenumbers.PhoneNumber) -> None:
    """Each country's example mobile is read from each of the library's three writings of it."""
    wanted = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    for style in (PhoneNumberFormat.E164, PhoneNumberFormat.INTERNATIONAL, PhoneNumberFormat.NATIONAL):
        assert phone(phonenumbers.format_number(number, style), region) == wanted


@given(
    region=st.sampled_from(REGIONS),
    prefix=st.sampled_from(["", "0", "+{country}", "{country}", "00{country}", "+{country}(0)"]),
    digits=st.from_regex(r"[1-9][0-9]{5,10}", fullmatch=True),
)
def test_any_digits_in_any_writing(region: str, prefix: str, digits: str) -> None:
    """Where the library reads a mobile we read the same one."""
    text = prefix.format(country=phonenumbers.country_code_for_region(region)) + digits
    if wanted := e164(text, region):
        assert phone(text, region) == wanted


def test_bare_digits_that_could_be_a_national_mobile_are_one() -> None:
    """Where numbers differ in length, as in Germany, the library takes `49…` for a landline without its zero."""
    assert e164("4915156682823", "DE") is None
    assert phone("4915156682823", "DE") == "+4915156682823"
    assert phone("4921123456", "DE") is None


@pytest.mark.parametrize(("region", "number"), MOBILES, ids=[region for region, _ in MOBILES])
def test_a_countrys_own_numbers_are_read_without_plus_or_zero(
    region: str, number: phonenumbers.PhoneNumber
) -> None:
    """As spreadsheets keep them, as texts or numbers; what is restored is noted, and never another number read."""
    wanted, country = phonenumbers.format_number(number, PhoneNumberFormat.E164), number.country_code
    national = phonenumbers.national_significant_number(number)
    cells: list[Cell] = [f"{country}{national}", int(f"{country}{national}"), int(national), str(int(national))]
    readings = [normalise(cell, region=region) for cell in cells]

    assert [reading.phone.e164 for reading in readings if isinstance(reading, Reading)] == [wanted] * len(cells)
    assert list(normalise_many(cells, region=region)) == readings


@pytest.mark.parametrize(("region", "number"), MOBILES, ids=[region for region, _ in MOBILES])
def test_a_zero_in_brackets_makes_no_other_number(region: str, number: phonenumbers.PhoneNumber) -> None:
    """People write it as at home, also of countries that dial none; in three it may belong to a landline."""
    wanted, country = phonenumbers.format_number(number, PhoneNumberFormat.E164), number.country_code
    read = phone(f"+{country} (0){phonenumbers.national_significant_number(number)}", region)

    assert read == (None if region in {"AC", "IT", "VA"} else wanted)


@pytest.mark.parametrize(
    ("cell", "region", "read", "repair"),
    [
        ("4915123456789", "DE", "+4915123456789", "plus sign restored"),
        (38343201234, "XK", "+38343201234", "plus sign restored"),
        ("62812345678", "ID", "+62812345678", "plus sign restored"),
        (708091011, "CI", "+2250708091011", "leading zero restored"),
        (195123456, "BJ", "+2290195123456", "leading zero restored"),
        (61234567, "CG", "+242061234567", "leading zero restored"),
        ("+34 (0)612345678", "ES", "+34612345678", "zero in brackets dropped"),
        ("+34 (0)612345678", "FR", "+34612345678", "zero in brackets dropped"),
        ("+352 (0)621 123 456", "FR", "+352621123456", "zero in brackets dropped"),
    ],
)
def test_what_is_restored_is_noted(cell: Cell, region: str, read: str, repair: str) -> None:
    """Row by row, for whoever knows better."""
    reading = normalise(cell, region=region)

    assert isinstance(reading, Reading)
    assert reading.phone.e164 == read
    assert repair in str(reading.repair)


@given(
    example=st.sampled_from(MOBILES),
    digits=st.from_regex(r"[0-9]{4}", fullmatch=True),
    prefix=st.sampled_from(["", "0", "{country}"]),
    region=st.sampled_from(REGIONS),
)
def test_regions_are_ruled_out_rightly(
    example: tuple[str, phonenumbers.PhoneNumber], digits: str, prefix: str, region: str
) -> None:
    """What is no mobile by the cheap look is none by the library's."""
    of, number = example
    national = phonenumbers.national_significant_number(number)[:-4] + digits
    text = prefix.format(country=phonenumbers.country_code_for_region(of)) + national
    found = e164(text, region)

    assert (
        found is None
        or may_be_mobile(text, region)
        or not found.startswith(f"+{phonenumbers.country_code_for_region(region)}")
    )


@given(
    digits=st.from_regex(r"(6[0-24-8]|7[3-9])[0-9]{7}", fullmatch=True),
    prefix=st.sampled_from(["0", "+33", "0033", "+33(0)", "33", ""]),
    separator=SEPARATORS,
)
def test_a_french_mobile_in_any_writing(digits: str, prefix: str, separator: str) -> None:
    """Every prefix and separator gives the number that the library finds in the bare digits."""
    pairs = [digits[0], *(digits[place : place + 2] for place in range(1, 9, 2))]
    assert phone(prefix + separator.join(pairs), "FR") == e164("+33" + digits, "FR")


@given(
    text=st.one_of(NUMBERLIKE, st.text(max_size=40)), region=st.sampled_from(["FR", "RE", "BE", "US", "IT", "XX"])
)
def test_reading_is_idempotent_and_never_raises(text: str, region: str) -> None:
    """Whatever stands in a cell gives a reading or a reason, and a number that was read is read again as it is."""
    reading = normalise(text, region=region)
    if isinstance(reading, Reading):
        assert normalise(reading.phone.e164, region=region) == Reading(reading.phone)
        assert e164(reading.phone.e164, region) == reading.phone.e164


KINDS = [kind for name, kind in vars(PhoneNumberType).items() if name.isupper()]
EXAMPLES = [
    (region, phonenumbers.national_significant_number(number))
    for region in REGIONS
    for kind in KINDS
    if (number := phonenumbers.example_number_for_type(region, kind)) is not None
]
WRITINGS = [
    "",
    "0",
    "00",
    "+{country}",
    "{country}",
    "00{country}",
    "+{country}(0)",
    "+{country} 0",
    "00{country}0",
]


def assert_usual_is_right(cells: list[str], region: str) -> None:
    """Compare what the usual path reads, of one cell and of many, with what the library's path does."""
    for accept_any in (False, True):
        slowly = [_unusual(cell, region=region, accept_any=accept_any) for cell in cells]
        usual = [read_usual(cell, region=region, accept_any=accept_any) for cell in cells]
        assert [fast or slow for fast, slow in zip(usual, slowly, strict=True)] == slowly
        assert list(read_many_usual(cells, region=region, accept_any=accept_any)) == usual
        assert list(normalise_many(cells, region=region, accept_any=accept_any)) == slowly


@pytest.mark.parametrize("region", REGIONS)
def test_the_usual_path_reads_the_librarys_examples_alike(region: str) -> None:
    """Every kind of number of every country, in every writing: the same number, repair or reason."""
    country = phonenumbers.country_code_for_region(region)
    numbers = [number for of, number in EXAMPLES if of == region]
    assert_usual_is_right([way.format(country=country) + number for way in WRITINGS for number in numbers], region)


@given(
    example=st.sampled_from(EXAMPLES),
    kept=st.integers(0, 6),
    digits=st.from_regex(r"[0-9]{0,9}", fullmatch=True),
    writing=st.sampled_from(WRITINGS),
    dot=st.sampled_from(["", ".", ",", " ", "\n", ".0"]),
)
def test_the_usual_path_reads_mutated_numbers_alike(
    example: tuple[str, str], kept: int, digits: str, writing: str, dot: str
) -> None:
    """Numbers that begin like real ones, too short, too long or of no kind."""
    region, number = example
    text = writing.format(country=phonenumbers.country_code_for_region(region)) + number[:kept] + digits
    assert_usual_is_right([text[:-2] + dot + text[-2:]], region)


@given(st.lists(st.one_of(NUMBERLIKE, st.text(max_size=12), st.integers(0, 10**12), st.floats(), st.booleans())))
def test_many_cells_are_read_as_each_is(cells: list[Cell]) -> None:
    """What stands in one cell changes nothing in the reading of another."""
    assert list(normalise_many(cells, region="FR")) == [normalise(cell, region="FR") for cell in cells]


def test_the_usual_path_takes_the_usual_writings() -> None:
    """Else nothing would be gained by it, and nothing tested above."""
    cells: list[Cell] = [
        "06 12 34 56 78",
        "+33612345678",
        "0033 6 12 34 56 78",
        "+33 (0)6.12.34.56.78",
        612345678,
        "0144123456",
    ]
    assert all(read_many_usual(cells, region="FR", accept_any=False))
