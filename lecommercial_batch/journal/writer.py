"""The one thread that writes: whatever waits while a commit is under way goes into the next one.

The event loop never waits for the disk, and durability costs one flush a group instead of one a call.
"""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Any, Final, Protocol, TypeVar

from sqlalchemy import Connection, Engine

T = TypeVar("T")
LARGEST_GROUP: Final = 256


class Keeping(Protocol):
    """What is done to keep the journal safe, in the thread that writes it."""

    def before_commit(self, connection: Connection) -> bool:
        """Raise the journal's mark, in the transaction that it stands for; False where it has none to raise."""
        ...

    def after_commit(self, *, marks: bool, checkpoint: bool) -> None:
        """See to what must be done before anybody hears that it is committed."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class _Call:
    function: Callable[[Connection], Any]
    future: Future[Any]
    marks: bool
    checkpoint: bool


class Writer:
    """Runs functions over a connection, in the order they came, in groups of one transaction each.

    A call returns when its group is committed. When one fails, its whole group is rolled back and every
    call in it gets the error: a journal that cannot be written ends the run.
    """

    def __init__(self, engine: Engine, keeping: Keeping) -> None:
        self._engine = engine
        self._keeping = keeping
        self._waiting: SimpleQueue[_Call | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="journal-writer", daemon=True)
        self._thread.start()

    async def run(
        self, function: Callable[[Connection], T], *, marks: bool = False, checkpoint: bool = False
    ) -> T:
        """Run a function in the next group; it is shielded: once asked for, it is done.

        ``marks``: the journal's mark rises with it, if it returns anything. ``checkpoint``: the database's file is
        to have it, not the log alone.
        """
        return await asyncio.shield(asyncio.wrap_future(self._put(function, marks=marks, checkpoint=checkpoint)))

    def finish(self) -> None:
        """Wait until what was asked for is done."""
        self._put(lambda _connection: None).result()

    def close(self) -> None:
        """Finish what waits, and stop."""
        self._waiting.put(None)
        self._thread.join()

    def _put(
        self, function: Callable[[Connection], T], *, marks: bool = False, checkpoint: bool = False
    ) -> Future[T]:
        future: Future[T] = Future()
        self._waiting.put(_Call(function=function, future=future, marks=marks, checkpoint=checkpoint))
        return future

    def _work(self) -> None:
        open_ = True
        while open_:
            group = [self._waiting.get()]
            while not self._waiting.empty() and len(group) < LARGEST_GROUP:
                group.append(self._waiting.get())
            open_ = None not in group
            self._commit([call for call in group if call is not None])

    def _commit(self, group: list[_Call]) -> None:
        if not group:
            return
        try:
            with self._engine.begin() as connection:
                results = [call.function(connection) for call in group]
                marks = any(call.marks and result for call, result in zip(group, results, strict=True))
                marks = marks and self._keeping.before_commit(connection)
            self._keeping.after_commit(marks=marks, checkpoint=any(call.checkpoint for call in group))
        except Exception as error:  # noqa: BLE001 - handed to every caller of the group, none is lost
            for call in group:
                call.future.set_exception(error)
            return
        for call, result in zip(group, results, strict=True):
            call.future.set_result(result)
