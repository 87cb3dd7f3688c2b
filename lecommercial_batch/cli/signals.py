"""Ctrl-C, SIGTERM and a terminal that is closed: once asks to stop; the first two, twice, leave at once."""

import asyncio
import itertools
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

from lecommercial_batch.cli.exits import Exit

_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)
_HANGUP: Final = getattr(signal, "SIGHUP", None)  # Windows has none


def leave_in_order() -> None:
    """Have SIGTERM and a closed terminal end the process as an error would: temporary data goes with it."""

    def leave(number: int, _frame: FrameType | None) -> None:
        sys.exit(128 + number)

    for each in (signal.SIGTERM, _HANGUP):
        if each is not None and signal.getsignal(each) is signal.SIG_DFL:
            signal.signal(each, leave)


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
    """Set ``stop`` on the first signal; on the second leave at once, the claims in flight becoming unknown.

    A terminal that is closed says so once, twice or beside another signal, as shells and systems have it: that
    asks to stop, and never to leave at once. Whoever set that to be ignored, as `nohup` does, is not asked.
    """
    loop, signals, hung_up = asyncio.get_running_loop(), itertools.count(1), asyncio.Event()

    def handle(number: int, _frame: FrameType | None) -> None:
        if number == _HANGUP:
            hung_up.set()
        elif next(signals) > 1 or (stop.is_set() and not hung_up.is_set()):
            os._exit(Exit.RESUMABLE)  # what is committed is safe; the next turn finds the claims
        loop.call_soon_threadsafe(stop.set)
        loop.call_soon_threadsafe(on_stop)

    # signal.signal, not loop.add_signal_handler: Windows has only the former.
    heeded = [*_SIGNALS]
    if _HANGUP is not None and signal.getsignal(_HANGUP) is not signal.SIG_IGN:
        heeded.append(_HANGUP)
    before = {each: signal.signal(each, handle) for each in heeded}
    try:
        yield
    finally:
        for each, handler in before.items():
            # Whoever closes a terminal may say so again while the reports are written.
            signal.signal(each, signal.SIG_IGN if each == _HANGUP and hung_up.is_set() else handler)
