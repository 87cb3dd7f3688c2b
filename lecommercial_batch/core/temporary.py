"""Temporary files that hold people's data: named after the process that makes them, so that none stays."""

import os
import re
import shutil
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Final

_NAMED: Final = re.compile(r"lecommercial-(\d+)-.+")
_STALE: Final = 3_600.0  #: seconds; a process of this number may also live in another container
_OLD: Final = 7 * 86_400.0  #: seconds after which nobody works with one, where processes cannot be asked for


def prefix() -> str:
    """Return how the name of one begins that this process makes."""
    return f"lecommercial-{os.getpid()}-"


def sweep(folder: Path | None = None) -> int:
    """Delete what processes of this user have left that were killed, and return how many there were."""
    found = 0
    with suppress(OSError):
        for path in (folder or Path(tempfile.gettempdir())).iterdir():
            if (named := _NAMED.fullmatch(path.name)) and _is_left(path, int(named[1])):
                _delete(path)
                found += 1
    return found


def _is_left(path: Path, process: int) -> bool:
    with suppress(OSError):
        about = path.lstat()
        if sys.platform == "win32":
            return time.time() - about.st_mtime > _OLD
        return about.st_uid == os.getuid() and time.time() - about.st_mtime > _STALE and not _lives(process)
    return False


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True


def _delete(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with suppress(OSError):
            path.unlink()
