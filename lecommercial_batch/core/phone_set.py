"""A set of phones, for millions of them."""

from array import array
from collections.abc import Iterable
from typing import Final, Protocol

from lecommercial_batch.core.model import Phone

_SMALLEST: Final = 1 << 10
_MIX: Final = 0x9E3779B97F4A7C15  #: 2^64 over the golden ratio, which spreads numbers that follow each other
_SHIFT: Final = 50  #: bits that fifteen digits have: above it each bit of the product depends on all of them


class People(Protocol):
    """A number of people that somebody is among or not."""

    def __contains__(self, phone: Phone, /) -> bool: ...


class NumberSet:
    """A set of numbers above 0, of 64 bits, in 16 to 32 bytes a number where a set of objects takes 90."""

    def __init__(self, numbers: Iterable[int], *, count: int) -> None:
        """Take ``count`` numbers at most."""
        slots = _SMALLEST
        while slots < 2 * count:
            slots *= 2
        self._mask = mask = slots - 1
        self._numbers = kept = array("Q", bytes(8 * slots))  # 0 stands for none
        self._count = 0
        for number in numbers:
            slot = (number * _MIX >> _SHIFT) & mask
            while (found := kept[slot]) and found != number:
                slot = (slot + 1) & mask
            self._count += not found
            kept[slot] = number

    def __len__(self) -> int:
        return self._count

    def has(self, number: int) -> bool:
        numbers, mask = self._numbers, self._mask
        slot = (number * _MIX >> _SHIFT) & mask
        while found := numbers[slot]:
            if found == number:
                return True
            slot = (slot + 1) & mask
        return False


class PhoneSet(NumberSet):
    """A set of phones, told apart by all their digits."""

    def __contains__(self, phone: Phone, /) -> bool:
        number, numbers, mask = int(phone.e164), self._numbers, self._mask
        slot = (number * _MIX >> _SHIFT) & mask  # as in `has`, spared a call: this is asked for every row
        while found := numbers[slot]:
            if found == number:
                return True
            slot = (slot + 1) & mask
        return False
