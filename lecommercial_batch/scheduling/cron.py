"""Times that come again: cron's five fields, by the clocks of a time zone."""

from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

from lecommercial_batch.core.sentence import Sentence


def parse_cron(value: object) -> str:
    """Read a cron line and return it in its plain form.

    Raises:
        ValueError: it is none, or its time never comes; its arguments are the sentence and the advice.
    """
    line = " ".join(str(value).split())
    try:
        next(CronSim(line, datetime(2026, 1, 1, tzinfo=UTC)))
    except (CronSimError, StopIteration):
        raise ValueError(
            Sentence("“{value}” is not a time as cron writes it", value=str(value)),
            Sentence('Write minute, hour, day, month and weekday: "0 10 * * MON" is Mondays at 10:00.'),
        ) from None
    return line


def times_after(line: str, after: datetime, timezone: str) -> Iterator[datetime]:
    """Yield the times of a cron line after a moment, in UTC.

    As Debian's cron has them: what falls into an hour that clocks skip comes right after it, and what falls into
    one that they show twice comes once.
    """
    for found in CronSim(line, after.astimezone(ZoneInfo(timezone))):
        yield found.astimezone(UTC)
