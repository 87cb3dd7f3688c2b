"""Simulated programs, several in one event loop; each can be killed, frozen and thawed at any await."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Coroutine
from contextvars import Context, ContextVar
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from tests.simulation.loop import SimulatedLoop

#: The program that the running code belongs to; None: the world outside, which nothing strikes.
PROGRAM: Final[ContextVar[Program | None]] = ContextVar("program", default=None)
#: Numbers that no process of this machine has.
_pids: Final = itertools.count(1 << 30)


class Program:
    """One call of the command, as the operating system knows it: what it does, what it holds, how it ends.

    A killed program's coroutines are never resumed, as a killed process's are not: no ``finally`` of theirs runs.
    What it ``held`` of the machine (files, locks, connections) is let go.
    """

    def __init__(self, loop: SimulatedLoop, name: str, verb: str) -> None:
        self.loop = loop
        self.pid = next(_pids)
        self.name = name
        self.verb = verb
        self.alive = True
        self.frozen = False
        self.steps = 0  #: times it was resumed
        self.strike_at: dict[int, str] = {}  #: step → what strikes then
        self.waiting: list[asyncio.Handle] = []  #: what is to go on when it thaws
        self.stops: list[asyncio.Event] = []  #: those that SIGTERM sets
        self.held: list[Any] = []  #: what the machine lets go of when it dies: each has `let_go`
        self.lenient_until = 0.0  #: seconds of the loop until which a thawed program has not looked around yet
        self.task: asyncio.Task[Any] | None = None
        self.context = Context()
        self.context.run(PROGRAM.set, self)
        self.ended: asyncio.Future[Any] = loop.create_future()  #: its exit, its error, or None where it was killed

    def start(self, coroutine: Coroutine[Any, Any, Any]) -> None:
        """Begin; everything that is scheduled from in there belongs to this program."""
        self.task = self.loop.create_task(coroutine, context=self.context)
        self.task.add_done_callback(self._end, context=self.context)

    def _end(self, task: asyncio.Task[Any]) -> None:
        self.alive = False
        self._let_go()
        if not self.ended.done():
            error = None if task.cancelled() else task.exception()
            self.ended.set_result(error or ("cancelled" if task.cancelled() else task.result() or "done"))

    def kill(self) -> None:
        """End it at once, wherever it stands."""
        if not self.alive:
            return
        self.alive = self.frozen = False
        self.waiting.clear()
        self._let_go()
        if not self.ended.done():
            self.ended.set_result(None)

    def _let_go(self) -> None:
        for each in self.held:
            each.let_go()
        self.held.clear()

    def freeze(self) -> None:
        self.frozen = self.alive

    def thaw(self, *, looks_again: float) -> None:
        """Let it go on, with everything that came due meanwhile; it takes a moment to look at what was asked."""
        if not self.frozen:
            return
        self.frozen = False
        self.lenient_until = self.loop.time() + looks_again
        self.loop.put_back(self.waiting)
        self.waiting = []

    def terminate(self) -> None:
        """Send SIGTERM: the first asks to stop, without a handler it is the end."""
        if not self.stops or any(stop.is_set() for stop in self.stops):
            self.kill()
        for stop in self.stops:
            stop.set()
