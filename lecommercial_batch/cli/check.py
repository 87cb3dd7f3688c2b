"""`check`: everything that can be verified without sending."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from lecommercial_batch.advice import advice_for
from lecommercial_batch.cli import show
from lecommercial_batch.cli.checked import Checked, checked_campaign, checked_contacts, is_contact_file
from lecommercial_batch.cli.desk import Desk
from lecommercial_batch.cli.exits import Exit
from lecommercial_batch.cli.preview import way_of
from lecommercial_batch.errors import InputError, Problem, Severity
from lecommercial_batch.language import _, say
from lecommercial_batch.model import Message, Reason, Recipient, Rejection
from lecommercial_batch.sentence import Sentence
from lecommercial_batch.words import count_of, reason_words

SHOWN = 50


def check(path: Path, *, as_json: bool, fixed: Path | None = None, sheet: str | None = None) -> Exit:
    """List every problem with its place and remedy. Input to fix only when nothing could be sent.

    ``path`` is a campaign, or a contact file to look at by itself; ``fixed`` is where to write the contacts with
    their numbers put right.
    """
    desk = Desk(as_json=as_json)
    found = Found(desk)
    try:
        if is_contact_file(path):
            checked = checked_contacts(path, sheet=sheet, region="FR")
        else:
            checked = checked_campaign(way_of(desk, path), desk.settings)
        found.problems += checked.problems
        if fixed is None:
            for _each in found.seen(checked):
                pass
        else:
            _write(fixed, checked, found)
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

    def seen(self, checked: Checked) -> Iterator[Message | Recipient | Rejection]:
        """Yield the rows on, and keep what is wrong with them."""
        self.count = len(self.problems)
        for each in checked.rows():
            if isinstance(each, Rejection):
                self._reasons[each.reason] += 1
                if each.reason != Reason.NOT_SELECTED:  # which the campaign leaves out on purpose
                    self._keep(checked, each)
            else:
                self._good += 1
                self._repaired += bool(each.repair.template)
            yield each

    def _keep(self, checked: Checked, rejection: Rejection) -> None:
        self.count += 1
        if self._desk.as_json or len(self.problems) < SHOWN:
            self.problems.append(_problem(checked, rejection))

    def show(self, fixed: Path | None) -> None:
        """Print what was found."""
        if self._desk.as_json:
            show.print_json({"problems": [show.problem_json(problem) for problem in self.problems]})
            return
        console = self._desk.console
        for problem in self.problems[:SHOWN]:
            console.print(show.problem_text(problem), soft_wrap=True)
        if (more := self.count - SHOWN) > 0:
            console.print(say(Sentence("… and {count} more: --json lists them all.", count=count_of(more))))
        rows = self._good + self._reasons.total()
        if rows:
            console.print()
            console.print(f"{count_of(rows):>9}  {_('rows read')}")
            console.print(f"{count_of(self._good):>9}  {_('can be written to')}", style="green")
        if self._repaired:
            console.print(f"{count_of(self._repaired):>9}  {_('of them with a number that was repaired')}")
        for reason, count in self._reasons.most_common():
            console.print(f"{count_of(count):>9}  {reason_words(reason)}")
        if not self.problems:
            console.print(_("Nothing to fix."), style="green")
        if fixed is not None:
            console.print(say(Sentence("Written: {file}", file=str(fixed))), style="bold", soft_wrap=True)


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

    write_fixed(fixed, columns=checked.columns, phone=checked.phone, rows=found.seen(checked))


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
