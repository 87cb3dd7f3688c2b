"""What numbering plans say, as the `phonenumbers` library knows them: which numbers exist, and what they are."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Final

import phonenumbers
from phonenumbers import NumberParseException, PhoneMetadata, PhoneNumber, PhoneNumberDesc, PhoneNumberType

from lecommercial_batch.core.sentence import N_

#: Regions that share one national numbering plan, each with its own country code; the ranges are the library's.
FRENCH: Final = ("FR", "GP", "GF", "MQ", "RE", "YT", "PM")
FRENCH_DIGITS: Final = 9  #: of a French number without its zero, at home and overseas

LANDLINE: Final = N_("{phone} is a landline")

_MOBILE: Final = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE)
_KINDS: Final = {
    PhoneNumberType.FIXED_LINE: LANDLINE,
    PhoneNumberType.PREMIUM_RATE: N_("{phone} is a premium-rate number"),
    PhoneNumberType.TOLL_FREE: N_("{phone} is a toll-free number"),
    PhoneNumberType.SHARED_COST: N_("{phone} is a shared-cost number"),
    PhoneNumberType.VOIP: N_("{phone} is an internet telephony number"),
}
NEVER: Final = "(?!)"


@dataclass(frozen=True, slots=True)
class Kind:
    """What numbers of one kind look like, without zero or country code."""

    pattern: str
    lengths: frozenset[int]


@dataclass(frozen=True, slots=True)
class Plan:
    """What the numbers look like of a region whose national writing is a zero and the number."""

    country: str  #: such as +33
    alone: bool  #: no other region has this country code
    dials_00: bool  #: 00 stands for the plus
    fixed_length: bool  #: all numbers of the region are that long, so a bare number can be nothing else
    any_kind: str  #: pattern of all its numbers, and of some that are none
    mobile: Kind
    landline: Kind
    others: tuple[str, ...]  #: patterns of the kinds that the library tries before these two


@cache
def plan(region: str) -> Plan | None:
    """Return the plan of a region, or None where a national number is not simply a zero and the number."""
    metadata = PhoneMetadata.metadata_for_region(region, None)
    if metadata is None or metadata.national_prefix_for_parsing != "0" or metadata.mobile is None:
        return None
    before = (
        metadata.premium_rate,
        metadata.toll_free,
        metadata.shared_cost,
        metadata.voip,
        metadata.personal_number,
        metadata.pager,
        metadata.uan,
        metadata.voicemail,
    )
    patterns = [kind.national_number_pattern for kind in before if kind]
    mobile, landline = _kind(metadata.mobile), _kind(metadata.fixed_line)
    any_kind = _kind(metadata.general_desc)
    return Plan(
        country=f"+{metadata.country_code}",
        alone=len(phonenumbers.region_codes_for_country_code(metadata.country_code or 0)) == 1,
        dials_00=metadata.international_prefix == "00",
        fixed_length=len(mobile.lengths) == 1 and mobile.lengths == any_kind.lengths,
        any_kind=any_kind.pattern,
        mobile=mobile,
        landline=landline,
        others=tuple(pattern for pattern in patterns if pattern),
    )


def _kind(described: PhoneNumberDesc | None) -> Kind:
    if described is None or not described.national_number_pattern:
        return Kind(NEVER, frozenset())
    return Kind(described.national_number_pattern, frozenset(described.possible_length))


def may_be_mobile(digits: str, region: str) -> bool:
    """Tell, at a tenth of the library's price, where digits are surely no mobile of a region.

    They may be one where they begin like one, with or without what may stand before, and are as many.
    """
    return _mobile_shape(region).fullmatch(digits) is not None


@cache
def _mobile_shape(region: str) -> re.Pattern[str]:
    metadata = PhoneMetadata.metadata_for_region(region, None)
    if metadata is None:
        return re.compile(NEVER)
    prefix = metadata.national_prefix_for_parsing or ""
    if region in FRENCH:  # whose people dial the other territories' mobiles alike
        return re.compile(rf"(?:(?:00)?{metadata.country_code})?0?[67]\d{{8}}", re.ASCII)
    if metadata.national_prefix_transform_rule or not (prefix.isdigit() or not prefix):
        return re.compile(r"\d*")  # no simple plan: it may be anything
    before = rf"(?:00)?(?:{metadata.country_code})?" + (f"(?:{prefix})?" if prefix else "")
    return re.compile(f"{before}(?:{_kind(metadata.mobile).pattern})", re.ASCII)


def is_region(region: str) -> bool:
    """Tell whether this is a country that has phone numbers: its ISO 3166 code, such as FR."""
    return region in phonenumbers.SUPPORTED_REGIONS


def parse(text: str, region: str | None) -> PhoneNumber | None:
    """Return what the library makes of a text: a number that need not exist, or None."""
    try:
        return phonenumbers.parse(text, region)
    except NumberParseException:
        return None


def parse_existing(text: str, region: str | None) -> PhoneNumber | None:
    """Return the number in a text if there can be such a number."""
    number = parse(text, region)
    return number if number and phonenumbers.is_valid_number(number) else None


def overseas(number: PhoneNumber) -> PhoneNumber | None:
    """Read a number of the French plan that its own territory does not have as one of another territory."""
    national = phonenumbers.national_significant_number(number)
    if phonenumbers.region_code_for_country_code(number.country_code or 0) not in FRENCH:
        return None
    if len(national) != FRENCH_DIGITS:
        return None
    return next(filter(None, (parse_existing("0" + national, region) for region in FRENCH)), None)


def lost_zero(digits: str, number: PhoneNumber, region: str) -> bool:
    """Tell whether these digits of a number lack the zero that national numbers are written with."""
    prefix = phonenumbers.ndd_prefix_for_region(region, strip_non_digits=True)
    return prefix == "0" and digits == phonenumbers.national_significant_number(number)


def kept_zero(digits: str, region: str) -> PhoneNumber | None:
    """Read a mobile of a country whose numbers keep their zero everywhere, where a spreadsheet has dropped it.

    `07 08 09 10 11` of Côte d'Ivoire is +225 07 08 09 10 11, and a number of nine digits in a cell.
    """
    number = parse_existing("0" + digits, region) if digits[:1] != "0" and _keeps_zero(region) else None
    return number if number and number.italian_leading_zero and is_mobile(number) else None


@cache
def _keeps_zero(region: str) -> bool:
    example = phonenumbers.example_number_for_type(region, PhoneNumberType.MOBILE)
    return example is not None and bool(example.italian_leading_zero)


def is_mobile(number: PhoneNumber) -> bool:
    """Tell whether a phone with WhatsApp can have this number."""
    return phonenumbers.number_type(number) in _MOBILE


def kind(number: PhoneNumber) -> str:
    """Say what a number is that is not a mobile, as a sentence's template."""
    return _KINDS.get(phonenumbers.number_type(number), N_("{phone} is not a mobile number"))


def is_short(digits: str, region: str) -> bool:
    """Tell whether this is a short number that can be dialled in the region, such as 3631."""
    short = PhoneNumber(country_code=phonenumbers.country_code_for_region(region), national_number=int(digits))
    return phonenumbers.is_valid_short_number_for_region(short, region)


def e164(number: PhoneNumber) -> str:
    """Return a number in E.164, with its plus."""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def national_format(text: str, *, region: str = "FR") -> str:
    """Write a number as people of the region do: `06 12 34 56 78`, foreign ones with their country code.

    A text that is no number is returned as it is.
    """
    number = parse_existing(text, region)
    if number is None:
        return text
    home = number.country_code == phonenumbers.country_code_for_region(region)
    style = phonenumbers.PhoneNumberFormat.NATIONAL if home else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(number, style)
