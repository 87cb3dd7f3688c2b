"""Which row has a number, for millions of numbers."""

from array import array
from typing import Final

from lecommercial_batch.model import Phone

_SMALLEST: Final = 1 << 12
_FULL: Final = 5 / 8  #: of the slots; beyond it the search for a free one takes long
_MIX: Final = 0x9E3779B97F4A7C15  #: 2^64 over the golden ratio, which spreads numbers that follow each other
_SHIFT: Final = 50  #: bits that fifteen digits have: above it each bit of the product depends on all of them


class PhoneRows:
    """A dictionary of phones and row numbers in 12 bytes a slot, where one of objects takes over 200.

    Numbers are told apart by all their digits, so that no two are ever taken for one.
    """

    def __init__(self) -> None:
        self._count = 0
        self._make(_SMALLEST)

    def __setitem__(self, phone: Phone, row: int) -> None:
        if self.setdefault(phone, row) != row:
            self._rows[self._slot(int(phone.e164))] = row

    def setdefault(self, phone: Phone, row: int) -> int:
        """Return the row that is noted for the phone; where there is none, note this one."""
        number, phones, mask = int(phone.e164), self._phones, self._mask
        slot = (number * _MIX >> _SHIFT) & mask  # as in _slot, spared a call: this is asked for every row
        while found := phones[slot]:
            if found == number:
                return self._rows[slot]
            slot = (slot + 1) & mask
        phones[slot], self._rows[slot] = number, row
        self._count += 1
        if self._count > mask * _FULL:
            self._grow()
        return row

    def get(self, phone: Phone, default: int) -> int:
        """Return the row that is noted for the phone."""
        slot = self._slot(int(phone.e164))
        return self._rows[slot] if self._phones[slot] else default

    def __contains__(self, phone: Phone) -> bool:
        return bool(self._phones[self._slot(int(phone.e164))])

    def _slot(self, number: int) -> int:
        """Return where the number stands, or the free slot where it would."""
        phones, mask = self._phones, self._mask
        slot = (number * _MIX >> _SHIFT) & mask
        while (found := phones[slot]) and found != number:
            slot = (slot + 1) & mask
        return slot

    def _grow(self) -> None:
        phones, rows = self._phones, self._rows
        self._make(2 * len(phones))
        for number, row in zip(phones, rows, strict=True):
            if number:
                slot = self._slot(number)
                self._phones[slot], self._rows[slot] = number, row

    def _make(self, slots: int) -> None:
        self._mask = slots - 1
        self._phones = array("Q", bytes(8 * slots))  # 0 is nobody's number
        self._rows = array("I", bytes(4 * slots))
