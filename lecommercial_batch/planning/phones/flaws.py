"""Why no phone number can be read from a text."""

import re
from typing import Final

import phonenumbers
from phonenumbers import ValidationResult

from lecommercial_batch.core.cell_errors import is_spoilt
from lecommercial_batch.core.model import Reason, Unusable
from lecommercial_batch.core.sentence import N_, Sentence
from lecommercial_batch.planning.phones.numbering import FRENCH, is_short, parse, plan
from lecommercial_batch.planning.phones.writing import BARE, shown

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

_LETTER: Final = re.compile(r"[^\W\d_]")
_DIGIT: Final = re.compile(r"\d")
_MACHINE: Final = re.compile(r"(?:\+33|0033|0)700\d{10}")  # 14 digits, set aside by ARCEP for machines
_SHORTEST: Final = 7  #: digits; below that a number is a short code or a slip


def why(text: str, region: str, *, cell: str) -> Unusable:
    """Say why a text is no phone number, quoting the cell it comes from."""
    digits = "".join(_DIGIT.findall(text))
    if region in FRENCH and _MACHINE.fullmatch(text.translate(BARE)):
        return Unusable(Reason.NOT_MOBILE, Sentence(MACHINE, text=shown(cell)))
    if not digits or _LETTER.search(text):
        return invalid(SPOILT if is_spoilt(text) else NO_NUMBER, cell)
    if len(digits) < _SHORTEST and is_short(digits, region):
        return Unusable(Reason.NOT_MOBILE, Sentence(SHORT, text=shown(cell)))
    return invalid(_length_flaw(text, digits, region), cell)


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


def invalid(template: str, text: str) -> Unusable:
    return Unusable(Reason.INVALID_PHONE, Sentence(template, text=shown(text)))
