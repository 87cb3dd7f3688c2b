"""Ctrl-C and SIGTERM: once asks to stop, twice leaves at once."""

import asyncio
import itertools
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

from lecommercial_batch.cli.exits import Exit

_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def interruptible() -> Iterator[None]:
    """Let Ctrl-C interrupt a question: asyncio's own handler would only take note of it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def stopping_on_signals(stop: asyncio.Event, *, on_stop: Callable[[], None]) -> Iterator[None]:
    """Set ``stop`` on the first signal; on the second leave at once, the claims in flight becoming unknown."""
    loop, signals = asyncio.get_running_loop(), itertools.count(1)

    def handle(_signal: int, _frame: FrameType | None) -> None:
        if next(signals) > 1 or stop.is_set():
            os._exit(Exit.RESUMABLE)  # what is committed is safe; the next turn finds the claims
        loop.call_soon_threadsafe(stop.set)
        loop.call_soon_threadsafe(on_stop)

    # signal.signal, not loop.add_signal_handler: Windows has only the former.
    before = {each: signal.signal(each, handle) for each in _SIGNALS}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
