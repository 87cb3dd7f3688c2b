"""The one thread that writes: whatever waits while a commit is under way goes into the next one.

The event loop never waits for the disk, and durability costs one flush a group instead of one a call.
"""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, Engine

T = TypeVar("T")
LARGEST_GROUP: Final = 256


class Writer:
    """Runs functions over a connection, in the order they came, in groups of one transaction each.

    A call returns when its group is committed. When one fails, its whole group is rolled back and every
    call in it gets the error: a journal that cannot be written ends the run.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._waiting: SimpleQueue[tuple[Callable[[Connection], Any], Future[Any]] | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="journal-writer", daemon=True)
        self._thread.start()

    async def run(self, function: Callable[[Connection], T]) -> T:
        """Run a function in the next group; it is shielded: once asked for, it is done."""
        future: Future[T] = Future()
        self._waiting.put((function, future))
        return await asyncio.shield(asyncio.wrap_future(future))

    def close(self) -> None:
        """Finish what waits, and stop."""
        self._waiting.put(None)
        self._thread.join()

    def _work(self) -> None:
        open_ = True
        while open_:
            group = [self._waiting.get()]
            while not self._waiting.empty() and len(group) < LARGEST_GROUP:
                group.append(self._waiting.get())
            open_ = None not in group
            self._commit([call for call in group if call is not None])

    def _commit(self, group: list[tuple[Callable[[Connection], Any], Future[Any]]]) -> None:
        if not group:
            return
        try:
            with self._engine.begin() as connection:
                results = [function(connection) for function, _ in group]
        except Exception as error:  # noqa: BLE001 - handed to every caller of the group, none is lost
            for _, future in group:
                future.set_exception(error)
            return
        for (_, future), result in zip(group, results, strict=True):
            future.set_result(result)
