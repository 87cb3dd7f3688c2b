"""The writings that nearly all cells have, read at a twentieth of the library's price and to the same result.

They are told by regular expressions made of the library's own metadata. Whatever is not surely one of them is left
to the library.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from lecommercial_batch.core.model import Cell, Phone, Reading, Reason, Unusable
from lecommercial_batch.core.sentence import Sentence
from lecommercial_batch.planning.phones.numbering import LANDLINE, NEVER, Kind, Plan, plan
from lecommercial_batch.planning.phones.writing import BARE, DECIMAL, ZERO, shown

_SEPARATORS: Final = tuple(map(chr, BARE))


@dataclass(frozen=True, slots=True)
class _Shapes:
    """One region's usual writings, once what stands between the digits is gone."""

    country: str
    mobile: re.Pattern[str]
    landline: re.Pattern[str] | None


def read_usual(cell: Cell, *, region: str, accept_any: bool) -> Reading | Unusable | None:
    """Read a cell that holds a number in a usual writing; None where it is for the library to read."""
    shapes = _shapes(region)
    if shapes is None or not (type(cell) is str or type(cell) is int):
        return None
    text = str(cell)
    return _judge(text, text.translate(BARE), shapes, accept_any=accept_any)


def read_many_usual(
    cells: Sequence[Cell], *, region: str, accept_any: bool
) -> Sequence[Reading | Unusable | None]:
    """Return what ``read_usual`` returns for each cell, dearer for one and cheaper for thousands."""
    shapes = _shapes(region)
    if shapes is None:
        return [None] * len(cells)
    texts = [cell if type(cell) is str else str(cell) if type(cell) is int else "" for cell in cells]
    return [
        _judge(text, bare, shapes, accept_any=accept_any) for text, bare in zip(texts, _bared(texts), strict=True)
    ]


def _bared(texts: list[str]) -> list[str]:
    """Take the separators out of all texts at once: one pass each over one long text."""
    joined = "\n".join(texts)
    if joined.count("\n") >= len(texts):
        return [text.translate(BARE) for text in texts]
    for separator in _SEPARATORS:
        joined = joined.replace(separator, "")
    return joined.split("\n") if texts else []


def _judge(text: str, bare: str, shapes: _Shapes, *, accept_any: bool) -> Reading | Unusable | None:
    found = shapes.mobile.fullmatch(bare)
    if found is None and shapes.landline is not None:
        found = shapes.landline.fullmatch(bare)
        if found and not accept_any and not _is_decimal(text):
            return Unusable(Reason.NOT_MOBILE, Sentence(LANDLINE, phone=shapes.country + found[2]))
    if found is None or _is_decimal(text):
        return None
    phone = Phone(shapes.country + found[2])
    if found[1] is not None:
        return Reading(phone)
    if not text.isdecimal():  # whose groups may be another country's
        return None
    return Reading(phone, Sentence(ZERO, text=shown(text), phone=phone.e164))


def _is_decimal(text: str) -> bool:
    return "." in text and DECIMAL.fullmatch(text) is not None


@cache
def _shapes(region: str) -> _Shapes | None:
    numbering = plan(region)
    if numbering is None:
        return None
    others = numbering.others
    landline = _shape(numbering, numbering.landline, (*others, numbering.mobile.pattern))
    return _Shapes(
        country=numbering.country,
        mobile=_shape(numbering, numbering.mobile, others),
        landline=landline if numbering.alone else None,
    )


def _shape(numbering: Plan, kind: Kind, others: Sequence[str]) -> re.Pattern[str]:
    """Return the pattern of what is surely a number of one kind: group 1 how it begins, group 2 the number."""
    country = numbering.country[1:]
    beginnings = ["0", rf"\+{country}0?"]
    if numbering.dials_00:
        beginnings.append(f"00{country}0?")
    if numbering.fixed_length:
        beginnings.append(country)
    bare = "|" if numbering.fixed_length else ""
    lengths = "|".join(rf"\d{{{length}}}" for length in sorted(kind.lengths)) or NEVER
    exists = rf"(?=(?:{numbering.any_kind})\Z)"
    no_other = "".join(rf"(?!(?:{other})\Z)" for other in others)
    return re.compile(
        rf"(?:({'|'.join(beginnings)}){bare})(?!0)(?=(?:{lengths})\Z){exists}{no_other}({kind.pattern})", re.ASCII
    )
