"""A small number for a large one, for millions of them: which row has a phone number."""

from array import array
from typing import Final

_SMALLEST: Final = 1 << 12
_FULL: Final = 5 / 8  #: of the slots; beyond it the search for a free one takes long
_MIX: Final = 0x9E3779B97F4A7C15  #: 2^64 over the golden ratio, which spreads numbers that follow each other
_SHIFT: Final = 50  #: bits that fifteen digits have: above it each bit of the product depends on all of them


class NumberMap:
    """A dictionary from numbers above 0, of 64 bits, to numbers of 32, in 12 bytes a slot; a dict takes 200.

    Numbers are told apart by all their digits, so that no two are ever taken for one.
    """

    def __init__(self) -> None:
        self._count = 0
        self._make(_SMALLEST)

    def __setitem__(self, number: int, value: int) -> None:
        if self.setdefault(number, value) != value:
            self._values[self._slot(number)] = value

    def setdefault(self, number: int, value: int) -> int:
        """Return what is noted for the number; where there is nothing, note this."""
        numbers, mask = self._numbers, self._mask
        slot = (number * _MIX >> _SHIFT) & mask  # as in _slot, spared a call: this is asked for every row
        while found := numbers[slot]:
            if found == number:
                return self._values[slot]
            slot = (slot + 1) & mask
        numbers[slot], self._values[slot] = number, value
        self._count += 1
        if self._count > mask * _FULL:
            self._grow()
        return value

    def get(self, number: int, default: int) -> int:
        """Return what is noted for the number."""
        slot = self._slot(number)
        return self._values[slot] if self._numbers[slot] else default

    def __contains__(self, number: int) -> bool:
        return bool(self._numbers[self._slot(number)])

    def _slot(self, number: int) -> int:
        """Return where the number stands, or the free slot where it would."""
        numbers, mask = self._numbers, self._mask
        slot = (number * _MIX >> _SHIFT) & mask
        while (found := numbers[slot]) and found != number:
            slot = (slot + 1) & mask
        return slot

    def _grow(self) -> None:
        numbers, values = self._numbers, self._values
        self._make(2 * len(numbers))
        for number, value in zip(numbers, values, strict=True):
            if number:
                slot = self._slot(number)
                self._numbers[slot], self._values[slot] = number, value

    def _make(self, slots: int) -> None:
        self._mask = slots - 1
        self._numbers = array("Q", bytes(8 * slots))  # 0 is nobody's number
        self._values = array("I", bytes(4 * slots))
