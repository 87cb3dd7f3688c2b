"""Who asked not to be written to any more: left out of every plan, and looked for again before each message."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from lecommercial_batch.core.model import Phone
from lecommercial_batch.core.phone_set import PhoneSet
from lecommercial_batch.core.sentence import Sentence


def said_since(tries: int) -> Sentence:
    """Return what is said of a message whose person opted out after it was planned, and tried so many times."""
    if not tries:
        return Sentence("this person asked not to be written to after the campaign was prepared")
    return Sentence(
        "this person asked not to be written to after the campaign was prepared; tries before that: {count}",
        count=tries,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Optout:
    """One person's wish, and how we know of it."""

    phone: Phone
    at: datetime  #: when they said so, or when we were told
    source: str = ""  #: where it comes from: a file, a desk, a partner
    reason: str = ""  #: their words, or ours


class Optouts(Protocol):
    """The wishes that a journal keeps. Only `remove` undoes one."""

    async def add(self, optouts: Sequence[Optout]) -> int:
        """Keep them and return how many are new; what is known of the others stays as it was."""
        ...

    async def remove(self, phones: Sequence[Phone]) -> int:
        """Forget the wishes of people who want messages again, and return how many there were."""
        ...

    async def count(self) -> int: ...

    def phones(self) -> PhoneSet:
        """Return all their numbers, to plan by."""
        ...

    def all(self) -> Iterator[Optout]:
        """Yield them, the newest first, without holding them in memory."""
        ...
