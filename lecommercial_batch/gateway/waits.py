"""How long an answer asks us to wait: whatever a server writes, a finite number of seconds."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

from lecommercial_batch.delivery.backoff import TOO_LONG

_NUMBER: Final = re.compile(r"\d+(?:\.\d+)?", re.ASCII)
_LONGEST: Final = 20  #: digits of a number that is worth reading: nanoseconds since 1970 have 19
#: A number is a moment, not a length, where it is one within so many seconds of now: in seconds since 1970,
#: as Laravel writes it, or in milli-, micro- or nanoseconds, as others do.
_NEAR: Final = 10 * 365 * 86_400.0
_UNITS: Final = (1.0, 1e3, 1e6, 1e9)


def wait_asked(headers: Mapping[str, str], now: datetime) -> float | None:
    """Return the seconds that `Retry-After` (seconds or a date) or `X-RateLimit-Reset` ask for.

    None where nothing that can be read does. What is longer than anybody waits is ``TOO_LONG``, however long.
    """
    asked = _seconds(headers.get("retry-after", ""), now)
    return _seconds(headers.get("x-ratelimit-reset", ""), now) if asked is None else asked


def pause_asked(headers: Mapping[str, str], now: datetime) -> float | None:
    """Return the seconds until the limit's window ends, where this call was the last that it lets through."""
    return wait_asked(headers, now) if headers.get("x-ratelimit-remaining", "").strip() == "0" else None


def _seconds(written: str, now: datetime) -> float | None:
    written = written.strip()
    if _NUMBER.fullmatch(written):
        whole = written.partition(".")[0].lstrip("0")
        seconds = _from(float(written), now.timestamp()) if len(whole) <= _LONGEST else TOO_LONG
    else:
        try:
            moment = parsedate_to_datetime(written)
            seconds = (moment.replace(tzinfo=moment.tzinfo or UTC) - now).total_seconds()
        except (ValueError, TypeError, IndexError, OverflowError):
            return None
    return min(max(0.0, seconds), TOO_LONG)


def _from(number: float, now: float) -> float:
    """Return the seconds that a number means: as long as it says, or until the moment that it is."""
    ahead = [number / unit - now for unit in _UNITS]
    return next((each for each in ahead if abs(each) < _NEAR), number)
