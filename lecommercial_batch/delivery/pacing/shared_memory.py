"""Numbers that the processes of one user share on a machine: a small mapped file under a lock.

The system frees the lock when its holder dies, and a file half written by one who was killed is whole: every
number stands by itself.
"""

import errno
import math
import mmap
import os
import stat
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import Final, Protocol

from lecommercial_batch.core.errors import Problem, SettingsError
from lecommercial_batch.core.language import why
from lecommercial_batch.core.locks import free_lock, take_lease, take_lock
from lecommercial_batch.core.sentence import Sentence

_FORGOTTEN: Final = 86_400.0  #: seconds after which a file that nobody has open or touched is swept away
_BLOCK: Final = 512  #: bytes, of which the system tells how many a file has taken


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
    """Numbers in a file that processes map into their memory. The system frees the lock when its holder dies.

    A file that somebody has removed is nobody's meeting place any more: we go on in the one that has its name
    now, and take along what we know where nobody else has begun one.
    """

    def __init__(self, path: Path, count: int) -> None:
        self._path = path
        self._size = 8 * count
        self._file, self._map = _open(path, self._size)
        self._known = os.fstat(self._file)  # once: it is looked at for each call
        self._name = str(path)
        self.values: memoryview[float] = memoryview(self._map).cast("d")

    def lock(self) -> bool:
        if not take_lock(self._file):
            return False
        if _is_called(self._name, self._known):
            return True
        with suppress(OSError):  # where there is no room for another, what we hold is still ours
            return self._move()
        return True

    def unlock(self) -> None:
        free_lock(self._file)

    def touch(self) -> None:
        with suppress(OSError):  # somebody cleaned up: what we hold is still ours
            os.utime(self._path)

    def close(self) -> None:
        self.values.release()
        self._map.close()
        os.close(self._file)

    def _move(self) -> bool:
        """Open the file that has the name now, in place of ours; tell whether its lock is ours too."""
        _make_folder(self._path.parent)
        file, mapped = _open(self._path, self._size)
        known = bytes(self._map)
        self.close()
        self._file, self._map, self.values = file, mapped, memoryview(mapped).cast("d")
        self._known = os.fstat(file)
        if not take_lock(self._file):
            return False
        if not any(self.values):
            self._map[:] = known
        return True


def open_shared(folder: Path, name: str, count: int) -> SharedCells:
    """Open the numbers of this name, zeros where nobody has opened them before.

    ``name`` may hold a key: only a hash of it is written.

    Raises:
        SettingsError: the folder cannot be used.
    """
    file = folder / f"{blake2b(name.encode(), digest_size=12).hexdigest()}.pace"
    try:
        _make_folder(folder)
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
            advice=Sentence(
                "See that it can be written to and has room, or name another in LECOMMERCIAL_RUNTIME_DIR."
                " Nothing was sent."
            ),
        )
        raise SettingsError(problem) from error
    return cells


def runtime_folder(
    environment: Mapping[str, str],
    *,
    memory: Path = Path("/dev/shm"),  # noqa: S108 - a folder of our own in it, readable by its owner alone
) -> Path:
    """Return the folder that all processes of this user on this machine share, whatever session started them.

    Memory where there is some to share (Linux), so that it is gone at the next start of the machine; not
    XDG_RUNTIME_DIR or TMPDIR, which a cron job or a service has not, or has another of. Everybody may write to
    that memory: where somebody else has taken our name in it, all of this user's programs meet in their cache.
    """
    if named := environment.get("LECOMMERCIAL_RUNTIME_DIR"):
        return Path(named)
    if sys.platform == "win32":
        return Path(environment.get("LOCALAPPDATA") or tempfile.gettempdir()) / "lecommercial-batch"
    shared = memory / f"lecommercial-batch-{os.getuid()}"
    if os.access(memory, os.W_OK) and _may_be_ours(shared):
        return shared
    return Path(environment.get("HOME") or Path.home()) / ".cache" / "lecommercial-batch"


def _may_be_ours(folder: Path) -> bool:
    """Tell whether nobody else has put anything there, not even a link that leads into another folder."""
    if sys.platform == "win32":
        return True
    try:
        found = folder.lstat()
    except FileNotFoundError:
        return True
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid()


def _make_folder(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if sys.platform != "win32" and {folder.stat().st_uid, folder.lstat().st_uid} - {os.getuid()}:
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))  # somebody else was there first


def _open(path: Path, size: int) -> tuple[int, mmap.mmap]:
    file = _open_in_use(path)
    try:
        return file, _map(file, size)
    except BaseException:
        os.close(file)
        raise


def _open_in_use(path: Path) -> int:
    """Open a file, or make it, as one in use: whoever sweeps leaves it alone until it is closed."""
    while True:
        file = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
        if take_lease(file) and _is_called(str(path), os.fstat(file)):
            return file
        os.close(file)  # swept away at this very moment


def _is_called(name: str, known: os.stat_result) -> bool:
    """Tell whether a file that is open is the one that has this name."""
    try:
        found = os.stat(name)  # noqa: PTH116 - a path of pathlib's is three times as slow
    except FileNotFoundError:
        return False
    return found.st_ino == known.st_ino and found.st_dev == known.st_dev


def _map(file: int, size: int) -> mmap.mmap:
    """Map a file, zeros where nobody has written to it.

    Its room is taken now: writing to a page for which there is none left would kill the process.
    """
    found = os.fstat(file)
    if found.st_size < size or getattr(found, "st_blocks", math.inf) * _BLOCK < size:
        _take_room(file, size, found.st_size)
    return mmap.mmap(file, size)


def _take_room(file: int, size: int, written: int) -> None:
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(file, 0, size)
    else:
        os.lseek(file, written, os.SEEK_SET)
        os.write(file, bytes(max(0, size - written)))


def _sweep(folder: Path) -> None:
    for path in folder.glob("*.pace"):
        with suppress(OSError):  # another process sweeps too
            if _is_forgotten(path.stat()):
                _remove(path)


def _is_forgotten(found: os.stat_result) -> bool:
    return found.st_mtime < time.time() - _FORGOTTEN


def _remove(path: Path) -> None:
    """Remove a file that nobody has open, asleep or awake; who opens it at this moment makes another."""
    if sys.platform == "win32":
        path.unlink()  # which fails while somebody has it open
        return
    file = os.open(path, os.O_RDWR)
    try:
        if take_lease(file, alone=True) and take_lock(file) and _is_forgotten(os.fstat(file)):
            path.unlink()
    finally:
        os.close(file)
