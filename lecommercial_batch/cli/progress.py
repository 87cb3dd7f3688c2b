"""What is seen while a run is sent: a live line in a terminal, plain lines elsewhere."""

import math
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from time import monotonic
from types import TracebackType
from typing import Final, Self

from rich.progress import BarColumn, MofNCompleteColumn, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from lecommercial_batch.cli.show import time_of_day
from lecommercial_batch.cli.terminal import Console, Text
from lecommercial_batch.core.labels import count_of
from lecommercial_batch.core.language import _, say, say_many
from lecommercial_batch.core.model import Counts, Result, Run, Status
from lecommercial_batch.core.sentence import Sentence
from lecommercial_batch.delivery.engine.local import Watching

_EVERY: Final = 5.0  #: seconds between plain lines


_SETTLED: Final = (Status.ACCEPTED, Status.FAILED, Status.UNKNOWN, Status.CANCELLED)


class _Pace(ProgressColumn):
    """How many a second, over the last while."""

    def render(self, task: Task) -> Text:
        """Return it, or nothing where it is not known yet."""
        if not task.speed:
            return Text()
        a_minute = task.speed < 1
        return Text(f"{task.speed * 60:.0f}/min" if a_minute else f"{task.speed:.0f}/s", style="cyan")


class Progress:
    """Counts results as they come and shows them; a context manager."""

    def __init__(self, console: Console, run: Run, left: int) -> None:
        self._console = console
        self._name = run.id
        self._left = left
        self._counts: Counter[Status] = Counter()
        self._told_at = monotonic()
        self._bar = Bar(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[spread]}", markup=False),
            _Pace(),
            TimeRemainingColumn(),
            console=console,
            disable=not console.is_terminal,
            refresh_per_second=4,
        )
        self._task = self._bar.add_task(run.id, total=left, spread="")

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Leave the terminal to a question."""
        self._bar.stop()
        try:
            yield
        finally:
            self._bar.start()

    def count(self, result: Result) -> None:
        """Take in one result."""
        if result.status is Status.PENDING:
            return
        self._counts[result.status] += 1
        self._bar.update(self._task, advance=1, spread=self._spread())
        self._tell()

    def see(self, counts: Counts) -> None:
        """Take in how the run stands, where another process sends it."""
        self._counts = Counter({status: counts.messages[status] for status in _SETTLED})
        self._bar.update(self._task, completed=self._counts.total(), spread=self._spread())
        self._tell()

    def _tell(self) -> None:
        """Print a line now and then where there is no live one."""
        if not self._console.is_terminal and monotonic() - self._told_at >= _EVERY:
            self._told_at = monotonic()
            self._console.print(f"{self._name}: {self._spread()}, {count_of(self._todo())} {_('left')}")

    def watching(self) -> Watching:
        """Return what the engine is to tell, and to whom."""
        return Watching(
            on_result=self.count,
            on_busy=self.busy,
            on_abandoned=self.abandoned,
            on_asleep=self.asleep,
            on_held=self.held,
        )

    def busy(self, lane: str) -> None:
        sentence = Sentence("Sender {sender} is being used by another run: waiting for it to finish.", sender=lane)
        self._console.print(say(sentence))

    def abandoned(self, count: int) -> None:
        told = say_many(
            "{count} message was on its way when the program was cut short. It may have been delivered:"
            " it is not sent again.",
            "{count} messages were on their way when the program was cut short. They may have been delivered:"
            " they are not sent again.",
            count,
        )
        self._console.print(told)

    def asleep(self, until: datetime) -> None:
        told = Sentence(
            "Nobody may be written to at this hour: the run goes on {when}. Ctrl-C stops it until `resume`.",
            when=time_of_day(until, datetime.now(UTC)),
        )
        self._console.print(say(told))

    def held(self, seconds: float, reason: str) -> None:
        self._console.print(say(_held(math.ceil(seconds), reason)))

    def stopping(self) -> None:
        self._console.print(
            _("Stopping: the messages on their way are finished first. Press Ctrl-C again to leave at once.")
        )

    def _todo(self) -> int:
        return self._left - sum(self._counts.values())

    def _spread(self) -> str:
        shown = {
            Status.ACCEPTED: _("accepted"),
            Status.FAILED: _("failed"),
            Status.UNKNOWN: _("unknown"),
        }
        return " · ".join(
            f"{count_of(self._counts[status])} {word}" for status, word in shown.items() if self._counts[status]
        )


def _held(seconds: int, reason: str) -> Sentence:
    match reason:
        case "throttled":
            return Sentence("The API asks for a pause of {seconds} s: nothing leaves until then.", seconds=seconds)
        case "journal_busy":
            return Sentence(
                "Another program holds the journal: nothing more leaves while its writing is tried again,"
                " for {seconds} s at most. Press Ctrl-C twice to leave at once: answers not written yet would be"
                " lost.",
                seconds=seconds,
            )
        case _:
            return Sentence("The API is away: the next try is in {seconds} s.", seconds=seconds)
