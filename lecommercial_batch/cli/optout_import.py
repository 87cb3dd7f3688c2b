"""`optout import`: a contact file, or a list of replies, to the list of people nobody may write to."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from lecommercial_batch.cli import show
from lecommercial_batch.cli.desk import Desk
from lecommercial_batch.cli.exits import Exit
from lecommercial_batch.cli.optout import EXPORTED, moment_of, see_that_it_is_a_region, show_added
from lecommercial_batch.contacts import open_contacts
from lecommercial_batch.core.enumeration import enumerated
from lecommercial_batch.core.errors import ContactsError, InputError, Problem, Severity
from lecommercial_batch.core.model import Reading, Row
from lecommercial_batch.core.optouts import Optout
from lecommercial_batch.core.ports import Source
from lecommercial_batch.core.sentence import Sentence
from lecommercial_batch.core.spreadsheet_text import restored
from lecommercial_batch.planning.phones import normalise_many
from lecommercial_batch.planning.screening import columns
from lecommercial_batch.planning.screening.concealed import hidden_columns
from lecommercial_batch.planning.screening.flawed_rows import FlawedRow
from lecommercial_batch.planning.screening.phone_columns import guess_phone
from lecommercial_batch.planning.screening.samples import samples_of
from lecommercial_batch.planning.screening.stop_words import says_stop


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """The columns as the operator calls them."""

    replies: str | None
    phone: str | None
    date: str | None


def import_optouts(
    file: Path,
    *,
    named: Columns,
    sheet: str | None,
    header: int | None,
    source: str | None,
    reason: str | None,
    region: str,
    as_json: bool,
) -> Exit:
    """Add everybody of a file, or those whose reply asks for it; say which numbers could not be read."""
    desk = Desk(as_json=as_json)
    contacts = open_contacts(file, name=str(file), sheet=sheet, header=header)
    imported = _Import(
        contacts,
        named,
        region=see_that_it_is_a_region(region),
        now=desk.clock.now(),
        source=source or contacts.name,
        reason=reason or "",
    )
    with desk.journal() as journal:
        added = sum(asyncio.run(journal.optouts.add(wishes)) for wishes in imported.wishes())
        count = asyncio.run(journal.optouts.count())
    known = imported.wished - added
    problems = [*imported.problems, *imported.unrecognised()]
    if as_json:
        found = {
            "rows": imported.rows,
            "others": len(imported.others),
            "added": added,
            "known": known,
            "optouts": count,
        }
        show.print_json({**found, "problems": [show.problem_json(each) for each in problems]})
    show.print_problems(desk.console, problems)
    show_added(desk, added=added, known=known, count=count)
    return Exit.SOME_FAILED if imported.problems else Exit.DONE


class _Import:
    """The wishes in a file, and what could not be read of it.

    Raises:
        ContactsError: a column is not there.
    """

    def __init__(
        self, contacts: Source, named: Columns, *, region: str, now: datetime, source: str, reason: str
    ) -> None:
        self._contacts = contacts
        self._region = region
        self._now = now
        self._source = source
        self._reason = reason
        self._own = tuple(contacts.columns) == EXPORTED
        self._phone = self._column(named.phone) if named.phone else self._guess()
        self._replies = self._column(named.replies) if named.replies else None
        self._date = self._column("date" if self._own else named.date) if self._own or named.date else None
        self.problems: list[Problem] = []
        self.others: list[int] = []  # rows whose reply was not taken for a stop
        self.rows = self.wished = 0

    def wishes(self) -> Iterator[Sequence[Optout]]:
        """Yield the wishes of each batch of rows."""
        for batch in self._contacts.batches():
            self.rows += len(batch)
            meant = []
            for row in batch:
                if self._is_meant(row):
                    meant.append(row)
                else:
                    self.others.append(row.number)
            cells = [row.cells[self._phone] for row in meant]
            readings = normalise_many(cells, region=self._region, accept_any=True)
            wishes = []
            for row, reading in zip(meant, readings, strict=True):
                if isinstance(row, FlawedRow):
                    self._miss(row, "bad_row", row.flaw)
                elif isinstance(reading, Reading):
                    wishes.append(self._wish(row, reading))
                else:
                    self._miss(row, reading.reason, reading.detail)
            wishes = list({each.phone: each for each in reversed(wishes)}.values())
            self.wished += len(wishes)
            yield wishes

    def unrecognised(self) -> Sequence[Problem]:
        """Return which rows were passed over, for a person to read: a wish may be worded in any way."""
        if self._replies is None or not self.others:
            return []
        problem = Problem(
            code="no_stop",
            file=self._contacts.name,
            rows=tuple(self.others),
            count=len(self.others),
            column=self._contacts.columns[self._replies],
            message=Sentence("these replies were not recognised as asking for no more messages"),
            advice=Sentence("Read them. Who means it all the same: `optout add`."),
            severity=Severity.WARNING,
        )
        return [problem]

    def _is_meant(self, row: Row) -> bool:
        """Tell whether a row is a wish; one whose cells slipped may be, and is not passed over."""
        return self._replies is None or isinstance(row, FlawedRow) or says_stop(str(row.cells[self._replies]))

    def _wish(self, row: Row, reading: Reading) -> Optout:
        source, reason = self._source, self._reason
        if self._own:
            source, reason = (restored(str(cell)) for cell in row.cells[2:4])
        elif self._replies is not None and not reason:
            reason = " ".join(str(row.cells[self._replies]).split())[:200]
        return Optout(phone=reading.phone, at=self._at(row), source=source, reason=reason)

    def _at(self, row: Row) -> datetime:
        """Return when it was said; a wish whose date cannot be read is a wish all the same, as of now."""
        if self._date is not None:
            with suppress(InputError):
                return moment_of(row.cells[self._date], column=self._contacts.columns[self._date])
        return self._now

    def _miss(self, row: Row, code: str, message: Sentence) -> None:
        advice = Sentence("This person was not added: find out the number, then use `optout add`.")
        problem = Problem(
            code=code,
            file=self._contacts.name,
            row=row.number,
            column=self._contacts.columns[self._phone],
            message=message,
            advice=advice,
            severity=Severity.WARNING,
        )
        self.problems.append(problem)

    def _column(self, name: str | None) -> int:
        found = columns.find_column(name or "", self._contacts.columns)
        if found is not None:
            return found
        message = Sentence("the file {file} has no column “{column}”", file=self._contacts.name, column=name or "")
        raise self._error("unknown_column", message)

    def _guess(self) -> int:
        first: Sequence[Row] = next(iter(self._contacts.batches()), ())
        samples = samples_of(self._contacts, first)
        hidden = hidden_columns(self._contacts)
        found = guess_phone(self._contacts.columns, samples, region=self._region, hidden=hidden)
        if found is None:
            message = Sentence("no column of {file} looks like phone numbers", file=self._contacts.name)
            raise self._error("no_phone_column", message)
        return found

    def _error(self, code: str, message: Sentence) -> ContactsError:
        advice = Sentence("The columns are: {columns}.", columns=enumerated(self._contacts.columns))
        return ContactsError(Problem(code=code, file=self._contacts.name, message=message, advice=advice))
