"""`check`: everything that can be verified without sending."""

import asyncio
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from lecommercial_batch.app.checking import Checked, checked_campaign, checked_contacts, is_contact_file
from lecommercial_batch.cli import show
from lecommercial_batch.cli.desk import Desk
from lecommercial_batch.cli.exits import Exit
from lecommercial_batch.cli.preview import way_of
from lecommercial_batch.core.advice import advice_for
from lecommercial_batch.core.errors import InputError, Problem, Severity
from lecommercial_batch.core.labels import count_of, reason_words
from lecommercial_batch.core.language import _, say, say_many
from lecommercial_batch.core.model import Message, Reason, Recipient, Rejection
from lecommercial_batch.core.sentence import NOTHING, Sentence
from lecommercial_batch.planning.screening.first_mobile import column_taken, was_repaired

SHOWN = 50
REPAIRS = 3


def check(
    path: Path, *, as_json: bool, fixed: Path | None = None, sheet: str | None = None, header: int | None = None
) -> Exit:
    """List every problem with its place and remedy. Input to fix only when nothing could be sent.

    ``path`` is a campaign, or a contact file to look at by itself; ``fixed`` is where to write the contacts with
    their numbers put right.
    """
    desk = Desk(as_json=as_json)
    found = Found(desk)
    try:
        if is_contact_file(path):
            checked = checked_contacts(path, sheet=sheet, header=header, region="FR")
        else:
            checked = checked_campaign(asyncio.run(way_of(desk, path)), desk.settings)
        found.problems += checked.problems
        if fixed is None:
            for _each in found.seen(checked):
                pass
        else:
            _write(fixed, checked, found)
        found.remark(checked)
    except InputError as error:
        found.problems[:0] = error.problems  # which end the check: they go before what single rows lack
        found.count += len(error.problems)
        found.show(None)
        return Exit.FIX_INPUT
    found.show(fixed)
    return Exit.DONE


class Found:
    """The problems that come up: all of them for ``--json``, the first and their totals for a person."""

    def __init__(self, desk: Desk) -> None:
        self.problems: list[Problem] = []
        self.count = 0
        self._desk = desk
        self._reasons: Counter[Reason] = Counter()
        self._good = 0
        self._repaired = 0
        self._repairs: list[tuple[int, Sentence]] = []  # all for ``--json``, else the first
        self._phones: Sequence[str] = ()
        self._taken: Counter[str] = Counter()  # by the column of the number, where it is not the first
        self._country = ""
        self._sheet = NOTHING
        self._sheet_name = ""

    def seen(self, checked: Checked) -> Iterator[Message | Recipient | Rejection]:
        """Yield the rows on, and keep what is wrong with them."""
        self.count = len(self.problems)
        self._phones = [checked.columns[phone] for phone in checked.phones]
        self._country = "" if checked.country is None else checked.columns[checked.country]
        self._sheet, self._sheet_name = checked.sheet, checked.sheet_name
        for each in checked.rows():
            if isinstance(each, Rejection):
                self._reasons[each.reason] += 1
                if each.reason != Reason.NOT_SELECTED:  # which the campaign leaves out on purpose
                    self._keep(checked, each)
            else:
                self._good += 1
                if each.repair.template:
                    self._repair(each.row.number, each.repair)
            yield each

    def _repair(self, row: int, repair: Sentence) -> None:
        if column := column_taken(repair):
            self._taken[column] += 1
        if was_repaired(repair):
            self._repaired += 1
            if self._desk.as_json or self._repaired <= REPAIRS:
                self._repairs.append((row, repair))

    def remark(self, checked: Checked) -> None:
        """Keep what is odd about the messages that can be sent."""
        remarks = checked.remarks()
        self.problems[:0] = remarks
        self.count += len(remarks)

    def _keep(self, checked: Checked, rejection: Rejection) -> None:
        self.count += 1
        if self._desk.as_json or len(self.problems) < SHOWN:
            self.problems.append(_problem(checked, rejection))

    def show(self, fixed: Path | None) -> None:
        """Print what was found."""
        if self._desk.as_json:
            problems = [show.problem_json(problem) for problem in self.problems]
            show.print_json({"problems": problems, **(self._counts() if self._phones else {})})
            return
        console = self._desk.console
        show.print_problems(console, self.problems[:SHOWN])
        if (more := self.count - SHOWN) > 0:
            console.print(say(Sentence("… and {count} more: --json lists them all.", count=count_of(more))))
        if rows := self._good + self._reasons.total():
            self._show_counts(rows)
        if not self.problems:
            console.print(_("Nothing to fix."), style="green")
        if fixed is not None:
            console.print(say(Sentence("Written: {file}", file=str(fixed))), style="bold", soft_wrap=True)

    def _counts(self) -> Mapping[str, object]:
        return {
            "column": self._phones[0],
            **({"columns": list(self._phones)} if len(self._phones) > 1 else {}),
            "country": self._country or None,
            "sheet": self._sheet_name or None,
            "rows": self._good + self._reasons.total(),
            "can_be_written_to": self._good,
            "rejected": dict(self._reasons),
            "repaired": self._repaired,
            "repairs": [{"row": row, "repair": say(repair)} for row, repair in self._repairs],
        }

    def _show_counts(self, rows: int) -> None:
        console = self._desk.console
        console.print()
        console.print(say(self._read_from()))
        if self._sheet.template:
            console.print(say(self._sheet))
        if self._country:
            countries = Sentence("Their countries were read from the column “{column}”.", column=self._country)
            console.print(say(countries))
        console.print(_line(rows, say_many("row read", "rows read", rows)))
        can = say_many("can be written to", "can be written to", self._good)
        console.print(_line(self._good, can), style="green")
        if self._repaired:
            repaired = say_many(
                "of them with a number that was repaired",
                "of them with numbers that were repaired",
                self._repaired,
            )
            console.print(_line(self._repaired, repaired))
        for row, repair in self._repairs:
            console.print(f"{'':>11}{say(Sentence('row {row}', row=row))}{_(': ')}{say(repair)}", style="dim")
        for reason, count in self._reasons.most_common():
            console.print(_line(count, reason_words(reason)))

    def _read_from(self) -> Sentence:
        """Say which column was read, or how many numbers each of several gave."""
        first, *others = self._phones
        if not others:
            return Sentence("Numbers were read from the column “{column}”.", column=first)
        given = {first: self._good - self._taken.total(), **{each: self._taken[each] for each in others}}
        told = ", ".join(f"“{column}” ({count_of(count)})" for column, count in given.items())
        return Sentence(
            "Numbers were read from these columns, the first mobile of each row: {columns}.", columns=told
        )


def _line(count: int, words: str) -> str:
    return f"{count_of(count):>9}  {words}"


def _write(fixed: Path, checked: Checked, found: Found) -> None:
    if fixed.suffix.lower() != ".xlsx":
        message = Sentence("{file} is to be a workbook", file=str(fixed))
        advice = Sentence("Give it a name that ends in .xlsx.")
        raise InputError(Problem(code="bad_value", column="--fixed", message=message, advice=advice))
    if fixed.exists():
        message = Sentence("{file} is there already", file=str(fixed))
        advice = Sentence("Name another file, or move this one away.")
        raise InputError(Problem(code="file_exists", column="--fixed", message=message, advice=advice))
    from lecommercial_batch.report.fixed import write_fixed  # noqa: PLC0415 - openpyxl takes 150 ms

    write_fixed(fixed, columns=checked.columns, phones=checked.phones, rows=found.seen(checked))


def _problem(checked: Checked, rejection: Rejection) -> Problem:
    return Problem(
        code=rejection.reason,
        file=checked.source,
        row=rejection.row.number,
        column=rejection.column,
        message=rejection.detail,
        advice=advice_for(rejection.reason),
        severity=Severity.WARNING,
    )
