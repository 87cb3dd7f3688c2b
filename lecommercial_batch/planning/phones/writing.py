"""What stands in a cell beside a number's digits, and how a cell is quoted."""

import re
from typing import Final

from lecommercial_batch.core.sentence import N_

ZERO: Final = N_("read {text} → {phone}: leading zero restored")

_INVISIBLE: Final = [
    0xAD,
    0x61C,
    0x180E,
    0xFEFF,
    *range(0x200B, 0x2010),
    *range(0x202A, 0x202F),
    *range(0x2060, 0x2070),
]
_SPACES: Final = [0xA0, 0x202F, 0x205F, 0x3000, *range(0x2000, 0x200B)]
#: Makes every space a plain one, and drops what cannot be seen.
TIDY: Final = {**dict.fromkeys(_INVISIBLE), **dict.fromkeys(_SPACES, " ")}
#: Drops whatever may stand between digits.
BARE: Final = dict.fromkeys([*_INVISIBLE, *_SPACES, *map(ord, " \t.-/()‐‑‒–—−")])

DECIMAL: Final = re.compile(r"(\+?\d+)[.,]00?")


def shown(text: str) -> str:
    """Quote a cell in one line of bounded length."""
    return " ".join(text.split())[:40]
