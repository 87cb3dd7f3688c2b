"""When a campaign is to be sent by itself."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """When a campaign is to be sent by itself."""

    start: datetime | None = None  #: aware of its zone
    cron: str = ""  #: five fields, by the clocks of ``timezone``
    timezone: str = "Europe/Paris"
    if_late: Literal["skip", "send"] = "skip"  #: what is done more than ``grace`` after its time
    grace: timedelta = timedelta(minutes=15)
    plan: Literal["now", "at_start"] = "now"  #: when its file is read and its messages are frozen
