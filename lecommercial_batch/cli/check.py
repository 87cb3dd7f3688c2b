"""`check`: everything that can be verified without sending."""

from collections import Counter
from pathlib import Path

from lecommercial_batch.advice import advice_for
from lecommercial_batch.cli import show
from lecommercial_batch.cli.desk import Desk
from lecommercial_batch.cli.exits import Exit
from lecommercial_batch.cli.preview import way_of
from lecommercial_batch.errors import InputError, Problem, Severity
from lecommercial_batch.language import _, say
from lecommercial_batch.model import Reason, Rejection
from lecommercial_batch.plan import Way
from lecommercial_batch.sentence import Sentence
from lecommercial_batch.words import count_of, reason_words

SHOWN = 50


def check(path: Path, *, as_json: bool) -> Exit:
    """List every problem with its place and remedy. Input to fix only when nothing could be sent."""
    desk = Desk(as_json=as_json)
    try:
        way = way_of(desk, path)
    except InputError as error:
        _show(desk, list(error.problems), Counter())
        return Exit.FIX_INPUT
    totals: Counter[str] = Counter()
    problems = _missing_keys(desk, way)
    for each in way.rows():
        if isinstance(each, Rejection):
            totals[each.reason] += 1
            # What the campaign leaves out on purpose is counted, and nothing to fix.
            problems += [_problem(way, each)] if each.reason != Reason.NOT_SELECTED else []
    _show(desk, problems, totals)
    return Exit.DONE


def _missing_keys(desk: Desk, way: Way) -> list[Problem]:
    """Warn of keys that `send` will need; nothing before it does."""
    found: list[Problem] = []
    for name in way.senders:
        try:
            desk.settings.sender(name)
        except InputError as error:
            found += error.problems
    return [
        Problem(code=each.code, message=each.message, advice=each.advice, severity=Severity.WARNING)
        for each in found
    ]


def _problem(way: Way, rejection: Rejection) -> Problem:
    return Problem(
        code=rejection.reason,
        file=way.new_run.source,
        row=rejection.row.number,
        column=rejection.column,
        message=rejection.detail,
        advice=advice_for(rejection.reason),
        severity=Severity.WARNING,
    )


def _show(desk: Desk, problems: list[Problem], totals: Counter[str]) -> None:
    if desk.as_json:
        show.print_json({"problems": [show.problem_json(problem) for problem in problems]})
        return
    for problem in problems[:SHOWN]:
        desk.console.print(show.problem_text(problem), soft_wrap=True)
    if len(problems) > SHOWN:
        left = Sentence("… and {count} more: --json lists them all.", count=count_of(len(problems) - SHOWN))
        desk.console.print(say(left))
    for reason, count in totals.most_common():
        desk.console.print(f"{count_of(count):>9}  {reason_words(reason)}")
    if not problems:
        desk.console.print(_("Nothing to fix."), style="green")
