"""What the verbs share: settings, the journal, and where to talk."""

import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager, nullcontext, suppress
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from lecommercial_batch.app.settings import Settings, load_settings
from lecommercial_batch.core.addresses import shown
from lecommercial_batch.core.clock import SystemClock
from lecommercial_batch.core.errors import Problem, RunNotFoundError, Severity
from lecommercial_batch.core.language import say
from lecommercial_batch.core.sentence import Sentence
from lecommercial_batch.core.temporary import prefix, sweep
from lecommercial_batch.delivery.pacing.shared_memory import SharedCells

if TYPE_CHECKING:
    from lecommercial_batch.cli.terminal import Console
    from lecommercial_batch.journal import SqlJournal

SQLITE: Final = "sqlite:///"


class Desk:
    """One call of the command: what it was asked, where it speaks.

    With ``--json`` standard output is for one JSON object, and everything else goes to standard error.
    """

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json
        self.clock = SystemClock()

    @cached_property
    def console(self) -> "Console":
        from lecommercial_batch.cli.terminal import Console  # noqa: PLC0415 - 60 ms that --help does without

        return Console(stderr=self.as_json)

    @cached_property
    def settings(self) -> Settings:
        sweep()
        loaded = load_settings(folder=Path(), confirm=self._confirm if self.asks else None)
        for file, code in ((Path(".env"), "readable_keys"), (loaded.database_file, "readable_journal")):
            if file and _is_open_to_others(file):
                message = Sentence("other users of this computer can read {file}", file=str(file))
                advice = Sentence("Keep it to yourself: {command}", command=f"chmod 600 {file}")
                self.warn(Problem(code=code, message=message, advice=advice))
        return loaded

    def _confirm(self, address: str) -> bool:
        """Ask whether an address that only a folder names is to have the keys."""
        from lecommercial_batch.cli.asking import agrees  # noqa: PLC0415 - which asks at a desk

        told = Sentence(
            "The file .env of this folder has messages and keys sent to {address}. Is that address yours?",
            address=shown(address),
        )
        return agrees(self, say(told))

    @property
    def asks(self) -> bool:
        """Whether there is a person to ask."""
        return sys.stdin.isatty() and not self.as_json

    @property
    def folder(self) -> Path:
        """The folder of the journal, where the lane locks stand too."""
        return self.settings.folder

    def cells(self, name: str) -> SharedCells:
        """Open the numbers of a budget that all processes of this machine share which call the same API."""
        return self.settings.cells(name)

    def has_journal(self) -> bool:
        """Tell whether there is a journal to look into, without making one; or was, which opening it says."""
        file = self.settings.database_file
        if file is None or file.exists():
            return True
        from lecommercial_batch.journal.sentinel import Sentinel  # noqa: PLC0415 - SQLAlchemy takes 150 ms

        said = Sentinel(file.resolve()).read()
        return said is not None and said.mark > 0

    def journal_of(self, run_id: str | None, *, reading: bool = False) -> "AbstractContextManager[SqlJournal]":
        """Open the journal to look for a run; raises RunNotFoundError where there is no journal."""
        if not self.has_journal():
            raise no_run(run_id)
        return self.journal(reading=reading)

    def journal_if_any(self) -> "AbstractContextManager[SqlJournal | None]":
        """Open the journal to look into it, where there is one; none is made."""
        return self.journal(reading=True) if self.has_journal() else nullcontext()

    @contextmanager
    def journal(self, *, reading: bool = False) -> "Iterator[SqlJournal]":
        """Open the journal; who only reads it is told where it may not know everybody."""
        from lecommercial_batch.journal import open_journal  # noqa: PLC0415 - SQLAlchemy takes 150 ms

        journal = open_journal(self.settings.database_url, clock=self.clock, reading=reading)
        try:
            if reading and (problem := journal.upkeep.doubt()):
                self.warn(problem)
            yield journal
        finally:
            journal.close()

    def warn(self, problem: Problem) -> None:
        """Say on standard error what is worth a look."""
        from lecommercial_batch.cli.show import print_problems  # noqa: PLC0415 - as above
        from lecommercial_batch.cli.terminal import Console  # noqa: PLC0415 - as above

        print_problems(Console(stderr=True), [replace(problem, severity=Severity.WARNING)])

    @asynccontextmanager
    async def scratch_journal(self) -> "AsyncIterator[SqlJournal]":
        """Open a journal that is gone afterwards, for a plan that is only looked at."""
        from lecommercial_batch.journal import open_journal  # noqa: PLC0415 - as above

        with TemporaryDirectory(prefix=prefix()) as folder:
            journal = open_journal(f"{SQLITE}{folder}/preview.db", clock=self.clock, durable=False)
            try:
                yield journal
            finally:
                journal.close()


def _is_open_to_others(file: Path) -> bool:
    with suppress(OSError):
        return sys.platform != "win32" and bool(file.stat().st_mode & 0o044)
    return False


def no_run(run_id: str | None = None) -> RunNotFoundError:
    """Return the error for a run that is not in this folder's journal."""
    message = (
        Sentence("there is no run “{run}” here", run=run_id) if run_id else Sentence("there is no run here yet")
    )
    advice = Sentence(
        "Go to the folder where `send` was used: its runs are kept there. LECOMMERCIAL_DATABASE_URL names another."
    )
    return RunNotFoundError(Problem(code="run_not_found", message=message, advice=advice))
