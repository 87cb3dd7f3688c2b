"""The throttle: how many calls a client address may make."""

import math
from collections import deque
from dataclasses import dataclass

from lecommercial_batch.sandbox.settings import Limit


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """Whether a call is let in, and what its answer says about the limit."""

    limit: int
    remaining: int
    wait: int | None = None  #: None: let in; else the whole seconds until it is worth trying again


class FixedWindow:
    """Laravel's: the window opens with the first hit, and a refused hit does not count."""

    def __init__(self, limit: Limit) -> None:
        self._limit = limit
        self._hits = 0
        self._closes = -math.inf

    def hit(self, now: float) -> Admission:
        """Count a call at ``now``, in seconds of any clock that does not go back."""
        if now >= self._closes:
            self._hits, self._closes = 0, now + self._limit.period
        if self._hits >= self._limit.count:
            return Admission(limit=self._limit.count, remaining=0, wait=math.ceil(self._closes - now))
        self._hits += 1
        return Admission(limit=self._limit.count, remaining=self._limit.count - self._hits)


class SlidingWindow:
    """Stricter: no stretch of one period, wherever it begins, holds more calls than the limit."""

    def __init__(self, limit: Limit) -> None:
        self._limit = limit
        self._hits: deque[float] = deque()

    def hit(self, now: float) -> Admission:
        """Count a call at ``now``, in seconds of any clock that does not go back."""
        while self._hits and self._hits[0] <= now - self._limit.period:
            self._hits.popleft()
        if len(self._hits) >= self._limit.count:
            wait = math.ceil(self._hits[0] + self._limit.period - now)
            return Admission(limit=self._limit.count, remaining=0, wait=wait)
        self._hits.append(now)
        return Admission(limit=self._limit.count, remaining=self._limit.count - len(self._hits))


class Throttle:
    """One window a client address."""

    def __init__(self, limit: Limit) -> None:
        self._limit = limit
        self._windows: dict[str, FixedWindow | SlidingWindow] = {}

    def hit(self, address: str, now: float) -> Admission:
        """Count a call from ``address``."""
        window = self._windows.get(address)
        if window is None:
            window = SlidingWindow(self._limit) if self._limit.sliding else FixedWindow(self._limit)
            self._windows[address] = window
        return window.hit(now)


class Busiest:
    """The highest number of events that any stretch of ``period`` seconds has held: (t - period, t]."""

    def __init__(self, period: float) -> None:
        self._period = period
        self._times: deque[float] = deque()
        self.peak = 0

    def add(self, now: float) -> None:
        """Count an event at ``now``, no earlier than the one before."""
        while self._times and self._times[0] <= now - self._period:
            self._times.popleft()
        self._times.append(now)
        self.peak = max(self.peak, len(self._times))
