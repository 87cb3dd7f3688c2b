"""What keeps a journal in a file safe while it is written: its sentinel, its log, its place on the disk."""

from contextlib import closing
from time import monotonic
from typing import Final

from sqlalchemy import Connection, Engine

from lecommercial_batch.journal import identity
from lecommercial_batch.journal.presence import Presence
from lecommercial_batch.journal.sentinel import Sentinel

#: Of the time that marking takes, how many times as long it is let be: a hundredth of the time at most.
_SPARING: Final = 100
_LONGEST: Final = 5.0  #: seconds between marks while messages leave, on the slowest disk
_MINUTE: Final = 60.0  #: seconds between checkpoints while something is written


class FileKeeping:
    """Keeps a database in a file; works in the thread that writes, but for `may_mark`."""

    def __init__(self, engine: Engine, presence: Presence, sentinel: Sentinel | None) -> None:
        self._engine = engine
        self._presence = presence
        self._sentinel = sentinel
        self._marks_at = 0.0
        self._checkpointed_at = monotonic()

    @property
    def is_due(self) -> bool:
        """Whether it is time to mark again: each time where messages are rare, and never for long where not."""
        return self._sentinel is not None and monotonic() >= self._marks_at

    def before_commit(self, connection: Connection) -> bool:
        # Of a journal that is doubted the sentinel must go on telling what it is held against.
        if self._sentinel is None or identity.doubt_of(connection, self._sentinel):
            return False
        identity.rise(connection)
        return True

    def after_commit(self, *, marks: bool, checkpoint: bool) -> None:
        self._presence.check()  # or what was committed went into a file without a name
        if marks:
            self.mark()
        if checkpoint or monotonic() - self._checkpointed_at >= _MINUTE:
            self.checkpoint()

    def mark(self) -> None:
        """Tell the sentinel how far the journal has come.

        While the right to write is held, so that of several programs none writes an older mark over a newer one.
        """
        if self._sentinel is None:
            return
        began = monotonic()
        with self._engine.begin() as connection:
            self._sentinel.write(identity.mark_of(connection))
        now = monotonic()
        self._marks_at = now + min(_SPARING * (now - began), _LONGEST)

    def checkpoint(self) -> None:
        """Bring what is in the log into the database's file, as far as no reader needs it; waits for nobody."""
        with closing(self._engine.raw_connection()) as connection:
            connection.cursor().execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
        self._checkpointed_at = monotonic()


class NoKeeping:
    """Of a database that is on a server, or in memory."""

    is_due = False

    def before_commit(self, connection: Connection) -> bool:
        del connection
        return False

    def after_commit(self, *, marks: bool, checkpoint: bool) -> None:
        pass

    def mark(self) -> None:
        pass
