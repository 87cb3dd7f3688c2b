"""The simulated disk: real SQLite files in a folder in memory, written when the loop says so."""

from __future__ import annotations

import asyncio
import fcntl
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, Final, Self, TypeVar

from filelock import Timeout
from sqlalchemy import Connection, Engine

from tests.simulation.loop import SimulatedLoop
from tests.simulation.programs import PROGRAM, Program

T = TypeVar("T")
_FASTEST, _SLOWEST = 0.0002, 0.004  # seconds that a commit takes
_JOURNAL: Final = ("", "-wal")
_LOCKS: Final = Path("/proc/locks")
_MARK: Final = 0x7FFF_0000  #: an offset beyond all that SQLite locks


class SimulatedWriter:
    """The journal's writer without its thread: a group is committed a moment later, its callers told after that.

    A program that is killed in between has written without ever knowing of it.
    """

    #: Hears of each commit of a program.
    on_commit: Callable[[Program], None] = staticmethod(lambda _program: None)

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._waiting: list[tuple[Callable[[Connection], Any], asyncio.Future[Any]]] = []
        self._program = PROGRAM.get()
        if self._program:
            self._program.held.append(self)

    async def run(self, function: Callable[[Connection], T]) -> T:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, SimulatedLoop)
        future: asyncio.Future[T] = loop.create_future()
        if not self._waiting:
            loop.call_later(loop.seeded.uniform(_FASTEST, _SLOWEST), self._commit, loop)
        self._waiting.append((function, future))
        return await asyncio.shield(future)

    def _commit(self, loop: SimulatedLoop | None) -> None:
        group, self._waiting = self._waiting, []
        if not group:
            return
        try:
            with self._engine.begin() as connection:
                results = [function(connection) for function, _ in group]
        except Exception as error:  # noqa: BLE001 - handed to every caller of the group, as the real one does
            for _, future in group:
                future.set_exception(error)
            return
        if self._program:
            self.on_commit(self._program)
        if loop:
            loop.call_later(loop.seeded.uniform(_FASTEST, _SLOWEST), _tell, group, results)

    def close(self) -> None:
        if self._program is None or self._program.alive:
            self._commit(None)
            if self._program:
                self._program.held.remove(self)

    def let_go(self) -> None:
        self._waiting.clear()
        self._engine.dispose()


def _tell(group: list[tuple[Any, asyncio.Future[Any]]], results: list[Any]) -> None:
    for (_, future), result in zip(group, results, strict=True):
        if not future.done():
            future.set_result(result)


class SimulatedLock:
    """A file lock of the machine's: gone with its holder, or with its file."""

    held: Final[dict[str, SimulatedLock]] = {}

    def __init__(self, path: Path | str, *_: object, **__: object) -> None:
        self.lock_file = str(path)
        self._program: Program | None = None

    @property
    def is_locked(self) -> bool:
        return self.held.get(self.lock_file) is self

    def acquire(self, *_: object, **__: object) -> Self:
        if not self.is_locked:
            if self.lock_file in self.held:
                raise Timeout(self.lock_file)
            self.held[self.lock_file] = self
            self._program = PROGRAM.get()
            if self._program:
                self._program.held.append(self)
        return self

    def release(self, *_: object, **__: object) -> None:
        if self._program is None or self._program.alive:
            self.let_go()

    def let_go(self) -> None:
        if self.is_locked:
            del self.held[self.lock_file]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()


class Disk:
    """The journal's files, as they are between two commits, and a look into them from outside."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "lecommercial.db"
        self._looking: sqlite3.Connection | None = None
        self._marking: int | None = None

    def mark(self) -> bool:
        """Take a lock on a byte that nobody needs: it is lost as SQLite's own would be. False where it cannot be seen."""
        if not _LOCKS.exists() or not self.path.exists():
            return False
        if self._marking is None:
            self._marking = os.open(self.path, os.O_RDWR)
        fcntl.lockf(self._marking, fcntl.LOCK_SH | fcntl.LOCK_NB, 1, _MARK)
        return True

    def is_marked(self) -> bool:
        inode = f":{os.fstat(self._marking or 0).st_ino} {_MARK} {_MARK}"
        return inode in _LOCKS.read_text(encoding="ascii")

    def ask(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Ask the journal as it is on the disk; nothing where there is none yet."""
        if self._looking is None:
            if not self.path.exists():
                return []
            self._looking = sqlite3.connect(self.path, isolation_level=None)
        with suppress(sqlite3.OperationalError), closing(self._looking.execute(query, values)) as found:
            return found.fetchall()
        return []

    def copy(self) -> dict[str, bytes]:
        """Copy the files as a backup does that knows nothing of databases."""
        files = {name: self.path.with_name(self.path.name + name) for name in _JOURNAL}
        return {name: path.read_bytes() for name, path in files.items() if path.exists()}

    def put_back(self, files: dict[str, bytes]) -> None:
        """Put files in the place of those that are there; no program may be alive."""
        self.close()
        for name in (*_JOURNAL, "-shm"):
            self.path.with_name(self.path.name + name).unlink(missing_ok=True)
        for name, content in files.items():
            self.path.with_name(self.path.name + name).write_bytes(content)

    def close(self) -> None:
        if self._looking:
            self._looking.close()
            self._looking = None
        if self._marking is not None:
            os.close(self._marking)
            self._marking = None
