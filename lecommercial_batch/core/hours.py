"""Quiet hours, by what a campaign says of them: when its people may be written to."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """What a campaign says of the hours at which it may be sent; by default that of one with [schedule]."""

    timezone: str = "Europe/Paris"  #: of people whose number does not tell
    opens: int = 8 * 60  #: minutes since midnight
    closes: int = 20 * 60  #: minutes since midnight, at most 24 hours
    days: tuple[int, ...] = (0, 1, 2, 3, 4, 5)  #: Monday is 0
    holidays: tuple[str, ...] = ("FR",)  #: countries and regions whose public holidays are left out
