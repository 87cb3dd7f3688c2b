"""The report as a page: a run in figures and charts, to pass on. It holds nobody's name or number."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from markupsafe import Markup

from lecommercial_batch.core.addresses import shown
from lecommercial_batch.core.labels import count_of, moment, part_words, reason_words, state_words, status_words
from lecommercial_batch.core.language import _, say, say_many, spoken
from lecommercial_batch.core.model import ReportRow, Run, RunState, Status
from lecommercial_batch.core.sentence import Sentence
from lecommercial_batch.pages.parts import SinglePage
from lecommercial_batch.report import charts
from lecommercial_batch.report.charts import Part
from lecommercial_batch.report.line import REJECTED
from lecommercial_batch.report.share import percent
from lecommercial_batch.report.tally import Outcomes, Tally, tally

_PAGE: Final = SinglePage(__package__, "report.html", styles=("theme.css", "report.css"))
_ORDER: Final = (
    *(Status.ACCEPTED, Status.FAILED, Status.UNKNOWN),
    *(Status.PENDING, Status.SENDING, Status.CANCELLED),
)
_MOST_BARS: Final = 12  #: bars in a chart; what is beyond them is counted together
_SHORTEST: Final = 10.0  #: seconds of sending whose course is worth a chart


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A drawing with what it says in words and figures, for those who do not see it."""

    title: str
    drawing: Markup
    small: Markup | None = None  #: the same for a phone, where the drawing is too wide
    headings: Sequence[str] = ()
    figures: Sequence[Sequence[str]] = ()
    key: Sequence[Part] = ()  #: what the colours mean, where the drawing does not say


def write_page(path: Path, *, run: Run, rows: Callable[[], Iterator[ReportRow]]) -> None:
    """Write the page: all its figures are of one pass over the rows, so that they add up while a run goes on."""
    counted = tally(rows())
    outcomes = [part for part in _outcomes(counted.messages, counted.rejected.total()) if part.count]
    page = _PAGE.render(
        language=spoken(),
        words=_words(),
        run=run,
        state=state_words(run.state),
        told=_told(run, counted),
        when=_when(run, counted),
        outcomes=[(part, share_of(part.count, counted.rows)) for part in outcomes],
        rows=count_of(counted.rows),
        count_of=count_of,
        donut=charts.donut(outcomes) if outcomes else "",
        charts=list(_charts(run, counted)),
        facts=list(_facts(run)),
    )
    with path.open("w", encoding="utf-8", errors="replace", newline="\n") as file:
        file.writelines(page)


def share_of(count: int, whole: int) -> str:
    return percent(count / whole if whole else 0.0)


def _told(run: Run, counted: Tally) -> str:
    """Return how it went in a sentence."""
    messages, accepted = counted.messages.total(), counted.messages[Status.ACCEPTED]
    if not messages:
        left_out = counted.rejected.total()
        return say_many(
            "Nothing was sent: the only row was left out",
            "Nothing was sent: all {count} rows were left out",
            left_out,
            count=count_of(left_out),
        )
    if run.started_at is None:
        return say_many(
            "{count} waits and has not been sent yet",
            "{count} wait, none has been sent yet",
            messages,
            count=count_of(messages),
        )
    figures = {
        "accepted": count_of(accepted),
        "count": count_of(messages),
        "share": share_of(accepted, messages),
    }
    if run.new.edits:
        return say_many(
            "{accepted} of {count} change accepted, {share}",
            "{accepted} of {count} changes accepted, {share}",
            messages,
            **figures,
        )
    return say_many(
        "{accepted} of {count} message accepted, {share}",
        "{accepted} of {count} messages accepted, {share}",
        messages,
        **figures,
    )


def _when(run: Run, counted: Tally) -> str:
    if run.started_at is None:
        return state_words(run.state)
    begin, points = moment(run.started_at), counted.course.points()
    if run.ended_at and run.state is RunState.ENDED:
        return say(Sentence("From {begin} to {end}.", begin=begin, end=moment(run.ended_at)))
    last = moment(datetime.fromtimestamp(points[-1][0], UTC)) if points else begin
    stands = Sentence(
        "From {begin} on; as it stood at {last}: {state}.", begin=begin, last=last, state=state_words(run.state)
    )
    return say(stands)


def _outcomes(messages: Outcomes, rejected: int = 0) -> list[Part]:
    parts = [Part(name=status_words(status), count=messages[status], colour=status) for status in _ORDER]
    return [*parts, Part(name=_("left out, not written to"), count=rejected, colour=REJECTED)]


def _charts(run: Run, counted: Tally) -> Iterator[Chart]:
    points = counted.course.points()
    if points and points[-1][0] - points[0][0] > _SHORTEST:
        pace = run.new.options.rate.per_second
        key = [Part(name=_("accepted"), count=0, colour=Status.ACCEPTED)]
        key.append(
            Part(
                name=say(Sentence("at the pace that was set, {rate}", rate=str(run.new.options.rate))),
                count=0,
                colour="pace",
            )
        )
        title = _("Accepted over time")
        yield Chart(
            title=title,
            drawing=charts.course(points, pace=pace),
            small=charts.course(points, pace=pace, width=charts.NARROW),
            key=key,
        )
    for title, reasons, colour in (
        (_("Rows left out, by reason"), counted.rejected, REJECTED),
        (_("What failed or is unknown, by reason"), counted.troubles, Status.FAILED),
    ):
        if reasons:
            yield _by_reason(title, reasons, colour)
    if len(counted.senders) > 1:
        yield _compared(_("By sender"), counted.senders)
    if counted.variants and run.new.edits:
        kinds = {part_words(name, edits=True): outcomes for name, outcomes in counted.variants.items()}
        yield _compared(_("By kind of change"), kinds)
    elif counted.variants:
        yield _compared(_("By variant"), counted.variants)


def _by_reason(title: str, reasons: Mapping[str, int], colour: str) -> Chart:
    ordered = sorted(reasons.items(), key=lambda item: (-item[1], item[0]))
    parts = [
        Part(name=reason_words(reason) or _("no reason given"), count=count, colour=colour)
        for reason, count in ordered
    ]
    if rest := sum(part.count for part in parts[_MOST_BARS:]):
        parts = [*parts[:_MOST_BARS], Part(name=_("others"), count=rest, colour=colour)]
    figures = [(part.name, count_of(part.count)) for part in parts]
    return Chart(
        title=title,
        drawing=charts.bars(parts),
        small=charts.bars(parts, width=charts.NARROW),
        headings=(_("Reason"), _("Count")),
        figures=figures,
    )


def _compared(title: str, groups: Mapping[str, Outcomes]) -> Chart:
    occurring = [index for index, status in enumerate(_ORDER) if any(group[status] for group in groups.values())]
    rows = {name: [_outcomes(groups[name])[index] for index in occurring] for name in sorted(groups)}
    key = next(iter(rows.values()))
    headings = (title, *(part.name for part in key), _("in all"))
    figures = [
        (name, *(count_of(part.count) for part in parts), count_of(groups[name].total()))
        for name, parts in rows.items()
    ]
    return Chart(title=title, drawing=charts.stacks(rows), headings=headings, figures=figures, key=key)


def _facts(run: Run) -> Iterator[tuple[str, str]]:
    yield _("Run"), run.id
    yield _("Contacts"), Path(run.new.source).name
    yield _("Sent to"), shown(run.new.address)
    yield _("Proof"), run.proof
    yield _("Pace"), str(run.new.options.rate)
    for sender, reason in run.halted.items():
        yield say(Sentence("Sender {sender} halted", sender=sender)), reason_words(reason)


def _words() -> dict[str, str]:
    return {
        "title": _("Report"),
        "outcomes": _("What became of every row"),
        "outcome": _("Outcome"),
        "count": _("Count"),
        "share": _("Share"),
        "rows_read": _("rows read"),
        "facts": _("The run"),
        "figures": _("The figures"),
        "accepted_means": _(
            "“Accepted” means that the API took the message: whether it was read, nobody is told."
        ),
        "nobody_in_it": _("This page holds no names, no numbers and no messages: it can be passed on."),
    }
