"""What tests of every kind share."""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest

from lecommercial_batch.core.hours import Hours
from lecommercial_batch.core.model import Content, Message, NewRun, Phone, Rate, Row, RunOptions

T = TypeVar("T")


class ManualClock:
    """A clock that goes on only when told to."""

    def __init__(self) -> None:
        self.time = datetime(2026, 3, 3, 10, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time

    def advance(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """An event loop whose time jumps to the next timer instead of waiting for it; for pure asyncio code."""

    def __init__(self) -> None:
        super().__init__()
        self._virtual = 0.0

    def time(self) -> float:
        return self._virtual

    def _run_once(self) -> None:
        self._virtual += 1e-6  # as anywhere, nothing takes no time: timers set for now come due
        scheduled = self._scheduled  # type: ignore[attr-defined]  # asyncio's own, not in its stubs
        if not self._ready:  # type: ignore[attr-defined]  # as above
            times = [timer.when() for timer in scheduled if not timer.cancelled()]
            self._virtual = max([self._virtual, *([min(times)] if times else [])])
        super()._run_once()  # type: ignore[misc]  # as above


class LoopClock:
    """The time of day of a virtual loop."""

    def __init__(self, begin: datetime = datetime(2026, 3, 3, 10, 0, tzinfo=UTC)) -> None:
        self._begin = begin

    def now(self) -> datetime:
        return self._begin + timedelta(seconds=asyncio.get_running_loop().time())


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def in_virtual_time() -> Callable[[Coroutine[Any, Any, T]], T]:
    """Run a coroutine to its end without waiting for any of its timers."""

    def run(coroutine: Coroutine[Any, Any, T]) -> T:
        with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
            return runner.run(coroutine)

    return run


def a_run(
    *,
    rate: Rate | None = None,
    stop_after_failures: int = 10,
    hours: Hours | None = None,
    not_before: datetime | None = None,
) -> NewRun:
    return NewRun(
        campaign="Relance été",
        campaign_file=Path("campaigns/relance.toml"),
        source="clients.csv",
        columns=("Prénom", "Téléphone"),
        phone_column="Téléphone",
        options=RunOptions(
            rate=rate or Rate(count=20, period=1),
            stop_after_failures=stop_after_failures,
            hours=hours,
            not_before=not_before,
            report_directory=Path("reports"),
            report_formats=("xlsx", "csv"),
        ),
    )


def a_message(number: int = 2, *, sender: str = "default", text: str = "Bonjour", zone: str = "") -> Message:
    phone = f"+336{number:08d}"
    return Message(
        row=Row(number, (f"Prénom {number}", phone)),
        phone=Phone(phone),
        sender=sender,
        content=Content(text=text),
        zone=zone,
    )
