"""How a pace is written: ``55/min``."""

import re
from typing import Final

from lecommercial_batch.core.model import Rate
from lecommercial_batch.core.sentence import Sentence

DEFAULT_RATE: Final = Rate(count=55, period=60.0)
_PERIODS: Final = {"s": 1.0, "sec": 1.0, "min": 60.0, "m": 60.0, "h": 3600.0}
WRITTEN: Final = re.compile(r"\s*(\d{1,7})\s*/\s*(sec|s|min|m|h)\s*", re.IGNORECASE)


def parse_rate(text: object) -> Rate:
    """Read ``20/s``, ``55/min`` or ``500/h``.

    Raises:
        ValueError: it is none of these, or zero; its arguments are the sentence and the advice.
    """
    match = WRITTEN.fullmatch(str(text))
    if not match or int(match[1]) == 0:
        raise ValueError(
            Sentence("“{value}” is not a pace", value=str(text)),
            Sentence('Write "20/s", "55/min" or "500/h".'),
        )
    return Rate(count=int(match[1]), period=_PERIODS[match[2].lower()])
