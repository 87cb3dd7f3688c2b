"""Public holidays, by country and region: what the `holidays` package knows."""

from collections.abc import Callable, Sequence
from datetime import date
from functools import lru_cache

from lecommercial_batch.core.hours import Hours
from lecommercial_batch.scheduling.calendar import Calendar


def is_holiday_in(regions: Sequence[str]) -> Callable[[date], bool]:
    """Return what tells whether a day is a public holiday of any of these regions, as in ``FR-974``."""

    def is_holiday(day: date) -> bool:
        return any(day in _days(region, day.year) for region in regions)

    return is_holiday


def calendar_of(hours: Hours | None) -> Calendar | None:
    """Return the calendar of a campaign's hours, where it has any."""
    return Calendar(hours, is_holiday_in(hours.holidays)) if hours else None


def is_known(region: str) -> bool:
    """Tell whether the holidays of a country or region are known."""
    try:
        _days(region, 2026)
    except (NotImplementedError, KeyError):
        return False
    return True


def holiday_name(regions: Sequence[str], day: date, *, language: str) -> str:
    """Return what a public holiday is called; empty where the day is none."""
    for region in regions:
        if day in (days := _days(region, day.year, language)):
            return days[day]
    return ""


@lru_cache(maxsize=64)
def _days(region: str, year: int, language: str | None = None) -> dict[date, str]:
    """Return the public holidays of a year.

    Raises:
        NotImplementedError: the country or its part is not known.
    """
    import holidays  # noqa: PLC0415 - a twentieth of a second, which campaigns without [schedule] do not need

    country, _, part = region.partition("-")
    found = holidays.country_holidays(country, subdiv=part or None, years=year, language=language)
    return {day: str(found[day]) for day in found}
