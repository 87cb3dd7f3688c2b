"""The country code that a workbook shows before a number, and that stands in the number's format alone.

It imports nothing of the package: the process that reads workbooks loads it by its path.
"""

import math
import re
import zipfile
from collections.abc import Mapping, Sequence
from typing import Final
from xml.etree import ElementTree as ET

_STYLES: Final = re.compile(r"xl/styles\d*\.xml")
#: A format's pieces: a quoted text, one escaped character, a filling one, something in brackets, any other.
_PIECE: Final = re.compile(r'"([^"]*)"|\\(.)|[_*].|\[([^\]]*)\]|(.)', re.DOTALL)
_SECTION: Final = re.compile(r'((?:"[^"]*"|\\.|\[[^\]]*\]|[^;])*)(?:;|\Z)', re.DOTALL)
_CONDITION: Final = re.compile(r"(<=|>=|<>|<|>|=)(-?\d+(?:\.\d+)?)")
_BRACKETED: Final = re.compile(r"\[([^\]]*)\]")
_CODE: Final = re.compile(r"[\s(]*(?:\+|00)[\d\s().-]*")
_FEWEST: Final = 10**6  #: the numbers that somebody is called at are higher; `+5` is a difference
_FEWEST_WHOLE: Final = 10**7  #: those with their country code
_CELL: Final = re.compile(rb"<((?:\w+:)?)c\b([^>]*?)>((?:(?!</?(?:\w+:)?c\b).)*)</(?:\w+:)?c>", re.DOTALL)
_STYLE: Final = re.compile(rb"""\bs=["'](\d+)["']""")
_TYPE: Final = re.compile(rb"""\bt=["'](\w+)["']""")
_VALUE: Final = re.compile(rb"<(?:\w+:)?v(?:\s[^>]*)?>([^<]+)</")
_ODS_CELL: Final = re.compile(
    rb'(<table:table-cell\b[^>]*?)\soffice:value-type="(?:float|currency|percentage)"([^>]*>)'
    rb"(?=\s*<text:p>[\s(]*(?:\+|00)(?:[\s().-]*\d){7})"
)
#: The text of a number that is shown with its country code.
SHOWN_WITH_CODE: Final = re.compile(r"[\s(]*(?:\+|00)(?:[\s().-]*\d){7}")
_ODS_VALUE: Final = re.compile(rb'\s(?:calcext:value-type|office:value)="[^"]*"')
#: How the text of such a cell begins in an ods.
ODS_SIGNS: Final = (b"<text:p>+", b"<text:p>00", b"<text:p>(+", b"<text:p>(00")


def styles_with_codes(archive: zipfile.ZipFile) -> Mapping[int, str]:
    """Return the formats of an xlsx that show a plus or two zeros of their own, by the styles that have them."""
    part = next(filter(_STYLES.fullmatch, archive.namelist()), None)
    if part is None:
        return {}
    root = ET.fromstring(archive.read(part))  # noqa: S314 - in a process with bounds
    formats = {
        int(each.get("numFmtId", "0")): each.get("formatCode", "")
        for each in root.iter()
        if each.tag.endswith("}numFmt")
    }
    styles = next((each for each in root if each.tag.endswith("}cellXfs")), ())
    numbered = enumerate(formats.get(int(style.get("numFmtId", "0")), "") for style in styles)
    return {index: code for index, code in numbered if any(map(_prefix, _sections(code)))}


def with_codes(content: bytes, styles: Mapping[int, str]) -> bytes:
    """Write the numbers of these styles as the texts that a sheet of an xlsx shows, country code included."""

    def as_text(cell: re.Match[bytes]) -> bytes:
        style, kind, value = _STYLE.search(cell[2]), _TYPE.search(cell[2]), _VALUE.search(cell[3])
        if not (style and value) or int(style[1]) not in styles or (kind and kind[1] != b"n"):
            return cell[0]
        text = shown(value[1].decode(), styles[int(style[1])])
        if not text:
            return cell[0]
        attributes = _TYPE.sub(b"", _STYLE.sub(b"", cell[2])) + b' t="str"'
        space = cell[1]
        return b"<%bc%b><%bv>%b</%bv></%bc>" % (space, attributes, space, text.encode(), space, space)

    return _CELL.sub(as_text, content)


def as_shown(content: bytes) -> bytes:
    """Have the numbers of an ods that are shown with a country code be the texts that it shows."""
    return _ODS_CELL.sub(
        lambda cell: _ODS_VALUE.sub(b"", cell[1] + b' office:value-type="string"' + cell[2]), content
    )


def _sections(code: str) -> Sequence[str]:
    return [found[1] for found in _SECTION.finditer(code) if found[0]]


def shown(value: str, code: str) -> str:
    """Return what is shown of a value; empty where the format adds no country code to it."""
    try:
        number = float(value)
    except ValueError:
        return ""
    if not math.isfinite(number) or not number.is_integer():
        return ""
    prefix = next((_prefix(section) for section in _sections(code) if _holds(section, number)), "")
    fewest = _FEWEST_WHOLE if prefix in {"+", "00"} else _FEWEST
    return f"{prefix}{int(number)}" if prefix and number > fewest else ""


def _holds(section: str, number: float) -> bool:
    conditions = map(_CONDITION.fullmatch, _BRACKETED.findall(section))
    condition = next(filter(None, conditions), None)
    if condition is None:
        return True
    bound = float(condition[2])
    return {
        "<": number < bound,
        "<=": number <= bound,
        ">": number > bound,
        ">=": number >= bound,
        "=": number == bound,
        "<>": number != bound,
    }[condition[1]]


def _prefix(section: str) -> str:
    """Return what a section of a format shows before the digits, where that is a country code or a plus."""
    shown = ""
    for quoted, escaped, bracketed, plain in _PIECE.findall(section):
        if plain and plain in "0#?.@":
            break
        if bracketed.startswith("$"):
            shown += bracketed[1:].partition("-")[0]
        shown += quoted + escaped + plain
    return shown.strip() if _CODE.fullmatch(shown) else ""
