"""Connections to the database: how it is spoken to, and what it says when it cannot be."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import URL, Connection, Engine, QueuePool, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from lecommercial_batch.core.errors import JournalBusyError, JournalError, Problem
from lecommercial_batch.core.language import _, why
from lecommercial_batch.core.sentence import N_, Sentence
from lecommercial_batch.journal.presence import Presence

_BUSY = 30_000  #: milliseconds another process may hold the database before we give up
_ADVICE: Final = Sentence(
    "Check that its folder exists, is writable and has room; LECOMMERCIAL_DATABASE_URL says where it is."
)
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


@contextmanager
def making_journal_errors() -> Iterator[None]:
    """Turn what the database says into a JournalError, with its reason and without its values."""
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error, OSError) as error:
        cause = error if isinstance(error, sqlite3.Error) else getattr(error, "orig", None)
        reason = why(error) if isinstance(error, OSError) else _(str(cause or type(error).__name__))
        message = Sentence("the journal cannot be read or written: {reason}", reason=reason)
        problem = Problem(code="journal", message=message, advice=_advice(str(cause)))
        # Not `from error`: SQLAlchemy's text shows the parameters, which are people's numbers and messages.
        raise (JournalBusyError if _is_busy(cause) else JournalError)(problem) from None


def _is_busy(cause: object) -> bool:
    code = getattr(cause, "sqlite_errorcode", 0)  # which one made by hand has not
    return isinstance(cause, sqlite3.OperationalError) and code & 0xFF == sqlite3.SQLITE_BUSY


def _advice(reason: str) -> Sentence:
    match reason:
        case "database is locked":
            return Sentence(
                "Another program is writing to it and does not come to its end: it may be stopped (Ctrl-Z) or"
                " stuck. Let it finish, or end it, and try again; `fuser` or `lsof` on its file names it."
            )
        case "database disk image is malformed" | "file is not a database":
            return Sentence(
                "Nothing is sent with it. `lecommercial-batch journal check` says what is wrong; put back a copy,"
                " made with `lecommercial-batch journal backup`."
            )
    return Sentence(
        "Check that its folder exists, is writable and has room; LECOMMERCIAL_DATABASE_URL says where it is."
    )


def parse(url: str) -> URL:
    """Read a database address.

    Raises:
        JournalError: it is none.
    """
    try:
        return make_url(url)
    except ArgumentError:
        problem = Problem(
            code="journal",
            message=Sentence("LECOMMERCIAL_DATABASE_URL is not a database address"),
            advice=Sentence("Write it like sqlite:///lecommercial.db."),
        )
        raise JournalError(problem) from None


def file_of(url: URL) -> Path | None:
    """Return the file of a database, with all symbolic links followed; None where it is in no file."""
    if url.get_backend_name() != "sqlite" or not url.database or url.database == ":memory:":
        return None
    name = url.database.removeprefix("file:") if url.query.get("uri") else url.database
    return Path(name).resolve()


def make_engine(url: URL, presence: Presence | None, *, durable: bool) -> Engine:
    """Return the connections of whoever writes; none is made yet."""
    path = file_of(url)
    if path and not url.query.get("uri"):
        url = url.set(database=str(path))  # wherever the process goes meanwhile
    engine = create_engine(url, hide_parameters=True)
    if url.get_backend_name() == "sqlite":
        _be_sqlite(engine, presence, durable=durable, patient="timeout" not in url.query)
    return engine


def make_reading_engine(url: URL, path: Path, *, frozen: bool) -> Engine:
    """Return connections that write nothing, not even when they close; ``frozen``: nobody else does either."""
    asked = str(url.query.get("timeout", ""))
    patience = float(asked) if asked.isdecimal() else _BUSY / 1000
    address = f"{path.as_uri()}?mode=ro{'&immutable=1' if frozen else ''}"

    def connect() -> sqlite3.Connection:
        return sqlite3.connect(address, uri=True, timeout=patience, isolation_level=None, check_same_thread=False)

    return create_engine("sqlite://", creator=connect, poolclass=QueuePool, hide_parameters=True)


def _be_sqlite(engine: Engine, presence: Presence | None, *, durable: bool, patient: bool) -> None:
    @event.listens_for(engine, "connect")
    def set_up(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # we begin transactions ourselves, below
        if patient:  # the address may say otherwise
            connection.execute(f"PRAGMA busy_timeout={_BUSY}")
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute(f"PRAGMA synchronous={'FULL' if durable else 'OFF'}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A reader that starts to write can be refused at once; whoever writes says so from the start.
        writes = connection.get_execution_options().get("writes", True)
        if presence:
            presence.check()
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
