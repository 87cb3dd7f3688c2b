"""Files that take another's place whole: after a crash or a power cut the old one stands there, or the new one."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkstemp
from typing import Final

PRIVATE: Final = 0o600  #: readable by its owner alone


@contextmanager
def replacing(path: Path, *, mode: int = PRIVATE) -> Iterator[Path]:
    """Give a file to write, which takes the place of ``path`` once it is whole and on the disk.

    The one way in which a file of ours is replaced: a name may reach the disk before what it names, and whoever
    starts after a power cut then finds an empty file.
    """
    descriptor, name = mkstemp(dir=path.parent, prefix=f".{path.name}.")
    os.close(descriptor)
    unfinished = Path(name)
    try:
        yield unfinished
        if mode != PRIVATE:
            unfinished.chmod(mode)
        flush(unfinished)
        unfinished.replace(path)
        flush_folder(path.parent)
    finally:
        unfinished.unlink(missing_ok=True)


def flush(path: Path) -> None:
    """Wait until what a file holds is on the disk."""
    with path.open("r+b") as file:
        os.fsync(file.fileno())


def flush_folder(path: Path) -> None:
    """Wait until the names in a folder are on the disk; Windows sees to that by itself."""
    if sys.platform == "win32":
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
