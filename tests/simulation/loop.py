"""An event loop in virtual time, in which everything happens in an order that a seed decides."""

import asyncio
import gc
import heapq
import random
import selectors
import sys
import warnings
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, Final

from tests.simulation.programs import PROGRAM, Program

#: Handles run before a world is taken to go round in circles.
MOST_STEPS: Final = 400_000
_INSTANT: Final = 1e-6  #: seconds: nothing takes no time
_FASTEST_DISK, _SLOWEST_DISK = 0.0002, 0.004  # seconds that what a program hands to a thread takes


class EndlessError(Exception):
    """The world goes on and on, or waits for what will never come."""


class _NoSelector(selectors.BaseSelector):
    """Looks at no file: nothing in here comes from outside."""

    def register(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        return selectors.SelectorKey(fileobj, 0, events, data)

    def unregister(self, fileobj: Any) -> selectors.SelectorKey:
        return selectors.SelectorKey(fileobj, 0, 0, None)

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        del timeout
        return []

    def get_key(self, fileobj: Any) -> selectors.SelectorKey:
        raise KeyError(fileobj)

    def get_map(self) -> dict[Any, selectors.SelectorKey]:
        return {}


class SimulatedLoop(asyncio.SelectorEventLoop):
    """Jumps to the next timer when nothing is ready, and lets programs take turns in a seeded order.

    Within a program the order is asyncio's own, first come first served; between programs it is drawn.
    ``on_strike`` hears of a program that has come to a step at which it is to be struck, before it takes it.
    """

    def __init__(self, seeded: random.Random) -> None:
        super().__init__(_NoSelector())
        self.set_exception_handler(lambda *_: None)  # the dead complain when they are buried
        self.seeded: Final = seeded
        self.steps = 0
        self.on_strike: Callable[[Program, str], None] = lambda _program, _blow: None
        self._virtual = 0.0

    def time(self) -> float:
        return self._virtual

    def call_soon_threadsafe(self, callback: Any, *args: Any, context: Any = None) -> asyncio.Handle:  # type: ignore[override]
        return self.call_soon(callback, *args, context=context)

    def run_in_executor(self, executor: Any, func: Callable[..., Any], *args: Any) -> asyncio.Future[Any]:  # type: ignore[override]
        """Run it a moment later, in one go: what a thread would do beside everything else."""
        del executor
        future = self.create_future()

        def work() -> None:
            if future.cancelled():
                return
            try:
                result = func(*args)
            except Exception as error:  # noqa: BLE001 - handed to whoever waits, as an executor does
                future.set_exception(error)
            else:
                future.set_result(result)

        self.call_later(self.seeded.uniform(_FASTEST_DISK, _SLOWEST_DISK), work)
        return future

    def put_back(self, handles: Sequence[asyncio.Handle]) -> None:
        """Make ready what a frozen program could not do."""
        self._ready.extend(handles)  # type: ignore[attr-defined]  # asyncio's own, not in its stubs

    def bury(self, *, sweep: bool = True) -> None:
        """Take apart what killed programs have left, and close: their ``finally`` blocks run now, unheard."""
        said, sys.unraisablehook = sys.unraisablehook, lambda _: None
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                for task in asyncio.all_tasks(self):
                    task._log_destroy_pending = False  # type: ignore[attr-defined]  # noqa: SLF001 - we know
                    with suppress(BaseException):
                        task.get_coro().close()
                self._ready.clear()  # type: ignore[attr-defined]  # as below
                self._scheduled.clear()  # type: ignore[attr-defined]  # as below
                self.close()
                if sweep:
                    gc.collect()
        finally:
            sys.unraisablehook = said

    def _run_once(self) -> None:
        self._virtual += _INSTANT
        ready, scheduled = self._ready, self._scheduled  # type: ignore[attr-defined]  # as above
        while scheduled and scheduled[0]._cancelled:  # noqa: SLF001 - a loop looks at its handles
            heapq.heappop(scheduled)._scheduled = False  # noqa: SLF001 - as above
        if not ready:
            if not scheduled:
                raise EndlessError("nothing is left that could happen")
            self._virtual = max(self._virtual, scheduled[0].when())
        while scheduled and scheduled[0].when() <= self._virtual:
            timer = heapq.heappop(scheduled)
            timer._scheduled = False  # noqa: SLF001 - as above
            ready.append(timer)
        batch = list(ready)
        ready.clear()
        for handle in self._mixed(batch):
            self._run_handle(handle)

    def _mixed(self, batch: list[asyncio.Handle]) -> list[asyncio.Handle]:
        """Let programs that are ready at one time go in any order."""
        by_program: dict[Program | None, list[asyncio.Handle]] = {}
        for handle in batch:
            by_program.setdefault(_program_of(handle), []).append(handle)
        if len(by_program) < 2:
            return batch
        order = list(by_program.values())
        self.seeded.shuffle(order)
        return [handle for handles in order for handle in handles]

    def _run_handle(self, handle: asyncio.Handle) -> None:
        if handle.cancelled():
            return
        program = _program_of(handle)
        if program is not None:
            if not program.alive:
                return
            if not program.frozen:
                program.steps += 1
                if blow := program.strike_at.pop(program.steps, ""):
                    self.on_strike(program, blow)
            if program.frozen:
                program.waiting.append(handle)
            if program.frozen or not program.alive:
                return
        self.steps += 1
        if self.steps > MOST_STEPS:
            raise EndlessError("it goes on and on")
        handle._run()  # noqa: SLF001 - as above


def _program_of(handle: asyncio.Handle) -> Program | None:
    return handle._context.get(PROGRAM)  # type: ignore[attr-defined, no-any-return]  # noqa: SLF001 - as above


def running() -> SimulatedLoop | None:
    """Return the simulated loop that runs, where one does."""
    loop = asyncio._get_running_loop()  # noqa: SLF001 - the public one raises, which costs
    return loop if isinstance(loop, SimulatedLoop) else None
