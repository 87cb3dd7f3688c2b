"""How a plan is sent: at which hours, how surely, in which form, and from which phone."""

import hashlib
import json
from base64 import b32encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from lecommercial_batch.core.hours import Hours
from lecommercial_batch.core.model import RunOptions
from lecommercial_batch.core.sender import Secret

#: Rounds that make each guess at a key slow: about a hundredth of a second.
_ROUNDS: Final = 20_000
_PURPOSE: Final = b"lecommercial-batch: which phone"
_LETTERS: Final = 4  #: of base32: twenty bits


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How a plan is sent, by the place where that is written.

    Keys are known where messages are sent, and often not where they are previewed: they stand apart.
    """

    said: Mapping[str, str] = field(default_factory=dict)  #: by the campaign and by ``senders.toml``
    keys: Mapping[str, str] = field(default_factory=dict)  #: digests of them; none where one is not known

    @property
    def parts(self) -> Mapping[str, str]:
        """Return all of it."""
        return {**self.said, **self.keys}

    @property
    def code(self) -> str:
        """Twenty bits that change when the manner does: ``7B3D``."""
        return _code(self.parts)

    @property
    def code_without_keys(self) -> str:
        """Return the code where no key is known."""
        return _code(self.said)


def said_by(options: RunOptions) -> Mapping[str, str]:
    """Return what a campaign says of how it is sent: the hours of one without [schedule] are empty."""
    return {
        "sending.delivery": "at-least-once" if options.at_least_once else "at-most-once",
        "schedule.start": options.not_before.isoformat() if options.not_before else "",
        **_hours(options.hours),
    }


def key_digest(key: Secret) -> str:
    """Return twenty bits of a key, slowly: enough to tell two apart, too little to find one by."""
    return _key_digest(key.reveal())


@lru_cache(maxsize=256)
def _key_digest(key: str) -> str:
    derived = hashlib.pbkdf2_hmac("sha256", key.encode(), _PURPOSE, _ROUNDS)
    return b32encode(derived).decode()[:_LETTERS]


def _hours(hours: Hours | None) -> Mapping[str, str]:
    window = f"{_clock(hours.opens)}-{_clock(hours.closes)}" if hours else ""
    return {
        "schedule.timezone": hours.timezone if hours else "",
        "schedule.window": window,
        "schedule.days": ",".join(map(str, hours.days)) if hours else "",
        "schedule.holidays": ",".join(sorted(hours.holidays)) if hours else "",
    }


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _code(parts: Mapping[str, str]) -> str:
    written = json.dumps(parts, sort_keys=True)
    return b32encode(hashlib.sha256(written.encode()).digest()).decode()[:_LETTERS]
