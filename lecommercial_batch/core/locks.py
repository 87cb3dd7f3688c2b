"""Locks on an open file, which the system frees when their holder dies.

The **lock** is one hand's at a time. A **lease** says that a file is in use: all who use it hold one together, and
only who would remove it asks for it alone.
"""

import errno
import os
import struct
import sys
from typing import Final

if sys.platform == "win32":
    import msvcrt

    def take_lock(file: int) -> bool:
        """Take the lock, without waiting; False where another hand has it."""
        os.lseek(file, 0, os.SEEK_SET)
        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def free_lock(file: int) -> None:
        """Give the lock back."""
        os.lseek(file, 0, os.SEEK_SET)
        msvcrt.locking(file, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def take_lock(file: int) -> bool:
        """Take the lock, without waiting; False where another hand has it."""
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def free_lock(file: int) -> None:
        """Give the lock back."""
        fcntl.flock(file, fcntl.LOCK_UN)


if sys.platform == "linux" and sys.maxsize > 2**32:
    #: ``struct flock``: kind, whence, start, length, process.
    _FLOCK: Final = "hhqqi4x"

    def take_lease(file: int, *, alone: bool = False) -> bool:
        """Say that the file is in use until it is closed; ``alone``: only where nobody else does."""
        kind = fcntl.F_WRLCK if alone else fcntl.F_RDLCK
        try:
            # Of the open file, unlike POSIX's own locks: closing it elsewhere in this process does not drop it.
            fcntl.fcntl(file, fcntl.F_OFD_SETLK, struct.pack(_FLOCK, kind, os.SEEK_SET, 0, 1, 0))
        except OSError as error:
            # A file system that knows no leases keeps nobody from using a file, and nobody removes one there.
            return not alone and error.errno not in {errno.EACCES, errno.EAGAIN}
        return True

else:

    def take_lease(file: int, *, alone: bool = False) -> bool:  # noqa: ARG001 - as the other
        """Tell nobody: Windows removes no file in use, and elsewhere its users see that its name is gone."""
        return True
