"""Whether a database's files are still those that were opened."""

import os
from pathlib import Path
from typing import Final

from lecommercial_batch.core.errors import JournalError, Problem
from lecommercial_batch.core.sentence import Sentence

#: What SQLite keeps beside a database while it is open; it removes them when the last connection closes.
BESIDE: Final = ("-wal", "-shm")


class Presence:
    """Sees that the files of a database have not been removed or replaced while it is open.

    SQLite would write on into files that have no name any more, and with them everything would be gone. Files are
    looked at by name alone: opening and closing one by hand would take SQLite's locks on it away (POSIX drops all
    locks of a process on a file when it closes any descriptor of it).
    """

    def __init__(self, database: Path) -> None:
        self._database = database
        self._files = [(str(database), database.stat())]

    def watch_log(self) -> None:
        """Watch the log and its index too, which are there once a connection has read."""
        beside = (f"{self._database}{end}" for end in BESIDE)
        self._files = [self._files[0], *((name, Path(name).stat()) for name in beside)]

    def check(self) -> None:
        """Raise JournalError where one of them has gone, or is another."""
        for name, opened in self._files:
            try:
                there = os.path.samestat(os.stat(name), opened)  # noqa: PTH116 - twice a transaction: half the cost
            except OSError:
                there = False
            if not there:
                problem = Problem(
                    code="journal",
                    file=name,
                    message=Sentence("the journal’s file was removed or replaced while it was in use"),
                    advice=Sentence(
                        "Nothing more was sent. Put the file back: it alone knows who has been written to."
                    ),
                )
                raise JournalError(problem)


def log_of(database: Path) -> Path:
    """Return where the log of a database stands."""
    return Path(f"{database}{BESIDE[0]}")


def has_log(database: Path) -> bool:
    """Tell whether there is something in the log: it is in use, or whoever used it did not close it."""
    try:
        return log_of(database).stat().st_size > 0
    except OSError:
        return False
