"""What is done to a journal as a whole: looked through, copied, trusted or not."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from lecommercial_batch.core.errors import InputError, JournalError, Problem, ReportError
from lecommercial_batch.core.language import why
from lecommercial_batch.core.sentence import Sentence
from lecommercial_batch.journal import backup, checking
from lecommercial_batch.journal.checking import Checked
from lecommercial_batch.journal.engine import making_journal_errors
from lecommercial_batch.journal.opening import Opened
from lecommercial_batch.journal.schema import VERSION


class Upkeep:
    """The upkeep of one journal that is open."""

    def __init__(self, opened: Opened) -> None:
        self._opened = opened

    @property
    def version(self) -> int:
        """The version of its tables: ours, since opening it has seen to them."""
        return VERSION

    def copies(self) -> Sequence[Path]:
        """Return the copies that were made before it was brought to a newer version."""
        path = self._opened.path
        return sorted(path.parent.glob(f"{path.name}.v*-backup*")) if path else ()

    def backup(self, target: Path) -> None:
        """Write what is committed into a file of its own, also while others send.

        Raises:
            InputError: the file is there already, or the journal is in no file.
            ReportError: the file cannot be written.
            JournalError: the journal cannot be read.
        """
        if self._opened.path is None:
            message = Sentence("the journal is on a server, which has its own way of making copies")
            advice = Sentence("Use `pg_dump`, or ask whoever looks after it.")
            raise InputError(Problem(code="not_a_file", message=message, advice=advice))
        with making_journal_errors():
            try:
                backup.copy(self._opened.engine, target)
            except OSError as error:
                message = Sentence("the file cannot be written: {reason}", reason=why(error))
                advice = Sentence("Make room, or name another place.")
                problem = Problem(code="not_writable", file=str(target), message=message, advice=advice)
                raise ReportError(problem) from error

    def check(self) -> Checked:
        """Look through the whole journal for what is damaged or does not add up."""
        with making_journal_errors():
            return checking.check(self._opened.engine.execution_options(writes=False))

    def doubt(self) -> Problem | None:
        """Return why it may not know everybody who has been written to, if so."""
        return self._opened.doubt()

    async def see_that_it_is_whole(self) -> None:
        """Refuse a journal that is damaged, or that may not know everybody who has been written to.

        Raises:
            JournalError: it is, or may not.
        """
        with making_journal_errors():
            await asyncio.to_thread(self._opened.see_that_it_is_sound)
            if problem := await asyncio.to_thread(self.doubt):
                raise JournalError(problem)
