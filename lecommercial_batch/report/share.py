"""Shares of a whole, as the reader's language writes them."""

from typing import Final

from babel.numbers import format_percent

from lecommercial_batch.core.language import spoken

_EXACT: Final = (0.1, 0.99)  #: shares beyond these have a decimal


def percent(share: float) -> str:
    """Write a share: what is little is not nothing, and what is nearly all is not all."""
    if 0 < share < 1:
        share = min(0.999, max(0.001, round(share, 2 if _EXACT[0] <= share <= _EXACT[1] else 3)))
    return format_percent(share, locale=spoken(), decimal_quantization=False)
