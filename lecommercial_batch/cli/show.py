"""What the verbs print."""

import json
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from rich.padding import Padding
from rich.panel import Panel

from lecommercial_batch.cli.terminal import Console, Table, Text
from lecommercial_batch.core.addresses import shown
from lecommercial_batch.core.errors import Problem, Severity
from lecommercial_batch.core.labels import count_of, part_words, reason_words, state_words, status_words
from lecommercial_batch.core.language import _, say, say_many
from lecommercial_batch.core.model import Counts, Message, Rejection, ReportRow, Run, Status
from lecommercial_batch.core.sentence import Sentence
from lecommercial_batch.core.visible import as_json as visible_json
from lecommercial_batch.core.visible import one_line
from lecommercial_batch.delivery.eta import last_leaves_at
from lecommercial_batch.pages.formatting import Style, spans
from lecommercial_batch.scheduling.public_holidays import calendar_of

#: Rows named where many have the same problem.
ROWS_NAMED = 5
STYLES = {
    Status.ACCEPTED: "green",
    Status.FAILED: "red",
    Status.UNKNOWN: "yellow",
    Status.PENDING: "cyan",
    Status.SENDING: "cyan",
    Status.CANCELLED: "dim",
}
#: How a terminal shows what WhatsApp's marks mean.
MARKS = {
    Style.BOLD: "bold",
    Style.ITALIC: "italic",
    Style.STRIKE: "strike",
    Style.MONO: "cyan",
    Style.LINK: "underline",
}


def print_json(value: Mapping[str, Any]) -> None:
    """Print the one JSON object of ``--json``."""
    plain = not (sys.stdout.encoding or "").lower().startswith("utf")  # other outputs lack letters
    sys.stdout.write(visible_json(json.dumps(value, ensure_ascii=plain, indent=2)) + "\n")
    sys.stdout.flush()


def show_problems(problems: Sequence[Problem], *, as_json: bool) -> None:
    """Show what is to be fixed, on standard error; with ``--json`` also as an object on standard output."""
    print_problems(Console(stderr=True), problems)
    if as_json:
        print_json({"problems": [problem_json(problem) for problem in problems]})


def tell(console: Console, said: Text) -> None:
    """Print sentences: broken between words at a terminal's edge, and nowhere in a file or a pipe."""
    console.print(said, soft_wrap=not console.is_terminal)


def print_problems(console: Console, problems: Sequence[Problem]) -> None:
    """Print problems in the order they came, those that differ by their row alone together."""
    together: dict[tuple[str, str, str, Sentence], list[Problem]] = {}
    for problem in problems:
        together.setdefault((problem.file, problem.column, problem.code, problem.message), []).append(problem)
    for alike in together.values():
        tell(console, _problem_text(alike))


def _problem_text(alike: Sequence[Problem]) -> Text:
    """Return two lines: where and what, then what to do."""
    problem = alike[0]
    warning = problem.severity is Severity.WARNING
    text = Text(_("Warning") if warning else _("Error"), style="bold yellow" if warning else "bold red")
    if place := _place(problem, [each.row for each in alike if each.row is not None] or problem.rows):
        text.append(f" {place}", style="bold not red")
    text.append(_(": "), style="none")
    text.append(say(problem.message), style="none")
    if problem.advice.template:
        text.append(f"\n  → {say(problem.advice)}", style="none")
    return text


def problem_json(problem: Problem) -> dict[str, Any]:
    """Return a problem's keys; ``rows`` and ``count`` are there where it is one of many rows."""
    many = {"rows": problem.rows, "count": problem.count} if problem.rows else {}
    return {
        "file": problem.file,
        "row": problem.rows[0] if problem.rows else problem.row,
        **many,
        "column": problem.column,
        "code": problem.code,
        "severity": problem.severity,
        "message": say(problem.message),
        "advice": say(problem.advice),
    }


def _place(problem: Problem, rows: Sequence[int]) -> str:
    parts = [one_line(problem.file)] if problem.file else []
    in_campaign = problem.file.endswith(".toml")
    if len(rows) == 1:
        parts.append(say(Sentence("line {row}" if in_campaign else "row {row}", row=rows[0])))
    elif rows:
        parts.append(_several(rows, max(len(rows), problem.count)))
    if problem.column:
        column = (
            f"[{one_line(problem.column)}]" if in_campaign else say(Sentence("“{column}”", column=problem.column))
        )
        parts.append(column)
    return ", ".join(parts)


def _several(rows: Sequence[int], count: int) -> str:
    """Name rows, or the first of them; ``count`` is how many there are in all."""
    shown = rows if len(rows) == count <= ROWS_NAMED + 1 else rows[:ROWS_NAMED]
    if more := count - len(shown):
        named = ", ".join(map(str, shown))
        return say_many("rows {named} and {count} more", "rows {named} and {count} more", more, named=named)
    named = ", ".join(map(str, shown[:-1]))
    return say(Sentence("rows {named} and {last}", named=named, last=shown[-1]))


def show_run(console: Console, run: Run, about: str = "") -> None:
    """Show which run it is, how it stands, or what of it is shown, and where it goes."""
    console.print(one_line(f"{run.id} — {run.new.campaign} — {about or state_words(run.state)}"), style="bold")
    if run.new.address:
        console.print(f"→ {shown(run.new.address)}", soft_wrap=True)


def show_counts(console: Console, counts: Counts) -> None:
    """Show how the rows are spread: messages by status, rejections by reason; zeros are left out."""
    table = Table(box=None, show_header=False, padding=(0, 1))
    table.add_column(justify="right", style="bold")
    table.add_column()
    for status, count in counts.messages.items():
        if count:
            table.add_row(count_of(count), Text(status_words(status), style=STYLES[status]))
    for reason, count in counts.rejected.items():
        table.add_row(count_of(count), Text(reason_words(reason), style="dim"))
    table.add_row(count_of(counts.rows), say_many("row read", "rows read", counts.rows), end_section=True)
    console.print(table)
    show_after(console, counts)


def show_after(console: Console, counts: Counts) -> None:
    """Show what came of a run in lists; nothing where nothing did."""
    for name, by_status in counts.after.items():
        spread = [f"{count_of(count)} {status_words(status)}" for status, count in by_status.items() if count]
        tell(console, Text(f"{part_words(name, edits=True)}{_(': ')}{' · '.join(spread)}"))


def show_rejections(console: Console, examples: Mapping[str, Sequence[Rejection]]) -> None:
    """Show a few rejections of each reason, by row as Excel numbers it."""
    for reason, rejections in examples.items():
        console.print(Text(reason_words(reason), style="bold"))
        for rejection in rejections:
            where = say(Sentence("row {row}", row=rejection.row.number))
            tell(console, Text(f"  {where}{_(': ')}{say(rejection.detail)}"))


def show_message(console: Console, message: Message | ReportRow) -> None:
    """Show one message as its reader will see it; where there is no terminal, with its marks as they are sent."""
    content, phone = message.content, message.phone
    if content is None or phone is None:
        return
    lines = [_said(console, content.text)] if content.text else []
    if content.template_id:
        lines.append(Text(say(Sentence("template {id}", id=content.template_id)), style="dim"))
        lines += [Text(one_line(f"{{{name}}} = {value}")) for name, value in content.variables]
    if content.file:
        lines.append(Text(one_line(f"📎 {content.file}")))
    heading = say(Sentence("row {row} → {phone}", row=message.row.number, phone=phone.e164))
    bubble = Panel(
        Text("\n").join(lines),
        title=Text(heading, style="default"),
        title_align="left",
        border_style="green",
        width=min(72, console.width - 2),
    )
    console.print(Padding(bubble, (0, 0, 0, 1)))


def _said(console: Console, text: str) -> Text:
    if not console.is_terminal:
        return Text(text)
    return Text.of_pieces(*((span.text, " ".join(MARKS[style] for style in span.styles)) for span in spans(text)))


def show_delivery(console: Console, run: Run) -> None:
    """Say what it means where messages that may have been delivered are sent again."""
    if run.new.options.at_least_once:
        told = _("Messages that may have been delivered are sent again: a few people may get theirs twice.")
        tell(console, Text(told, style="bold yellow"))


def show_halts(console: Console, run: Run) -> None:
    for sender, reason in run.halted.items():
        sentence = Sentence("Sender {sender} was halted: {reason}", sender=sender, reason=reason_words(reason))
        console.print(Text(say(sentence), style="bold red"))


def ending(run: Run, waiting: Mapping[str, int], now: datetime) -> str:
    """Return when so many messages by zone will have been sent at the run's pace and hours: `at 16:23`."""
    options = run.new.options
    begin = max(now, options.not_before or now)
    at = last_leaves_at(waiting, rate=options.rate, at=begin.timestamp(), calendar=calendar_of(options.hours))
    return time_of_day(datetime.fromtimestamp(at or 0, UTC), now)


def time_of_day(at: datetime, now: datetime) -> str:
    """Return a time in local words: `at 16:23`, or with its date where that is not today's."""
    local, time = at.astimezone(), at.astimezone().strftime(_("%H:%M"))
    if local.date() == now.astimezone().date():
        return say(Sentence("at {time}", time=time))
    return say(Sentence("on {date} at {time}", date=local.strftime(_("%Y-%m-%d")), time=time))
