"""What a cell becomes: a number and its repair, or a reason."""

from datetime import date

import pytest

from lecommercial_batch.core.model import Cell, Reading, Reason, Unusable
from lecommercial_batch.planning.phones import is_region, national_format, normalise

PHONE = "+33612345678"


def french(cell: Cell) -> tuple[str, str]:
    """Read a cell as a French number: the number and what was repaired, or the reason and its detail."""
    match normalise(cell, region="FR"):
        case Reading(phone=phone, repair=repair):
            return phone.e164, str(repair)
        case Unusable(reason=reason, detail=detail):
            return reason, str(detail)


@pytest.mark.parametrize(
    "cell",
    [
        "0612345678",
        "06 12 34 56 78",
        "06.12.34.56.78",
        "06-12-34-56-78",
        "06/12/34/56/78",
        "06\N{NO-BREAK SPACE}12\N{NARROW NO-BREAK SPACE}34 56 78",
        "\N{ZERO WIDTH SPACE}06 12 34 56 78\N{ZERO WIDTH NO-BREAK SPACE}",
        "\N{LEFT-TO-RIGHT EMBEDDING}+33 6 12 34 56 78\N{POP DIRECTIONAL FORMATTING}",
        "  0612345678\t",
        "'0612345678",
        "’0612345678",
        '="0612345678"',
        "+33612345678",
        "+33 6 12 34 56 78",
        "+33 (0)6 12 34 56 78",
        "+33(0)612345678",
        "0033612345678",
        "00 33 6 12 34 56 78",
        "33612345678",
        "33 6 12 34 56 78",
        "tel:+33612345678",
        "tel:0612345678",
        "wa.me/33612345678",
        "https://wa.me/33612345678?text=Bonjour",
        "https://api.whatsapp.com/send?phone=33612345678",
        "+33 6 12 34 56 78 / 06 12 34 56 78",
        33612345678,
        33612345678.0,
    ],
)
def test_another_writing_is_no_repair(cell: Cell) -> None:
    """Separators, prefixes, links and invisible characters change no digit, so nothing is noted."""
    assert french(cell) == (PHONE, "")


@pytest.mark.parametrize(
    ("cell", "phone", "repair"),
    [
        ("612345678", PHONE, "leading zero restored"),
        (612345678, PHONE, "leading zero restored"),
        (612345678.0, PHONE, "leading zero restored"),
        ("6 12 34 56 78", PHONE, "leading zero restored"),
        ("612345678.0", PHONE, "leading zero restored"),
        ("'612345678.0", PHONE, "leading zero restored"),
        ("694212345", "+594694212345", "leading zero restored"),
        ("33612345678.0", PHONE, "decimals dropped"),
        ("33612345678,00", PHONE, "decimals dropped"),
        ("3.3612345678E+10", PHONE, "scientific notation written out"),
        ("3,3612345678e10", PHONE, "scientific notation written out"),
        ("+0612345678", PHONE, "plus sign before a zero dropped"),
        ("32470123456", "+32470123456", "plus sign restored"),
        (32470123456, "+32470123456", "plus sign restored"),
        ("+33 692 12 34 56", "+262692123456", "country code of the overseas territory put right"),
        ("0033690123456", "+590690123456", "country code of the overseas territory put right"),
        ("06 12 34 56 78 / 07 30 12 34 56", PHONE, "the first mobile of 2 numbers"),
        ("01 99 00 12 34 ou 06 12 34 56 78", PHONE, "the first mobile of 2 numbers"),
        ("06 12 34 56 78 (Paul)", PHONE, "the text around the number dropped"),
        ("Portable : 06 12 34 56 78", PHONE, "the text around the number dropped"),
        ("06 12 34 56 78 ext. 12", PHONE, "extension dropped"),
    ],
)
def test_a_repair_is_noted(cell: Cell, phone: str, repair: str) -> None:
    """Whatever restores, drops or chooses digits says so, with the cell as it was and the number read."""
    assert french(cell) == (phone, f"read {cell} → {phone}: {repair}")


@pytest.mark.parametrize(
    ("cell", "phone"),
    [
        ("0690 12 34 56", "+590690123456"),
        ("0691 22 34 56", "+590691223456"),
        ("0694 21 23 45", "+594694212345"),
        ("0692 12 34 56", "+262692123456"),
        ("0693 01 23 45", "+262693012345"),
        ("0639 01 23 45", "+262639012345"),
        ("0696 12 34 56", "+596696123456"),
        ("0697 12 34 56", "+596697123456"),
        ("0708 40 12 34", "+508708401234"),
    ],
)
def test_overseas_numbers_are_dialled_like_french_ones(cell: str, phone: str) -> None:
    """A French overseas mobile written nationally gets its own country code, and nothing to note."""
    assert french(cell) == (phone, "")


@pytest.mark.parametrize(
    ("cell", "detail"),
    [
        ("", "the cell is empty"),
        (" \N{NO-BREAK SPACE}\N{ZERO WIDTH SPACE}", "the cell is empty"),
        ("n/a", "“n/a” is not a phone number"),
        ("#N/A", "the cell holds the error #N/A"),
        ("#VALEUR!", "the cell holds the error #VALEUR!"),
        ("#NOBODY", "“#NOBODY” is not a phone number"),
        ("-", "“-” is not a phone number"),
        ("0612345ABC", "“0612345ABC” is not a phone number"),
        ("D-2026-0412", "“D-2026-0412” is not a phone number"),
        (True, "“True” is not a phone number"),
        (date(2026, 4, 12), "“2026-04-12” is not a phone number"),
        (1.5, "“1.5” is not a phone number"),
        (float("nan"), "“nan” is not a phone number"),
        ("06 12 34 56 7", "“06 12 34 56 7” has too few digits for a phone number"),
        ("061234567.0", "“061234567.0” has too few digits for a phone number"),
        ("06 12 34 56 78 9", "“06 12 34 56 78 9” has too many digits for a phone number"),
        ("06 39 98 12 34", "no phone number begins like “06 39 98 12 34”"),
        ("3,36E+10", "“3,36E+10” has lost digits: the spreadsheet shortened the number"),
        ("3.36123E+10", "“3.36123E+10” has lost digits: the spreadsheet shortened the number"),
        ("06 12 34 56 78 porte 3", "“06 12 34 56 78 porte 3” is not a phone number"),
        ("x" * 300, f"“{'x' * 40}” is not a phone number"),
        ("0612345678 " * 30, f"“{('0612345678 ' * 30)[:40]}” is not a phone number"),
    ],
)
def test_what_is_no_number_says_why(cell: Cell, detail: str) -> None:
    """A cell no number can be read from is refused with the cell's own text, shortened, in the sentence."""
    assert french(cell) == (Reason.INVALID_PHONE, detail)


@pytest.mark.parametrize(
    ("cell", "detail"),
    [
        ("01 99 00 12 34", "+33199001234 is a landline"),
        ("0262 12 34 56", "+262262123456 is a landline"),
        ("0899 12 34 56", "+33899123456 is a premium-rate number"),
        ("0801 23 45 67", "+33801234567 is a toll-free number"),
        ("3631", "“3631” is a short number"),
        (15, "“15” is a short number"),
        ("0700 1234567890", "“0700 1234567890” is a machine's number"),
        ("01 99 00 12 34 / 01 99 00 56 78", "+33199001234 is a landline"),
    ],
)
def test_only_mobiles_are_written_to(cell: Cell, detail: str) -> None:
    """A number that no WhatsApp account has is told from one that does not exist."""
    assert french(cell) == (Reason.NOT_MOBILE, detail)


def test_any_number_can_be_accepted() -> None:
    """A landline passes on the operator's word; what is no number still does not."""
    assert normalise("01 99 00 12 34", region="FR", accept_any=True) != normalise("01 99 00 12 34", region="FR")
    assert isinstance(normalise("01 99 00 12 34", region="FR", accept_any=True), Reading)
    assert isinstance(normalise("3631", region="FR", accept_any=True), Unusable)


@pytest.mark.parametrize(
    ("cell", "region", "phone"),
    [
        ("0470 12 34 56", "BE", "+32470123456"),
        ("470123456", "BE", "+32470123456"),
        ("079 123 45 67", "CH", "+41791234567"),
        ("06 12 34 56 78", "RE", PHONE),
        ("0692 12 34 56", "RE", "+262692123456"),
        ("(201) 555-0123", "US", "+12015550123"),
        ("2015550123", "US", "+12015550123"),
        ("0033612345678", "US", PHONE),
        ("347 123 4567", "IT", "+393471234567"),
    ],
)
def test_national_numbers_are_the_regions(cell: str, region: str, phone: str) -> None:
    """A number without a country code is read as people of the region write it."""
    reading = normalise(cell, region=region)
    assert isinstance(reading, Reading)
    assert reading.phone.e164 == phone


def test_a_missing_zero_is_a_repair_only_where_zeros_are_written() -> None:
    """Americans write no zero, so none was lost."""
    reading = normalise("2015550123", region="US")
    assert isinstance(reading, Reading)
    assert str(reading.repair) == ""


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("+33612345678", "06 12 34 56 78"),
        ("612345678", "06 12 34 56 78"),
        ("+32470123456", "+32 470 12 34 56"),
        ("n/a", "n/a"),
    ],
)
def test_numbers_are_shown_as_people_write_them(text: str, written: str) -> None:
    """At home without the country code, from abroad with it, and what is no number as it is."""
    assert national_format(text) == written


def test_regions_are_countries_with_phones() -> None:
    """A region that no number can belong to is found out before any row is read."""
    assert [region for region in ("FR", "RE", "XX", "fr", "") if is_region(region)] == ["FR", "RE"]


@pytest.mark.parametrize(
    "text",
    [
        "Suisse 079 123 45 67",
        "Maroc : 06 61 23 45 67",
        "0470 12 34 56 (Belgique)",
        "06 12 34 56 78 Pays-Bas",
        "Royaume-Uni 07400 123456",
    ],
)
def test_a_number_beside_another_country_is_nobody_in_france(text: str) -> None:
    """`079 123 45 67` is a Swiss mobile and a French one: with the country's name beside it, it is not guessed."""
    found = normalise(text, region="FR")
    assert isinstance(found, Unusable)
    assert "names another country" in found.detail.template


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("France : 06 41 70 00 01", "+33641700001"),
        ("06 41 70 00 04 (Belgique)", "+33641700004"),
        ("Maroc +212 661 23 45 67", "+212661234567"),
        ("ma mère 06 41 70 00 01", "+33641700001"),
        ("Jordan 06 41 70 00 01", "+33641700001"),
        ("La Réunion : 0692 12 34 56", "+262692123456"),
    ],
)
def test_a_country_beside_a_number_that_has_one_reading_does_no_harm(text: str, number: str) -> None:
    """Where only one of the two countries has such a number, or its code is written."""
    found = normalise(text, region="FR")
    assert isinstance(found, Reading)
    assert found.phone.e164 == number


@pytest.mark.parametrize(
    ("cell", "region", "read"),
    [
        ("612 34 56 78", "FR", False),
        ("77 123 45 67", "FR", False),
        ("61 234 56 78", "FR", False),
        ("6 12 34 56 78", "FR", True),
        ("6.12.34.56.78", "FR", True),
        ("612345678", "FR", True),
        ("612 345 678", "FR", True),
        ("06 123 45 678", "FR", True),
        ("692 12 34 56", "RE", True),
        ("470 12 34 56", "BE", True),
    ],
)
def test_a_zero_is_not_restored_in_another_countrys_groups(cell: str, region: str, read: bool) -> None:
    """A spreadsheet that drops the zero keeps no spaces."""
    assert isinstance(normalise(cell, region=region), Reading) is read


@pytest.mark.parametrize(
    ("cell", "region", "read"), [(15123456789, "FR", False), (12125550123, "FR", False), (12124567890, "US", True)]
)
def test_a_one_is_too_little_to_be_america(cell: int, region: str, read: bool) -> None:
    """A German mobile without its zero has as many digits."""
    assert isinstance(normalise(cell, region=region), Reading) is read


@pytest.mark.parametrize(
    ("cell", "repair"),
    [
        ("O6 41 70 00 01", "a letter O taken for a zero"),
        ("06 41 70 00 01 poste 12", "extension dropped"),
        ("06 41 70 00 01 (après 18 h)", "the text around the number dropped"),
        ("06 41 70 00 01 entre 9h et 12h30", "the text around the number dropped"),
    ],
)
def test_what_people_add_to_a_number_is_dropped_and_noted(cell: str, repair: str) -> None:
    """An office's extension, when to call, and a letter that looks like a zero."""
    reading = normalise(cell, region="FR")

    assert isinstance(reading, Reading)
    assert reading.phone.e164 == "+33641700001"
    assert repair in str(reading.repair)


@pytest.mark.parametrize("cell", ["🇨🇭 079 123 45 67", "CH 079 123 45 67", "Suisse 079 123 45 67"])
def test_a_number_behind_another_country_is_no_french_one(cell: str) -> None:
    """A flag says it as a name does; with its country code it is the number of that country."""
    assert isinstance(normalise(cell, region="FR"), Unusable)
    assert isinstance(normalise(cell.replace("079", "+41 79"), region="FR"), Reading)
