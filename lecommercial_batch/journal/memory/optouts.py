"""The opt-outs of a journal in memory. They keep the promises of `core.optouts.Optouts`."""

from collections.abc import Iterator, Sequence

from lecommercial_batch.core.model import Phone
from lecommercial_batch.core.optouts import Optout
from lecommercial_batch.core.phone_set import PhoneSet


class MemoryOptouts:
    """Opt-outs in a dictionary."""

    def __init__(self) -> None:
        self._kept: dict[Phone, Optout] = {}

    async def add(self, optouts: Sequence[Optout]) -> int:
        before = len(self._kept)
        self._kept = {**{each.phone: each for each in reversed(optouts)}, **self._kept}
        return len(self._kept) - before

    async def remove(self, phones: Sequence[Phone]) -> int:
        return len([self._kept.pop(phone) for phone in set(phones) if phone in self._kept])

    async def count(self) -> int:
        return len(self._kept)

    def phones(self) -> PhoneSet:
        return PhoneSet((int(phone.e164) for phone in self._kept), count=len(self._kept))

    def all(self) -> Iterator[Optout]:
        yield from sorted(self._kept.values(), key=lambda each: (-each.at.timestamp(), each.phone.e164))

    def __contains__(self, phone: Phone) -> bool:
        return phone in self._kept
