"""Lock files: which process of a machine does what. The system frees them when their holder dies."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from lecommercial_batch.core.durable import PRIVATE
from lecommercial_batch.core.errors import JournalError, Problem
from lecommercial_batch.core.language import why
from lecommercial_batch.core.sentence import Sentence


def take(path: Path) -> FileLock | None:
    """Take a lock, without waiting, and return it to be released; None where another process has it.

    Raises:
        JournalError: what stands there is no lock, such as a link that somebody has put in its place.
    """
    lock = FileLock(path, mode=PRIVATE, thread_local=False)
    try:
        lock.acquire(blocking=False)
    except Timeout:
        return None
    except OSError as error:
        message = Sentence("the lock file cannot be used: {reason}", reason=why(error))
        advice = Sentence("Remove it if it is a link or a folder, and see that files can be made beside it.")
        problem = Problem(code="lock_file", file=str(path), message=message, advice=advice)
        raise JournalError(problem) from error
    return lock


@contextmanager
def taking(path: Path) -> Iterator[bool]:
    """Hold a lock while it lasts; False where another process has it.

    Raises:
        JournalError: as ``take`` does.
    """
    lock = take(path)
    try:
        yield lock is not None
    finally:
        if lock:
            lock.release()
