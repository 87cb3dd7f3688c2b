"""How a stretch of time is written: ``30 days``, ``90d``; and how often within one: ``2 per 7 days``."""

import re
from datetime import timedelta
from typing import Final

from lecommercial_batch.core.guards import Frequency
from lecommercial_batch.core.sentence import Sentence

_UNITS: Final = {
    "minutes": ("min", "minute", "minutes"),
    "hours": ("h", "hour", "hours", "heure", "heures"),
    "days": ("d", "day", "days", "j", "jour", "jours"),
    "weeks": ("w", "week", "weeks", "semaine", "semaines"),
}
_UNIT_OF: Final = {word: unit for unit, words in _UNITS.items() for word in words}
PERIOD: Final = re.compile(
    rf"\s*([0-9]{{1,4}})\s*({'|'.join(sorted(_UNIT_OF, key=len, reverse=True))})\s*", re.IGNORECASE
)
FREQUENCY: Final = re.compile(rf"\s*([0-9]{{1,4}})\s*(?:per|par|/)(?={PERIOD.pattern}$)(.*)", re.IGNORECASE)


def parse_period(text: object) -> timedelta:
    """Read ``30 days``, ``12 hours``, ``2 weeks`` or ``90d``.

    Raises:
        ValueError: it is none of these, or zero; its arguments are the sentence and the advice.
    """
    match = PERIOD.fullmatch(str(text))
    if not match or int(match[1]) == 0:
        raise ValueError(
            Sentence("“{value}” is not a number of days", value=str(text)),
            Sentence('Write "30 days", "12 hours", "2 weeks" or "90d".'),
        )
    return timedelta(**{_UNIT_OF[match[2].lower()]: int(match[1])})


def parse_frequency(text: object) -> Frequency:
    """Read ``2 per 7 days``.

    Raises:
        ValueError: as `parse_period`.
    """
    match = FREQUENCY.fullmatch(str(text))
    if not match or int(match[1]) == 0:
        raise ValueError(
            Sentence("“{value}” does not say how often", value=str(text)),
            Sentence('Write "2 per 7 days" or "1 per 24 hours".'),
        )
    return Frequency(count=int(match[1]), period=parse_period(match[4]))
