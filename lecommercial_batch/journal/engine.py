"""Opening the database: durable, private to its owner, of a version we know."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event, insert, inspect, make_url, select
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from lecommercial_batch.errors import JournalBusyError, JournalError, Problem
from lecommercial_batch.journal.schema import METADATA, VERSION, version
from lecommercial_batch.language import _, why
from lecommercial_batch.sentence import N_, Sentence

_BUSY = 30_000  #: milliseconds another process may hold the database before we give up
#: What SQLite says, where it can be said plainer.
_OF_SQLITE: Final = (
    N_("unable to open database file"),
    N_("attempt to write a readonly database"),
    N_("database is locked"),
    N_("database or disk is full"),
    N_("database disk image is malformed"),
    N_("file is not a database"),
    N_("disk I/O error"),
)


def open_engine(url: str, *, durable: bool) -> Engine:
    """Open the database and see to its tables.

    Raises:
        JournalError: it cannot be opened or made, or is of another version.
    """
    with making_journal_errors():
        engine = _connect(url, durable=durable)
        with engine.begin() as connection:
            _see_to_tables(connection)
    return engine


@contextmanager
def making_journal_errors() -> Iterator[None]:
    """Turn what the database says into a JournalError, with its reason and without its values."""
    try:
        yield
    except (SQLAlchemyError, OSError) as error:
        cause = getattr(error, "orig", None)
        reason = why(error) if isinstance(error, OSError) else _(str(cause or type(error).__name__))
        problem = Problem(
            code="journal",
            message=Sentence("the journal cannot be read or written: {reason}", reason=reason),
            advice=Sentence(
                "Check that its folder exists, is writable and has room;"
                " LECOMMERCIAL_DATABASE_URL says where it is."
            ),
        )
        # Not `from error`: SQLAlchemy's text shows the parameters, which are people's numbers and messages.
        raise (JournalBusyError if _is_busy(cause) else JournalError)(problem) from None


def _is_busy(cause: object) -> bool:
    return isinstance(cause, sqlite3.OperationalError) and cause.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY


def _connect(url: str, *, durable: bool) -> Engine:
    try:
        parsed = make_url(url)
    except ArgumentError:
        problem = Problem(
            code="journal",
            message=Sentence("LECOMMERCIAL_DATABASE_URL is not a database address"),
            advice=Sentence("Write it like sqlite:///lecommercial.db."),
        )
        raise JournalError(problem) from None
    engine = create_engine(parsed, hide_parameters=True)
    if parsed.get_backend_name() == "sqlite":
        if parsed.database:
            _make_private(Path(parsed.database))
        _be_sqlite(engine, _StillThere(parsed.database), durable=durable)
    return engine


def _make_private(path: Path) -> None:
    """Create the file before SQLite does, so that nobody else may read it."""
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))


class _StillThere:
    """Sees that a database's file has not been removed or replaced.

    SQLite would write on into a file that has no name any more, and with it everything would be gone.
    """

    def __init__(self, path: str | None) -> None:
        self._path = Path(path) if path else None
        self._file = self._path.stat() if self._path else None

    def check(self) -> None:
        """Raise JournalError where it has."""
        if self._path is None or self._file is None:
            return
        with suppress(OSError):
            if os.path.samestat(self._path.stat(), self._file):
                return
        problem = Problem(
            code="journal",
            file=str(self._path),
            message=Sentence("the journal’s file was removed or replaced while it was in use"),
            advice=Sentence("Nothing more was sent. Put the file back: it alone knows who has been written to."),
        )
        raise JournalError(problem)


def _be_sqlite(engine: Engine, still_there: _StillThere, *, durable: bool) -> None:
    @event.listens_for(engine, "connect")
    def set_up(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # we begin transactions ourselves, below
        connection.execute(f"PRAGMA busy_timeout={_BUSY}")
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute(f"PRAGMA synchronous={'FULL' if durable else 'OFF'}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A reader that starts to write can be refused at once; whoever writes says so from the start.
        writes = connection.get_execution_options().get("writes", True)
        still_there.check()
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _see_to_tables(connection: Connection) -> None:
    if not inspect(connection).has_table(version.name):
        METADATA.create_all(connection)
        connection.execute(insert(version).values(version=VERSION))
        return
    found = connection.execute(select(version.c.version)).scalar_one()
    if found != VERSION:
        problem = Problem(
            code="journal_version",
            message=Sentence(
                "the journal is of version {found}; this program writes version {ours}",
                found=found,
                ours=VERSION,
            ),
            advice=Sentence("Use the version of lecommercial-batch that made it, or another folder."),
        )
        raise JournalError(problem)
