"""A cell and a region in, a phone number out, or why none can be read.

The `phonenumbers` library is the authority on which numbers exist and what they are. Here is what it does not
know: what spreadsheets do to numbers, and that French overseas numbers are dialled like any other French number.

A repair is noted when digits were restored, dropped or chosen; spaces, dots and brackets are anybody's business.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

import phonenumbers
from phonenumbers import PhoneNumber

from lecommercial_batch.core.model import Cell, Phone, Reading, Reason, Unusable
from lecommercial_batch.core.sentence import N_, NOTHING, Sentence
from lecommercial_batch.planning.phones.country import regions_named
from lecommercial_batch.planning.phones.flaws import (
    DIALLED,
    DIGITS_GONE,
    ELSEWHERE,
    NO_NUMBER,
    OTHER_GROUPS,
    invalid,
    why,
)
from lecommercial_batch.planning.phones.numbering import (
    FRENCH,
    FRENCH_DIGITS,
    e164,
    is_mobile,
    kept_zero,
    kind,
    lost_zero,
    national_format,
    overseas,
    parse,
    parse_existing,
)
from lecommercial_batch.planning.phones.text import as_text
from lecommercial_batch.planning.phones.usual import read_many_usual, read_usual
from lecommercial_batch.planning.phones.writing import DECIMAL, ZERO, shown

PLUS: Final = N_("read {text} → {phone}: plus sign restored")
STRAY: Final = N_("read {text} → {phone}: plus sign before a zero dropped")
OVERSEAS: Final = N_("read {text} → {phone}: country code of the overseas territory put right")
DECIMALS: Final = N_("read {text} → {phone}: decimals dropped")
WRITTEN_OUT: Final = N_("read {text} → {phone}: scientific notation written out")
AROUND: Final = N_("read {text} → {phone}: the text around the number dropped")
BRACKETS: Final = N_("read {text} → {phone}: zero in brackets dropped")
LETTER_O: Final = N_("read {text} → {phone}: a letter O taken for a zero")
EXTENSION: Final = N_("read {text} → {phone}: extension dropped")
FIRST: Final = N_("read {text} → {phone}: the first mobile of {count} numbers")

_LINK: Final = re.compile(
    r"(?:https?://)?(?:wa\.me/|(?:api|web)\.whatsapp\.com/send/?\?phone=)\+?(\d+).*", re.IGNORECASE
)
#: A zero that some countries dial at home, after the code of one that does not: `+34 (0)612…`.
_BRACKETED: Final = re.compile(r"(?:\+|00) ?(\d{1,3}) ?\(0\)")
_LETTER_O: Final = re.compile(r"[Oo][1-9][\d .\-/]{7,}\Z")
_DESK: Final = re.compile(r"[ ,;(/-]+(?:poste|p\.)\s*\d{1,5}\s*\)?\s*\Z", re.IGNORECASE)
_HOUR: Final = r"\d{1,2}\s*(?:h|:|heures?)\s*(?:\d\d)?"
_HOURS: Final = re.compile(
    rf"\b(?:apr[eè]s|avant|d[eè]s|entre|[aà] partir de|jusqu'?[aà]|after|before)\s*{_HOUR}"
    rf"(?:\s*(?:et|-|à)\s*{_HOUR})?(?!\d)",
    re.IGNORECASE,
)
_FLAG: Final = re.compile("[\N{REGIONAL INDICATOR SYMBOL LETTER A}-\N{REGIONAL INDICATOR SYMBOL LETTER Z}]{2}")
_SCHEME: Final = re.compile(r"(?:tel|whatsapp):", re.IGNORECASE)
_HIDING: Final = re.compile(
    r"[*#]\d{2}#\s*(?=[+(\d])"
)  #: dialled before a number, to hide one's own or to show it
_DIALLED: Final = re.compile(r"[*#＊＃](?:\D*\d){6}")  #: signs of keys: what stands before them is no country code
_SCIENTIFIC: Final = re.compile(r"\+?(\d+(?:[.,]\d+)?)E\+?(\d{1,2})", re.IGNORECASE)
_LETTER: Final = re.compile(r"[^\W\d_]")
_DIGIT: Final = re.compile(r"\d")
_GROUP: Final = re.compile(r"\d+")
_THOUSANDS: Final = [3, 3, 3]  #: a whole number as spreadsheets group it
_AMERICA: Final = "1"
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


def _unusual(text: Cell, *, region: str, accept_any: bool) -> Reading | Unusable:
    written = as_text(text)
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


def _find(text: str, region: str) -> _Found | Unusable:
    if scientific := _SCIENTIFIC.fullmatch(text):
        return _written_out(text, scientific, region)
    if decimal := DECIMAL.fullmatch(text):
        found = _single(decimal[1], region)
        return _Found(found.number, found.repair or DECIMALS) if found else why(decimal[1], region, cell=text)
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
        return invalid(DIALLED, cell)
    if _LETTER.search(text) or _FLAG.search(text):
        return _among_words(text, region, cell=cell)
    if _other_groups(text, region):
        return invalid(OTHER_GROUPS, cell)
    return _single(text, region) or _among(text, region) or why(text, region, cell=cell)


def _among_words(text: str, region: str, *, cell: str) -> _Found | Unusable:
    """Read the number of a text that says something beside it."""
    if _LETTER_O.match(text) and (spelt := _single("0" + text[1:], region)):
        return _Found(spelt.number, LETTER_O)
    text, beside = _without_hours(text)
    found = _among(text, region)
    if found and beside:
        found = _Found(found.number, found.repair or beside, found.count)
    if _elsewhere(text, region, found):
        return invalid(ELSEWHERE, cell)
    overseas_too = (_among(text, named) for named in regions_named(text) if _share_a_plan(named, region))
    return found or next(filter(None, overseas_too), None) or why(text, region, cell=cell)


def _without_hours(text: str) -> tuple[str, str]:
    """Take away what stands behind a number with digits of its own: an office's extension, or when to call."""
    if desk := _DESK.search(text):
        return text[: desk.start()], EXTENSION
    bare = _HOURS.sub(" ", text)
    return (text, "") if bare == text else (bare.strip(), AROUND)


def _written_out(text: str, scientific: re.Match[str], region: str) -> _Found | Unusable:
    significand, exponent = scientific[1].replace(",", "."), int(scientific[2])
    if len(significand.replace(".", "")) <= exponent:
        return invalid(DIGITS_GONE, text)
    value = Decimal(f"{significand}E{exponent}")
    found = _single(f"{value:f}", region) if value == value.to_integral_value() else None
    return _Found(found.number, WRITTEN_OUT) if found else invalid(NO_NUMBER, text)


def _single(text: str, region: str) -> _Found | None:
    """Read a text that is one number and nothing else."""
    digits = "" if text.startswith("+") else "".join(_DIGIT.findall(text))
    if text.isdecimal() and (number := kept_zero(digits, region)):
        return _Found(number, ZERO)
    number = parse_existing(text, region)
    if own := _own(digits, number, region):
        return _Found(own, PLUS)
    if number:
        repair = EXTENSION if number.extension else ""
        return _Found(number, repair or (ZERO if lost_zero(digits, number, region) else ""))
    if (number := parse(text, region)) and (elsewhere := overseas(number)):
        national = digits.startswith("0") and not digits.startswith("00")
        return _Found(elsewhere, ZERO if len(digits) == FRENCH_DIGITS else "" if national else OVERSEAS)
    if text.startswith("+0"):
        found = _single(text[1:], region)
        return found and _Found(found.number, found.repair or STRAY)
    if (bracketed := _BRACKETED.match(text)) and (number := parse_existing(_without(bracketed), region)):
        return _Found(number, BRACKETS)
    return _foreign(digits, region)


def _without(bracketed: re.Match[str]) -> str:
    return "+" + bracketed[1] + bracketed.string[bracketed.end() :]


def _own(digits: str, number: PhoneNumber | None, region: str) -> PhoneNumber | None:
    """Read a number of the region itself whose plus is lost, where it would else be a landline without its zero.

    In a country whose numbers differ in length it may be either; such a landline is longer than any is.
    """
    if number is None or is_mobile(number) or not lost_zero(digits, number, region):
        return None
    own = parse_existing("+" + digits, None)
    return own if own and own.country_code == number.country_code and is_mobile(own) else None


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
