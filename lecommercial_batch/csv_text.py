"""Texts that a spreadsheet would run or change when it opens a CSV file, and how they are kept as they are.

Formulas get an apostrophe: it is seen, and known for what it is. Numbers that are none (phones, codes that begin
with a zero) get a tab, which spreadsheets take for text and do not show, and which programs trim: ``="0612…"`` is
a formula to whoever is not a spreadsheet. Both are taken off when a report is read again.
"""

import re
from typing import Final

#: How a text begins that a spreadsheet runs when it opens a CSV file; source: OWASP, "CSV Injection".
_FORMULA: Final = ("=", "@", "\t", "\r", "\n", "＝", "＠")
_SIGNED: Final = ("+", "-", "＋", "－")
#: A signed number or a phone number; inner dashes would be subtracted. Nothing in it can be matched in two ways.
_PLAIN: Final = re.compile(r"[+-][\s.,()]*+\d[\d\s.,()]*", re.ASCII)
#: What would lose its sign, its zero or its last digits as a number.
_CODE: Final = re.compile(r"\+\d[\d\s.()]*|0\d+|0\d(?:[\s.-]\d\d){4}|\d{12,}", re.ASCII)


def harmless(text: str) -> str:
    """Keep a text from being run as a formula: one that begins like one gets a leading apostrophe.

    A number with its sign, phone numbers among them, is left as it is.
    """
    runs = text.startswith(_FORMULA) or (text.startswith(_SIGNED) and not _PLAIN.fullmatch(text))
    return f"'{text}" if runs or _seems_kept(text) else text


def unchanged(text: str) -> str:
    """Keep a text from being run, and from being turned into a number that it is not."""
    return f"\t{text}" if _CODE.fullmatch(text) else harmless(text)


def restored(text: str) -> str:
    """Return the text that `harmless` or `unchanged` has kept."""
    if text.startswith("\t") and _CODE.fullmatch(text, 1):
        return text[1:]
    return text[1:] if _seems_kept(text) else text


def _seems_kept(text: str) -> bool:
    return text.startswith("'") and harmless(text[1:]) == text
