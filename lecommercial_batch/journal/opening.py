"""Opening a journal: once for each file and process, and whole.

SQLite must be the only one who ever opens the files of a database that exists: see `presence`.
"""

import os
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeVar

from filelock import FileLock
from sqlalchemy import URL, Connection, Engine, PoolProxiedConnection, insert
from sqlalchemy.exc import OperationalError

from lecommercial_batch.core.durable import PRIVATE, flush_folder
from lecommercial_batch.core.errors import JournalError, Problem
from lecommercial_batch.core.sentence import Sentence
from lecommercial_batch.delivery.lock_files import take
from lecommercial_batch.journal import backup, identity, migrations
from lecommercial_batch.journal.engine import (
    file_of,
    make_engine,
    make_reading_engine,
    making_journal_errors,
    parse,
)
from lecommercial_batch.journal.keeping import FileKeeping, NoKeeping
from lecommercial_batch.journal.presence import Presence, has_log
from lecommercial_batch.journal.schema import METADATA, VERSION, version
from lecommercial_batch.journal.sentinel import Sentinel
from lecommercial_batch.journal.wholeness import see_that_it_is_sound
from lecommercial_batch.journal.writer import Writer

T = TypeVar("T")

#: The process, the file (device and inode), and whether it is written to.
Key = tuple[int, int, int, bool]


@dataclass(eq=False, kw_only=True)
class Opened:
    """A database that this process has open, for as many as use it."""

    engine: Engine
    writer: Writer | None  #: None where it is only read
    path: Path | None = None  #: None where it is in no file
    sentinel: Sentinel | None = None
    keeping: FileKeeping | NoKeeping = field(default_factory=NoKeeping)
    unclean: bool = False  #: whoever used it last did not close it, and nobody has looked since
    users: int = 1
    _in_use: FileLock | None = None
    _keeper: PoolProxiedConnection | None = None
    _looking: threading.Lock = field(default_factory=threading.Lock)

    async def write(self, function: Callable[[Connection], T], *, marks: bool, checkpoint: bool) -> T:
        """Run a function in the next transaction; see `Writer.run`.

        Raises:
            JournalError: it is open to be read alone.
        """
        if self.writer is None:
            raise JournalError(_read_only(self.path))
        return await self.writer.run(function, marks=marks, checkpoint=checkpoint)

    def doubt(self) -> Problem | None:
        """Return why it may not know everybody who has been written to, if so."""
        if self.sentinel is None:
            return None
        with making_journal_errors(), self.engine.execution_options(writes=False).begin() as connection:
            found = identity.doubt_of(connection, self.sentinel)
        return identity.problem_of(found, self.sentinel) if found else None

    def refuse_in_doubt(self, connection: Connection) -> None:
        """Refuse, in a transaction that plans or sends, a journal that may not know everybody.

        Raises:
            JournalError: it may not.
        """
        if self.sentinel:
            identity.refuse(connection, self.sentinel)

    def see_that_it_is_sound(self) -> None:
        """Look through what claims depend on, once after an unclean end.

        Raises:
            JournalError: it is damaged.
        """
        with self._looking:
            if self.unclean and self.path:
                see_that_it_is_sound(self.engine, self.path)
                self.unclean = False

    def close(self) -> None:
        """Finish what waits, and let go of the files."""
        if self.writer:
            self.writer.close()
        if self._keeper:
            self._keeper.close()
        self.engine.dispose()
        if self._in_use:
            self._in_use.release()


_OPEN: Final[dict[Key, Opened]] = {}
_GUARD: Final = threading.Lock()


def acquire(url: str, *, durable: bool, reading: bool = False, after_loss: bool = False) -> Opened:
    """Open a database, or join those of this process who have it open; each `release`s it.

    ``reading`` needs no right to write. ``after_loss`` makes one that goes on where the last mark of one that is
    lost stands.

    Raises:
        JournalError: it cannot be opened or made, is of a newer version, or is gone.
    """
    parsed = parse(url)
    path = file_of(parsed)
    with making_journal_errors(), _GUARD:
        if path is None:
            return _open_elsewhere(parsed, durable=durable)
        sentinel = Sentinel(path) if durable else None
        if not after_loss:
            _see_that_it_is_not_gone(path, sentinel)
        if not (reading and path.exists()):
            _create(path)
        key = _key(path)
        for shared in (key, (*key[:3], False)) if reading else (key,):
            if opened := _OPEN.get(shared):
                opened.users += 1
                return opened
        if reading and (opened := _open_to_read(parsed, path, sentinel)):
            key = (*key[:3], False)
        else:
            opened = _open(parsed, path, sentinel, durable=durable, after_loss=after_loss)
        _OPEN[key] = opened
        return opened


def release(opened: Opened) -> None:
    """Let go of it; whoever is the last closes it."""
    with _GUARD:
        opened.users -= 1
        if not opened.users:
            for key in [key for key, each in _OPEN.items() if each is opened]:
                del _OPEN[key]
            opened.close()
        elif opened.writer:
            opened.writer.finish()


def _key(path: Path) -> Key:
    found = path.stat()
    return os.getpid(), found.st_dev, found.st_ino, True


def _open_elsewhere(url: URL, *, durable: bool) -> Opened:
    engine = make_engine(url, None, durable=durable)
    with engine.begin() as connection:
        _see_to_tables(connection, None, after_loss=False)
    return Opened(engine=engine, writer=Writer(engine, NoKeeping()))


def _create(path: Path) -> None:
    """Create the file before SQLite does, so that nobody else may read it; one that is there is not touched."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, PRIVATE))
    except FileExistsError:
        return
    flush_folder(path.parent)


def _see_that_it_is_not_gone(path: Path, sentinel: Sentinel | None) -> None:
    said = sentinel.read() if sentinel else None
    if sentinel and said and said.mark and not (path.exists() and (path.stat().st_size or has_log(path))):
        raise JournalError(identity.problem_of(identity.Doubt.GONE, sentinel))


def _open(url: URL, path: Path, sentinel: Sentinel | None, *, durable: bool, after_loss: bool) -> Opened:
    in_use = _take_into_use(path) if durable else None
    unclean = in_use is not None and has_log(path)
    presence = Presence(path)
    engine = make_engine(url, presence, durable=durable)
    try:
        keeper = _keep_open(engine)
        upgraded = _prepare(engine, path, sentinel, after_loss=after_loss)
        presence.watch_log()
        keeping = FileKeeping(engine, presence, sentinel)
        if upgraded:  # it has sent before: from here on that it is there counts
            with engine.begin() as connection:
                marks = keeping.before_commit(connection)
            keeping.after_commit(marks=marks, checkpoint=True)
    except BaseException:
        engine.dispose()
        if in_use:
            in_use.release()
        raise
    return Opened(
        engine=engine,
        writer=Writer(engine, keeping),
        path=path,
        sentinel=sentinel,
        keeping=keeping,
        unclean=unclean,
        _in_use=in_use,
        _keeper=keeper,
    )


def _keep_open(engine: Engine) -> PoolProxiedConnection:
    """Return a connection that nobody uses: with the last one that is closed, SQLite removes the log."""
    keeper = engine.raw_connection()
    keeper.cursor().execute("SELECT count(*) FROM sqlite_master").fetchall()
    return keeper


def _take_into_use(path: Path) -> FileLock | None:
    """Return a lock that is held while the journal is open; None where another program has it.

    Whoever gets it knows that nobody who had it is alive: a log that is left is one that was not closed.
    """
    return take(path.with_name(f".{path.name}.lock"))


def _prepare(engine: Engine, path: Path, sentinel: Sentinel | None, *, after_loss: bool) -> bool:
    """See to the tables, without the right to write where they are as they should be; tell if they were older."""
    with engine.execution_options(writes=False).begin() as connection:
        if migrations.version_of(connection) == VERSION:
            return False
    with engine.begin() as connection:
        found = migrations.version_of(connection)  # again: another program may have been faster
        if found and found < VERSION:
            # Nobody else can write while we hold the right to.
            backup.copy(engine, backup.free_name(path, f".v{found}-backup"))
        _see_to_tables(connection, sentinel, after_loss=after_loss)
    return 0 < found < VERSION


def _see_to_tables(connection: Connection, sentinel: Sentinel | None, *, after_loss: bool) -> None:
    found = migrations.version_of(connection)
    if found == VERSION:
        return
    said = sentinel.read() if sentinel else None
    if found:
        migrations.migrate(connection, found=found)
        identity.create(connection, sentinel)
    else:
        lost = said if said and said.mark else None
        if sentinel and lost and not after_loss:
            raise JournalError(identity.problem_of(identity.Doubt.GONE, sentinel))
        METADATA.create_all(connection)
        connection.execute(insert(version).values(version=VERSION))
        identity.create(connection, sentinel, after=lost)


def _open_to_read(url: URL, path: Path, sentinel: Sentinel | None) -> Opened | None:
    """Open it without any right to write; None where its tables must be seen to first."""
    for frozen in (False, True):
        engine = make_reading_engine(url, path, frozen=frozen)
        try:
            with engine.begin() as connection:
                found = migrations.version_of(connection)
        except OperationalError:
            engine.dispose()
            if frozen or has_log(path):
                raise
            continue  # in a folder that cannot be written to, SQLite reads only what surely nobody changes
        if found == VERSION:
            return Opened(engine=engine, writer=None, path=path, sentinel=sentinel)
        engine.dispose()
        if not os.access(path, os.W_OK) or not os.access(path.parent, os.W_OK):
            raise JournalError(_too_old(path, found))
        return None
    return None


def _read_only(path: Path | None) -> Problem:
    message = Sentence("the journal is open to be read alone")
    return Problem(code="journal", file=str(path or ""), message=message)


def _too_old(path: Path, found: int) -> Problem:
    return Problem(
        code="journal_version",
        file=str(path),
        message=Sentence(
            "the journal is of version {found}, this program reads version {ours}, and it cannot be written to",
            found=found,
            ours=VERSION,
        ),
        advice=Sentence("Copy it to a folder that can be written to, and look at it there."),
    )
