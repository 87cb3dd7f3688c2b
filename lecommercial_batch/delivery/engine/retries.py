"""When what went wrong is tried again: ever later, up to a minute."""

import asyncio
from collections.abc import Hashable
from typing import Final

_FIRST: Final = 5.0  #: seconds until the second try
_LONGEST: Final = 60.0


class Retries:
    """Counts what went wrong in a row, by whatever names it."""

    def __init__(self) -> None:
        self._failed: dict[Hashable, tuple[int, float]] = {}  # how often, and when it may be tried again

    def may(self, name: Hashable) -> bool:
        """Tell whether it may be tried now."""
        _, at = self._failed.get(name, (0, 0.0))
        return asyncio.get_running_loop().time() >= at

    def has(self, name: Hashable) -> bool:
        """Tell whether it went wrong the last time."""
        return name in self._failed

    def put_off(self, name: Hashable, *, at_most: float = _LONGEST) -> int:
        """Note that it went wrong, and return how often it did in a row; it is tried again in so long at most."""
        times = self._failed.get(name, (0, 0.0))[0] + 1
        wait = min(_LONGEST, at_most, _FIRST * 2 ** (min(times, 9) - 1))
        self._failed[name] = times, asyncio.get_running_loop().time() + wait
        return times

    def forget(self, name: Hashable) -> None:
        """Note that it went well."""
        self._failed.pop(name, None)
