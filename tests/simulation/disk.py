"""The simulated disk: real SQLite files in a folder in memory, written when the loop says so."""

from __future__ import annotations

import asyncio
import fcntl
import os
import sqlite3
from collections import deque
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, Final, Self, TypeVar

from filelock import Timeout
from sqlalchemy import Engine

from lecommercial_batch.journal.writer import Writer
from tests.simulation.loop import SimulatedLoop, running
from tests.simulation.programs import PROGRAM, Program

T = TypeVar("T")
_FASTEST, _SLOWEST = 0.0002, 0.004  # seconds that a commit takes
_JOURNAL: Final = ("", "-wal")
_LOCKS: Final = Path("/proc/locks")
_MARK: Final = 0x7FFF_0000  #: an offset beyond all that SQLite locks


class _NothingWaitsError(Exception):
    """The writer has done all that it was asked for."""


class _Line:
    """What waits for the writer. It works when the loop says so, until nothing waits any more."""

    def __init__(self, writer: SimulatedWriter) -> None:
        self._writer = writer
        self._waiting: deque[Any] = deque()

    def put(self, call: Any) -> None:
        loop = running()
        if call is None or loop is None:
            return
        self._waiting.append(call)
        if len(self._waiting) == 1:
            loop.call_later(loop.seeded.uniform(_FASTEST, _SLOWEST), self._writer.work)

    def get(self) -> Any:
        if not self._waiting:
            raise _NothingWaitsError
        return self._waiting.popleft()

    def empty(self) -> bool:
        return not self._waiting

    def clear(self) -> None:
        self._waiting.clear()


class SimulatedWriter(Writer):
    """The journal's writer without its thread: a group is committed a moment later, its callers told after that.

    A program that is killed in between has written without ever knowing of it.
    """

    #: Hears of each commit of a program.
    on_commit: Callable[[Program], None] = staticmethod(lambda _program: None)

    def __init__(self, engine: Engine, *arguments: Any, **named: Any) -> None:
        self._of_program = PROGRAM.get()
        if self._of_program:
            self._of_program.held.append(self)
        super().__init__(engine, *arguments, **named)
        self._waiting: Any = _Line(self)  # before the thread that is none would look at it

    async def run(self, function: Callable[[Any], T], **named: Any) -> T:
        result = await super().run(function, **named)
        loop = asyncio.get_running_loop()
        assert isinstance(loop, SimulatedLoop)
        await asyncio.sleep(loop.seeded.uniform(_FASTEST, _SLOWEST))
        return result

    def work(self) -> None:
        with suppress(_NothingWaitsError):
            self._work()

    def _commit(self, group: Any) -> None:
        super()._commit(group)
        if self._of_program:
            self.on_commit(self._of_program)

    def finish(self) -> None:
        if self._of_program is None or self._of_program.alive:
            self.work()

    def close(self) -> None:
        self.finish()
        if self._of_program and self in self._of_program.held:
            self._of_program.held.remove(self)

    def let_go(self) -> None:
        self._waiting.clear()
        self._engine.dispose()


class NoThread:
    """A thread that never runs: what it would do the loop has done."""

    def __init__(self, *_: object, **__: object) -> None:
        pass

    def start(self) -> None:
        pass

    def join(self) -> None:
        pass


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
        """Take a lock on a byte that nobody needs, lost as SQLite's own are; False where that is not seen."""
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
