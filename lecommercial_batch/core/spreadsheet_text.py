"""Texts that a spreadsheet would run or change when it opens a CSV file, and how they are kept as they are.

Formulas get an apostrophe: it is seen, and known for what it is. So do those within a text, since a spreadsheet
of another country cuts it at its own separator. Numbers that are none (phones, codes that begin with a zero) get
a tab, which spreadsheets take for text and do not show, and which programs trim: ``="0612…"`` is a formula to
whoever is not a spreadsheet. All of these are taken off when a report is read again.
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
#: What another country's spreadsheet takes for a cell of its own, where its lines are cut at commas or tabs.
_INNER: Final = re.compile(r"([,;\t|\r\n][ \xa0\"]*)('*)([=@＝＠+\-＋－][^,;\t|\r\n]*)")


def harmless(text: str) -> str:
    """Keep a text from being run as a formula: one that begins like one gets a leading apostrophe.

    So does each part of it after a comma, a semicolon, a tab, a bar or a line's end. A number with its sign, phone
    numbers among them, is left as it is.
    """
    inside = _INNER.sub(_guarded, text)
    return f"'{inside}" if _runs(text) or _seems_kept(text) else inside


def unchanged(text: str) -> str:
    """Keep a text from being run, and from being turned into a number that it is not."""
    return f"\t{text}" if _CODE.fullmatch(text) else harmless(text)


def restored(text: str) -> str:
    """Return the text that `harmless` or `unchanged` has kept."""
    if text.startswith("\t") and _CODE.fullmatch(text, 1):
        return text[1:]
    return _INNER.sub(_freed, text[1:] if _seems_kept(text) else text)


def _runs(text: str) -> bool:
    return text.startswith(_FORMULA) or (text.startswith(_SIGNED) and not _PLAIN.fullmatch(text))


def _seems_kept(text: str) -> bool:
    """Tell whether a text is apostrophes and then what would run, as `harmless` leaves it."""
    return text.startswith("'") and _runs(text.lstrip("'"))


def _guarded(found: re.Match[str]) -> str:
    before, kept, part = found.groups()
    return f"{before}'{kept}{part}" if _runs(part.rstrip()) else found[0]


def _freed(found: re.Match[str]) -> str:
    before, kept, part = found.groups()
    return f"{before}{kept[1:]}{part}" if kept and _runs(part.rstrip()) else found[0]
