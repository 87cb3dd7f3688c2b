"""A campaign's [schedule]: when it starts, and the hours at which its people may be written to."""

import re
from datetime import datetime, timedelta
from typing import Annotated, Final, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, PlainValidator, WithJsonSchema, model_validator

from lecommercial_batch.core.durations import parse_period
from lecommercial_batch.core.hours import Hours
from lecommercial_batch.core.sentence import Sentence
from lecommercial_batch.planning.campaign.strict_table import Table
from lecommercial_batch.scheduling.calendar import Calendar
from lecommercial_batch.scheduling.cron import parse_cron
from lecommercial_batch.scheduling.public_holidays import is_holiday_in, is_known
from lecommercial_batch.scheduling.schedule import Schedule

DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_WINDOW: Final = re.compile(r"\s*(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})\s*")
_MIDNIGHT: Final = 24 * 60


def _window(value: object) -> tuple[int, int]:
    match = _WINDOW.fullmatch(str(value))
    if match:
        from_hour, from_minute, to_hour, to_minute = map(int, match.groups())
        opens, closes = 60 * from_hour + from_minute, 60 * to_hour + to_minute
        if max(from_minute, to_minute) < 60 and opens < closes <= _MIDNIGHT:  # noqa: PLR2004 - minutes
            return opens, closes
    raise ValueError(
        Sentence("“{value}” is not a part of a day", value=str(value)),
        Sentence('Write "08:00-20:00": from, and up to but not including, within one day.'),
    )


def _days(value: object) -> tuple[int, ...]:
    """Read ``Mon-Sat`` or ``Mon, Wed, Fri``."""
    found: set[int] = set()
    for part in str(value).split(","):
        first, _, last = (name.strip().capitalize()[:3] for name in part.partition("-"))
        if first not in DAYS or (last or first) not in DAYS:
            raise ValueError(
                Sentence("“{value}” is not a list of days", value=str(value)),
                Sentence('Write "Mon-Sat", or "Mon, Wed, Fri".'),
            )
        begin, end = DAYS.index(first), DAYS.index(last or first)
        found |= {day % 7 for day in range(begin, end + 1 if end >= begin else end + 8)}
    return tuple(sorted(found))


def _holidays(value: object) -> tuple[str, ...]:
    regions = value if isinstance(value, list) else [value] if value else []
    for region in regions:
        if not is_known(str(region)):
            raise ValueError(
                Sentence("the public holidays of “{value}” are not known", value=str(region)),
                Sentence('Write a country or a part of it, such as "FR", "FR-57" or "FR-974"; [] for none.'),
            )
    return tuple(map(str, regions))


def _timezone(value: object) -> str:
    try:
        return ZoneInfo(str(value)).key
    except (KeyError, ValueError, OSError):
        raise ValueError(
            Sentence("“{value}” is not a time zone", value=str(value)),
            Sentence('Write its name, such as "Europe/Paris" or "Indian/Reunion".'),
        ) from None


def _grace(value: object) -> timedelta:
    return parse_period(value)


class ScheduleTable(Table):
    """When the campaign is sent, and the hours at which people may be written to, each in their own time zone."""

    start: datetime | None = None
    """When it is sent, by the clocks of `timezone`: 2026-12-24T10:00:00."""
    cron: Annotated[str, PlainValidator(parse_cron), WithJsonSchema({"type": "string"})] = ""
    """When it is sent again and again, as cron writes it: "0 10 * * MON"."""
    timezone: Annotated[str, BeforeValidator(_timezone)] = "Europe/Paris"
    """The time zone of start and cron, and of people whose number does not tell theirs."""
    window: Annotated[tuple[int, int], PlainValidator(_window), WithJsonSchema({"type": "string"})] = (480, 1200)
    """The part of the day in which people may be written to: "08:00-20:00"."""
    days: Annotated[tuple[int, ...], PlainValidator(_days), WithJsonSchema({"type": "string"})] = Hours().days
    """The days of the week: "Mon-Sat"."""
    holidays: Annotated[
        tuple[str, ...],
        PlainValidator(_holidays),
        WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}),
    ] = ("FR",)
    """Countries or regions on whose public holidays nobody is written to: "FR", ["FR", "FR-57"]; [] for none."""
    if_late: Literal["skip", "send"] = "skip"
    """What is done where it could not start within `grace` of its time."""
    grace: Annotated[timedelta, PlainValidator(_grace), WithJsonSchema({"type": "string"})] = timedelta(minutes=15)
    """How late it may start: "15 min"."""
    plan: Literal["now", "at_start"] | None = None
    """When the files are read: at `schedule`, or at each start. With cron, at each start."""

    @model_validator(mode="after")
    def holds_together(self) -> Self:
        """One way to start; hours that come; what a cron line plans, it plans each time."""
        if self.start and self.cron:
            raise ValueError(
                Sentence("a schedule has a start or a cron line, not both"), Sentence("Remove one of them.")
            )
        if self.start and self.start.tzinfo:
            raise ValueError(
                Sentence("“start” is written without an offset"),
                Sentence("Write what the clocks show, such as 2026-12-24T10:00:00, and name the timezone."),
            )
        if self.cron and self.plan == "now":
            raise ValueError(
                Sentence("what a cron line starts is planned at each start"), Sentence('Remove plan = "now".')
            )
        if Calendar(self.hours(), is_holiday_in(self.holidays)).interval("", 0) is None:
            raise ValueError(
                Sentence("no hour of the year is left in which people may be written to"),
                Sentence("Look at “days” and “holidays”."),
            )
        return self

    def hours(self) -> Hours:
        """Return the hours at which it may be sent."""
        opens, closes = self.window
        return Hours(timezone=self.timezone, opens=opens, closes=closes, days=self.days, holidays=self.holidays)

    def schedule(self) -> Schedule:
        """Return when it is to be sent by itself."""
        return Schedule(
            start=self.start.replace(tzinfo=ZoneInfo(self.timezone)) if self.start else None,
            cron=self.cron,
            timezone=self.timezone,
            if_late=self.if_late,
            grace=self.grace,
            plan=self.plan or ("at_start" if self.cron else "now"),
        )
