"""A cell and a region in, a phone number out, or why none can be read.

The `phonenumbers` library is the authority on which numbers exist and what they are. Here is what it does not
know: what spreadsheets do to numbers, and that French overseas numbers are dialled like any other French number.

A repair is noted when digits were restored, dropped or chosen; spaces, dots and brackets are anybody's business.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from typing import Final

import phonenumbers
from phonenumbers import PhoneNumber, ValidationResult

from lecommercial_batch.model import Cell, Phone, Reading, Reason, Unusable
from lecommercial_batch.phones.country import regions_named
from lecommercial_batch.phones.numbering import (
    FRENCH,
    FRENCH_DIGITS,
    e164,
    is_mobile,
    is_short,
    kind,
    lost_zero,
    national_format,
    overseas,
    parse,
    parse_existing,
    plan,
)
from lecommercial_batch.phones.usual import read_many_usual, read_usual
from lecommercial_batch.phones.writing import BARE, DECIMAL, TIDY, ZERO, shown
from lecommercial_batch.sentence import N_, NOTHING, Sentence
from lecommercial_batch.spoilt import is_spoilt

PLUS: Final = N_("read {text} → {phone}: plus sign restored")
STRAY: Final = N_("read {text} → {phone}: plus sign before a zero dropped")
OVERSEAS: Final = N_("read {text} → {phone}: country code of the overseas territory put right")
DECIMALS: Final = N_("read {text} → {phone}: decimals dropped")
WRITTEN_OUT: Final = N_("read {text} → {phone}: scientific notation written out")
AROUND: Final = N_("read {text} → {phone}: the text around the number dropped")
EXTENSION: Final = N_("read {text} → {phone}: extension dropped")
FIRST: Final = N_("read {text} → {phone}: the first mobile of {count} numbers")

EMPTY: Final = N_("the cell is empty")
NO_NUMBER: Final = N_("“{text}” is not a phone number")
SPOILT: Final = N_("the cell holds the error {text}")
TOO_SHORT: Final = N_("“{text}” has too few digits for a phone number")
TOO_LONG: Final = N_("“{text}” has too many digits for a phone number")
UNASSIGNED: Final = N_("no phone number begins like “{text}”")
DIGITS_GONE: Final = N_("“{text}” has lost digits: the spreadsheet shortened the number")
MACHINE: Final = N_("“{text}” is a machine's number")
SHORT: Final = N_("“{text}” is a short number")

DIALLED: Final = N_("“{text}” has a * or # before the number")
OTHER_GROUPS: Final = N_("“{text}” is grouped as another country’s number: write its zero or its country code")
ELSEWHERE: Final = N_("“{text}” names another country: write the number with its country code")

_QUOTED: Final = re.compile(r'="(.*)"')  # how exports keep a spreadsheet from making a number of a text
_LINK: Final = re.compile(
    r"(?:https?://)?(?:wa\.me/|(?:api|web)\.whatsapp\.com/send/?\?phone=)\+?(\d+).*", re.IGNORECASE
)
_SCHEME: Final = re.compile(r"(?:tel|whatsapp):", re.IGNORECASE)
_HIDING: Final = re.compile(
    r"[*#]\d{2}#\s*(?=[+(\d])"
)  #: dialled before a number, to hide one's own or to show it
_DIALLED: Final = re.compile(r"[*#＊＃](?:\D*\d){6}")  #: signs of keys: what stands before them is no country code
_SCIENTIFIC: Final = re.compile(r"\+?(\d+(?:[.,]\d+)?)E\+?(\d{1,2})", re.IGNORECASE)
_LETTER: Final = re.compile(r"[^\W\d_]")
_DIGIT: Final = re.compile(r"\d")
_MACHINE: Final = re.compile(r"(?:\+33|0033|0)700\d{10}")  # 14 digits, set aside by ARCEP for machines
_GROUP: Final = re.compile(r"\d+")
_THOUSANDS: Final = [3, 3, 3]  #: a whole number as spreadsheets group it
_AMERICA: Final = "1"
_SHORTEST: Final = 7  #: digits; below that a number is a short code or a slip
_LONGEST: Final = 200  #: characters; a longer cell is prose, and looking for numbers in it takes long
_FOREIGN: Final = 11  #: digits that a number without its plus must have to be taken for a foreign one


def normalise(text: Cell, *, region: str, accept_any: bool = False) -> Reading | Unusable:
    """Read a phone number from a cell; numbers without a country code are numbers of ``region``.

    Only mobiles are taken, as only they can have WhatsApp, unless ``accept_any``. Never raises.
    """
    return read_usual(text, region=region, accept_any=accept_any) or _unusual(
        text, region=region, accept_any=accept_any
    )


def normalise_many(
    cells: Sequence[Cell], *, region: str, accept_any: bool = False
) -> Sequence[Reading | Unusable]:
    """Return what ``normalise`` returns for each cell, at less than half the price when they are thousands."""
    usual = read_many_usual(cells, region=region, accept_any=accept_any)
    return [
        found or _unusual(cell, region=region, accept_any=accept_any)
        for cell, found in zip(cells, usual, strict=True)
    ]


def count_mobiles(cells: Sequence[Cell], *, region: str) -> int:
    """Count the cells that hold a mobile of the region as its people write it: no zero is restored among groups.

    A small part of what ``normalise`` does, to compare many regions by.
    """
    texts = [text for cell in cells if isinstance(text := _as_text(cell), str)]
    return sum(_is_mobile_of(text, region) for text in texts)


def _is_mobile_of(text: str, region: str) -> bool:
    number = parse_existing(text, region)
    if number is None or number.country_code != phonenumbers.country_code_for_region(region):
        return False
    digits = "".join(_DIGIT.findall(text))
    return is_mobile(number) and (text == digits or not lost_zero(digits, number, region))


def _unusual(text: Cell, *, region: str, accept_any: bool) -> Reading | Unusable:
    written = _as_text(text)
    found = _find(written, region) if isinstance(written, str) else written
    if isinstance(found, Unusable):
        return found
    phone = Phone(e164(found.number))
    if not (accept_any or is_mobile(found.number)):
        return Unusable(Reason.NOT_MOBILE, Sentence(kind(found.number), phone=phone.e164))
    return Reading(phone, _note(found, str(text), phone))


@dataclass(frozen=True, slots=True)
class _Found:
    """A number that exists, and the template of what was done to read it."""

    number: PhoneNumber
    repair: str = ""
    count: int = 1


def _note(found: _Found, text: str, phone: Phone) -> Sentence:
    if not found.repair:
        return NOTHING
    if found.repair == FIRST:
        return Sentence(FIRST, text=shown(text), phone=phone.e164, count=found.count)
    return Sentence(found.repair, text=shown(text), phone=phone.e164)


def _as_text(cell: Cell) -> str | Unusable:
    match cell:
        case bool() | date() | time():
            return _invalid(NO_NUMBER, str(cell))
        case float():
            whole = math.isfinite(cell) and cell.is_integer()
            return str(int(cell)) if whole else _invalid(NO_NUMBER, str(cell))
        case int():
            return str(cell)
        case str():
            text = cell.translate(TIDY).strip()
            if quoted := _QUOTED.fullmatch(text):
                text = quoted[1].strip()
            text = text.lstrip("'’‘`´").strip()
            if len(text) > _LONGEST:
                return _invalid(NO_NUMBER, text)
            return text or Unusable(Reason.INVALID_PHONE, Sentence(EMPTY))


def _find(text: str, region: str) -> _Found | Unusable:
    if scientific := _SCIENTIFIC.fullmatch(text):
        return _written_out(text, scientific, region)
    if decimal := DECIMAL.fullmatch(text):
        found = _single(decimal[1], region)
        return _Found(found.number, found.repair or DECIMALS) if found else _why(decimal[1], region, cell=text)
    cell = text
    if link := _LINK.fullmatch(text):
        text = "+" + link[1]
    text = _SCHEME.sub("", text, count=1) if _SCHEME.match(text) else text
    if hiding := _HIDING.match(text):
        behind = _find(text[hiding.end() :], region)
        if isinstance(behind, Unusable):
            return behind
        return _Found(behind.number, behind.repair or AROUND, behind.count)
    if _DIALLED.search(text):
        return _invalid(DIALLED, cell)
    if not _LETTER.search(text):
        if _other_groups(text, region):
            return _invalid(OTHER_GROUPS, cell)
        return _single(text, region) or _among(text, region) or _why(text, region, cell=cell)
    found = _among(text, region)
    if _elsewhere(text, region, found):
        return _invalid(ELSEWHERE, cell)
    overseas_too = (_among(text, named) for named in regions_named(text) if _share_a_plan(named, region))
    return found or next(filter(None, overseas_too), None) or _why(text, region, cell=cell)


def _written_out(text: str, scientific: re.Match[str], region: str) -> _Found | Unusable:
    significand, exponent = scientific[1].replace(",", "."), int(scientific[2])
    if len(significand.replace(".", "")) <= exponent:
        return _invalid(DIGITS_GONE, text)
    value = Decimal(f"{significand}E{exponent}")
    found = _single(f"{value:f}", region) if value == value.to_integral_value() else None
    return _Found(found.number, WRITTEN_OUT) if found else _invalid(NO_NUMBER, text)


def _single(text: str, region: str) -> _Found | None:
    """Read a text that is one number and nothing else."""
    digits = "" if text.startswith("+") else "".join(_DIGIT.findall(text))
    if number := parse_existing(text, region):
        repair = EXTENSION if number.extension else ""
        return _Found(number, repair or (ZERO if lost_zero(digits, number, region) else ""))
    if (number := parse(text, region)) and (elsewhere := overseas(number)):
        national = digits.startswith("0") and not digits.startswith("00")
        return _Found(elsewhere, ZERO if len(digits) == FRENCH_DIGITS else "" if national else OVERSEAS)
    if text.startswith("+0"):
        found = _single(text[1:], region)
        return found and _Found(found.number, found.repair or STRAY)
    return _foreign(digits, region)


def _other_groups(text: str, region: str) -> bool:
    """Tell whether digits without their zero stand in groups that the region does not write.

    A spreadsheet that drops a zero leaves no groups but thousands; `612 34 56 78` is a Spanish number.
    """
    groups = _GROUP.findall(text)
    if len(groups) == 1 or text.startswith(("+", "0")):
        return False
    number = parse_existing(text, region)
    if number is None or not lost_zero("".join(groups), number, region):
        return False
    own = _GROUP.findall(national_format(e164(number), region=region))
    own[0] = own[0].removeprefix("0")
    lengths = [len(group) for group in groups]
    return lengths not in ([len(group) for group in own if group], _THOUSANDS)


def _foreign(digits: str, region: str) -> _Found | None:
    """Read a number whose plus is lost, or its `00` not what the region itself dials."""
    plus, repair = (digits[2:], "") if digits.startswith("00") else (digits, PLUS)
    if len(plus) < _FOREIGN or plus.startswith("0"):
        return None
    if repair and plus.startswith(_AMERICA) and phonenumbers.country_code_for_region(region) != 1:
        return None  # eleven digits that begin with 1 are as well a German mobile without its zero
    number = parse_existing("+" + plus, None)
    return _Found(number, repair) if number and is_mobile(number) else None


def _among(text: str, region: str) -> _Found | None:
    """Read the first mobile of a text with words or several numbers, unless some digits stay unexplained."""
    matches = list(phonenumbers.PhoneNumberMatcher(text, region))
    rest = text
    for match in reversed(matches):
        rest = rest[: match.start] + rest[match.end :]
    if not matches or _DIGIT.search(rest):
        return None
    numbers = {e164(match.number): match.number for match in matches}
    number = next(filter(is_mobile, numbers.values()), matches[0].number)
    alone = EXTENSION if number.extension else AROUND if _LETTER.search(rest) else ""
    return _Found(number, FIRST if len(numbers) > 1 else alone, len(numbers))


def _share_a_plan(one: str, other: str) -> bool:
    return one == other or (one in FRENCH and other in FRENCH)


def _elsewhere(text: str, region: str, found: _Found | None) -> bool:
    """Tell whether a text names a country in which its number is another one than was found."""
    others = (_among(text, named) for named in regions_named(text) if not _share_a_plan(named, region))
    return any(other and not (found and e164(found.number) == e164(other.number)) for other in others)


def _why(text: str, region: str, *, cell: str) -> Unusable:
    """Say why a text is no phone number, quoting the cell it comes from."""
    digits = "".join(_DIGIT.findall(text))
    if region in FRENCH and _MACHINE.fullmatch(text.translate(BARE)):
        return Unusable(Reason.NOT_MOBILE, Sentence(MACHINE, text=shown(cell)))
    if not digits or _LETTER.search(text):
        return _invalid(SPOILT if is_spoilt(text) else NO_NUMBER, cell)
    if len(digits) < _SHORTEST and is_short(digits, region):
        return Unusable(Reason.NOT_MOBILE, Sentence(SHORT, text=shown(cell)))
    return _invalid(_length_flaw(text, digits, region), cell)


def _length_flaw(text: str, digits: str, region: str) -> str:
    numbering = plan(region)
    if numbering and digits.startswith("0") and len(digits) <= min(numbering.mobile.lengths):
        return TOO_SHORT
    number = parse(text, region)
    match phonenumbers.is_possible_number_with_reason(number) if number else None:
        case ValidationResult.TOO_SHORT:
            return TOO_SHORT
        case ValidationResult.TOO_LONG | ValidationResult.INVALID_LENGTH:
            return TOO_LONG
        case None:
            return NO_NUMBER
        case _:
            return UNASSIGNED


def _invalid(template: str, text: str) -> Unusable:
    return Unusable(Reason.INVALID_PHONE, Sentence(template, text=shown(text)))
