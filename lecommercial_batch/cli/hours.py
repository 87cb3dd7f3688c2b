"""The hour at which a campaign without hours of its own would be sent."""

from datetime import datetime
from zoneinfo import ZoneInfo

from lecommercial_batch.cli import show
from lecommercial_batch.cli.desk import Desk
from lecommercial_batch.cli.terminal import Text
from lecommercial_batch.core.hours import Hours
from lecommercial_batch.core.language import _, say
from lecommercial_batch.core.model import Run
from lecommercial_batch.core.sentence import Sentence
from lecommercial_batch.scheduling.public_holidays import calendar_of


def show_the_hour(desk: Desk, run: Run, *, now: bool) -> None:
    """Warn where people in France would be written to at night, on a Sunday or on a public holiday."""
    hours = Hours()
    calendar, time = calendar_of(hours), desk.clock.now()
    if run.new.options.hours or now or calendar is None or calendar.is_open("", time.timestamp()):
        return
    there = datetime.fromtimestamp(time.timestamp(), ZoneInfo(hours.timezone))
    warning = Sentence(
        "It is {time} on {date} in France. People are not written to before 08:00, after 20:00, on Sundays or on"
        " public holidays: a [schedule] in the campaign keeps to that, and --now says that you mean it.",
        time=there.strftime(_("%H:%M")),
        date=there.strftime(_("%Y-%m-%d")),
    )
    show.tell(desk.console, Text(say(warning), style="bold yellow"))
