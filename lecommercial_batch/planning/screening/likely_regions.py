"""Which countries' mobiles a column of numbers without country codes seems to hold."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from lecommercial_batch.core.model import Cell
from lecommercial_batch.planning.phones import count_mobiles

#: Where else the files come from that people in France have, the likeliest first.
# fmt: off
_ELSEWHERE: Final = (
    "FR", "BE", "CH", "LU", "MA", "DZ", "TN", "SN", "CI", "CM", "ML", "BF", "BJ", "TG", "NE", "GN", "GA", "CG",
    "CD", "MG", "MU", "DJ", "MR", "TD", "RW", "HT", "NC", "PF", "CA", "US", "GB", "IE", "ES", "PT", "IT",
    "DE", "NL", "AT", "PL", "RO", "BG", "CZ", "SK", "HU", "HR", "RS", "AL", "GR", "SE", "NO", "DK", "FI", "UA",
    "TR", "IL", "LB", "JO", "EG", "AE", "SA", "KE", "NG", "GH", "ZA", "IN", "PK", "LK", "CN", "HK", "BR",
    "MX", "MC",
)
# fmt: on
_BETTER: Final = 0.03  #: so much more of the rows another region must read to be thought of
_FEW: Final = 3  #: rows that it must read more, where the campaign's own region reads most
_MOST: Final = 0.5  #: of the rows
_CLOSE: Final = 0.9  #: where the campaign's own region reads less, fewer rows tell
_ENOUGH: Final = 150  #: rows, and up to twice as many
_CHANCE: Final = 1e-6  #: below that a coincidence is none
_RANGE: Final = 2  #: digits, after the first of a number, that tell its range

#: Rows with the cells of each that are filled.
Rows = Sequence[Sequence[Cell]]


def share_of(rows: Rows, region: str) -> float:
    """Return in what share of the rows a region reads a mobile."""
    return sum(count_mobiles(cells, region=region) > 0 for cells in rows) / max(1, len(rows))


def better_than(rows: Rows, region: str, own: float) -> Mapping[str, float]:
    """Return in what share of the rows other regions read a mobile, where it is clearly more than ``own``."""
    if own > 1 - _BETTER:
        return {}
    if own < _CLOSE:
        rows = rows[:: max(1, len(rows) // _ENOUGH)]
    than = own + max(_BETTER, own > _MOST and _FEW / len(rows))
    shares = {each: _share_if(rows, each, least=than) for each in _ELSEWHERE if each != region}
    fitting = {each: share for each, share in shares.items() if share >= than}
    return dict(sorted(fitting.items(), key=lambda item: -item[1]))


def _share_if(rows: Rows, region: str, *, least: float) -> float:
    """Return the share of rows that a region reads; 0 as soon as it cannot be ``least`` any more."""
    allowed, read = len(rows) - math.ceil(least * len(rows)), 0
    for seen, cells in enumerate(rows, start=1):
        read += count_mobiles(cells, region=region) > 0
        if seen - read > allowed:
            return 0.0
    return read / len(rows)


def as_good_as(rows: Rows, region: str) -> Mapping[str, float]:
    """Return the regions that read all that ``region`` does, where it would not be so of numbers of ``region``.

    All numbers of the Netherlands could be French ones, but no French file has numbers of Dutch ranges alone.
    """
    texts = [str(cell) for cells in rows for cell in cells if count_mobiles([cell], region=region)]
    if not texts:
        return {}
    first = Counter(map(_first, texts))
    begins = len({"".join(filter(str.isdigit, text))[: _first_place(text) + _RANGE + 2] for text in texts})
    likely = [each for each in _ELSEWHERE if each != region and _reads_all(texts, each)]
    likely = [each for each in likely if _chance(texts, first, each, region) ** begins < _CHANCE]
    return {each: share_of(rows, each) for each in likely}


def _reads_all(texts: Sequence[str], region: str) -> bool:
    return all(count_mobiles([text], region=region) for text in texts)


def _chance(texts: Sequence[str], first: Counter[str], region: str, own: str) -> float:
    """Return which part of the mobiles of ``own`` that begin with the same digits another region reads too."""
    shared = 0.0
    for digit, count in first.items():
        ranges = _ranges(next(text for text in texts if _first(text) == digit))
        there = [text for text in ranges if count_mobiles([text], region=own)]
        shared += count / first.total() * count_mobiles(there, region=region) / max(1, len(there))
    return max(shared, math.ulp(0.0))


def _ranges(text: str) -> Sequence[str]:
    """Return a number in all the ranges that begin with its first digit, written alike."""
    places = [place for place, sign in enumerate(text) if sign.isdigit()]
    start = _first_place(text) + 1
    varied = []
    for number in range(10**_RANGE):
        signs = list(text)
        for place, digit in zip(places[start : start + _RANGE], f"{number:0{_RANGE}}", strict=True):
            signs[place] = digit
        varied.append("".join(signs))
    return varied


def _first(text: str) -> str:
    """Return the first digit of a number, without the zero that may stand before it."""
    digits = "".join(filter(str.isdigit, text))
    return digits[_first_place(text)]


def _first_place(text: str) -> int:
    return int(next(filter(str.isdigit, text)) == "0")
