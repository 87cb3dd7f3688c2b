"""Numbers that the processes of one user share on a machine: a small mapped file under a lock.

The system frees the lock when its holder dies, and a file half written by one who was killed is whole: every
number stands by itself.
"""

import errno
import mmap
import os
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import Final, Protocol

from lecommercial_batch.errors import Problem, SettingsError
from lecommercial_batch.language import why
from lecommercial_batch.sentence import Sentence

_FORGOTTEN: Final = 86_400.0  #: seconds after which a file that nobody touched is swept away


class Cells(Protocol):
    """A row of numbers that several hands write, one at a time."""

    values: "memoryview[float]"

    def lock(self) -> bool:
        """Take the right to write, without waiting; False when another has it."""
        ...

    def unlock(self) -> None: ...

    def touch(self) -> None:
        """Say that it is still used."""
        ...

    def close(self) -> None: ...


class OwnCells:
    """Numbers of this process alone."""

    def __init__(self, count: int) -> None:
        self.values: memoryview[float] = memoryview(bytearray(8 * count)).cast("d")

    def lock(self) -> bool:
        return True

    def unlock(self) -> None:
        pass

    def touch(self) -> None:
        pass

    def close(self) -> None:
        pass


class SharedCells:
    """Numbers in a file that processes map into their memory. The system frees the lock when its holder dies."""

    def __init__(self, path: Path, count: int) -> None:
        self._path = path
        self._file = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
        size = 8 * count
        if os.fstat(self._file).st_size < size:
            os.ftruncate(self._file, size)  # zeros; no space is taken before it is written to
        self._map = mmap.mmap(self._file, size)
        self.values: memoryview[float] = memoryview(self._map).cast("d")

    def lock(self) -> bool:
        return _lock(self._file)

    def unlock(self) -> None:
        _unlock(self._file)

    def touch(self) -> None:
        with suppress(OSError):  # somebody cleaned up: what we hold is still ours
            os.utime(self._path)

    def close(self) -> None:
        self.values.release()
        self._map.close()
        os.close(self._file)


def open_shared(folder: Path, name: str, count: int) -> SharedCells:
    """Open the numbers of this name, zeros where nobody has opened them before.

    ``name`` may hold a key: only a hash of it is written.

    Raises:
        SettingsError: the folder cannot be used.
    """
    file = folder / f"{blake2b(name.encode(), digest_size=12).hexdigest()}.pace"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if sys.platform != "win32" and folder.stat().st_uid != os.getuid():
            raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))  # somebody else was there first
        _sweep(folder)
        cells = SharedCells(file, count)
        if cells.lock():  # a network drive that knows no locks says so here
            cells.unlock()
    except OSError as error:
        problem = Problem(
            code="runtime_folder",
            file=str(folder),
            message=Sentence(
                "the folder in which the programs of this machine agree on their pace cannot be used: {reason}",
                reason=why(error),
            ),
            advice=Sentence("Make it writable, or name another in LECOMMERCIAL_RUNTIME_DIR. Nothing was sent."),
        )
        raise SettingsError(problem) from error
    return cells


def runtime_folder(environment: Mapping[str, str]) -> Path:
    """Return the folder that all processes of this user on this machine share, whatever session started them.

    Memory where there is some to share (Linux), so that it is gone at the next start of the machine; not
    XDG_RUNTIME_DIR or TMPDIR, which a cron job or a service has not, or has another of.
    """
    if named := environment.get("LECOMMERCIAL_RUNTIME_DIR"):
        return Path(named)
    if sys.platform == "win32":
        return Path(environment.get("LOCALAPPDATA") or tempfile.gettempdir()) / "lecommercial-batch"
    memory = Path("/dev/shm")  # noqa: S108 - a folder of our own in it, readable by its owner alone
    if os.access(memory, os.W_OK):
        return memory / f"lecommercial-batch-{os.getuid()}"
    return Path.home() / ".cache" / "lecommercial-batch"


def _sweep(folder: Path) -> None:
    before = time.time() - _FORGOTTEN
    for path in folder.glob("*.pace"):
        with suppress(OSError):  # another process sweeps too
            if path.stat().st_mtime < before:
                path.unlink()


if sys.platform == "win32":
    import msvcrt

    def _lock(file: int) -> bool:
        os.lseek(file, 0, os.SEEK_SET)
        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _unlock(file: int) -> None:
        os.lseek(file, 0, os.SEEK_SET)
        msvcrt.locking(file, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _lock(file: int) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _unlock(file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_UN)
