"""Campaigns sent by themselves, in virtual time: at their hour, once, whatever ends the program meanwhile."""

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self
from zoneinfo import ZoneInfo

from lecommercial_batch.core.errors import CallError, CampaignError, JournalError, Problem, ReportError
from lecommercial_batch.core.hours import Hours
from lecommercial_batch.core.model import Rate, Run, RunState, Status
from lecommercial_batch.core.run_control import Wish
from lecommercial_batch.core.sender import Secret, Sender
from lecommercial_batch.core.sentence import Sentence
from lecommercial_batch.delivery.engine.lane_locks import conclude_if_idle
from lecommercial_batch.delivery.engine.local import Engine
from lecommercial_batch.delivery.engine.service import PLAN_WITHIN, Service
from lecommercial_batch.delivery.pacing.shared_budget import CELLS
from lecommercial_batch.delivery.pacing.shared_memory import OwnCells
from lecommercial_batch.journal.memory.agenda import MemoryAgenda
from lecommercial_batch.journal.memory.journal import MemoryJournal
from lecommercial_batch.scheduling.agenda import Scheduled, Turnout
from lecommercial_batch.scheduling.schedule import Schedule
from tests.conftest import LoopClock, a_message, a_run
from tests.unit.drain_bench import Scripted
from tests.unit.test_hours import FRIDAY, ZONES, local

InVirtualTime = Callable[[Coroutine[Any, Any, None]], None]
SENDER = Sender(name="default", authkey=Secret("a"), appkey=Secret("b"))
FILE = Path("/campaigns/relance.toml")


class Open(Scripted):
    """A gateway that is opened and closed."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        pass


@dataclass(slots=True, kw_only=True)
class World:
    """What outlives a program: the journal, the agenda, and the API with what it has received."""

    locks: Path
    clock: LoopClock
    hours: Hours | None = None
    people: int = 3
    rate: Rate = field(default_factory=lambda: Rate(count=1, period=1))
    gateway: Open = field(default_factory=Open)
    agenda: MemoryAgenda = field(default_factory=MemoryAgenda)
    journal: MemoryJournal = field(init=False)
    planned: list[datetime] = field(default_factory=list)
    lists_fail: bool = False
    missing: bool = False  #: the contact file
    slow: float = 0  #: seconds that its contacts take
    full: bool = False  #: the disk that reports are written to
    reported: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.journal = MemoryJournal(clock=self.clock)

    async def plan(self, _file: Path) -> str:
        if self.missing:
            raise CampaignError(Problem(code="unreadable_file", message=Sentence("it is gone")))
        await asyncio.sleep(self.slow)
        self.planned.append(self.clock.now())
        run = await self.journal.begin_run(a_run(rate=self.rate, hours=self.hours))
        messages = [
            a_message(number + 2, zone=ZONES[number % 3] if self.hours else "") for number in range(self.people)
        ]
        await self.journal.add(run, messages)
        await self.journal.freeze(run, proof=run)
        return run

    def service(self, stop: asyncio.Event) -> Service:
        engine = Engine(
            journal=self.journal,
            gateway=lambda _sender: self.gateway,
            clock=self.clock,
            locks=self.locks,
            cells=lambda _name: OwnCells(CELLS),
            look_again=20,
        )

        async def send(run_id: str) -> tuple[Run, bool]:
            run = await self.journal.find(run_id)
            run = await engine.send(run, [SENDER], stop=stop)
            return run, run.state is not RunState.ENDED or not (self.lists_fail or stop.is_set())

        async def report(run_id: str) -> None:
            if self.full:
                raise ReportError(Problem(code="report_not_written", message=Sentence("no room")))
            self.reported.append(run_id)

        async def leave(run_id: str) -> Run:
            await conclude_if_idle(self.journal, run_id, locks=self.locks)
            return await self.journal.find(run_id)

        return Service(
            agenda=self.agenda,
            clock=self.clock,
            locks=self.locks,
            plan=self.plan,
            send=send,
            report=report,
            leave=leave,
            look_again=60,
        )

    async def serve_for(self, seconds: float) -> None:
        """Serve for so long, then ask to stop."""
        stop = asyncio.Event()
        asyncio.get_running_loop().call_later(seconds, stop.set)
        await self.service(stop).serve(stop)

    async def turnouts(self) -> list[Turnout]:
        return [each.turnout for each in await self.agenda.occurrences(FILE)]

    def received(self) -> Counter[str]:
        return Counter(number for _, number in self.gateway.calls)


def weekly(next_at: datetime, **schedule: Any) -> Scheduled:
    return Scheduled(
        file=FILE,
        campaign="Relance",
        schedule=Schedule(cron="0 10 * * MON", plan="at_start", **schedule),
        next_at=next_at,
    )


def once(at: datetime, run: str = "", **schedule: Any) -> Scheduled:
    return Scheduled(file=FILE, campaign="Relance", schedule=Schedule(start=at, **schedule), run=run, next_at=at)


def test_a_campaign_of_friday_evening_keeps_to_its_hours(in_virtual_time: InVirtualTime, tmp_path: Path) -> None:
    """Two thousand people in three zones, over Easter, the service stopped and started: nobody twice."""

    async def scenario() -> None:
        world = World(locks=tmp_path, clock=LoopClock(FRIDAY - timedelta(minutes=5)), hours=Hours(), people=2000)
        await world.agenda.put(once(FRIDAY, run=await world.plan(FILE)))

        for seconds in (60, 700, 400, 30_000, 7):  # before its time, in mid-send twice, asleep, in between
            await world.serve_for(seconds)
        await world.serve_for(6 * 86_400)

        assert await world.turnouts() == [Turnout.DONE]
        assert (await world.journal.counts("run-1")).messages[Status.ACCEPTED] == 2000
        assert set(world.received().values()) == {1}
        assert len(world.received()) == 2000
        begin = FRIDAY - timedelta(minutes=5)
        for at, number in world.gateway.calls:
            there = local(begin, at, ZONES[(int(number[2:]) - 600_000_002) % 3])
            assert 8 <= there.hour < 20
            assert there.weekday() < 6
            assert (there.month, there.day) != (4, 6)
            assert begin + timedelta(seconds=at) >= FRIDAY

    in_virtual_time(scenario())


def test_every_monday_once(in_virtual_time: InVirtualTime, tmp_path: Path) -> None:
    """Two services over one journal: each Monday's run is planned and sent by one of them, at ten."""

    async def scenario() -> None:
        world = World(locks=tmp_path, clock=LoopClock())  # a Tuesday
        monday = datetime(2026, 3, 9, 9, tzinfo=UTC)
        await world.agenda.put(weekly(monday))

        await asyncio.gather(world.serve_for(21 * 86_400), world.serve_for(21 * 86_400))

        in_paris = [at.astimezone(ZoneInfo("Europe/Paris")) for at in world.planned]
        assert [(at.weekday(), at.hour, at.minute) for at in in_paris] == [(0, 10, 0)] * 3
        assert await world.turnouts() == [Turnout.DONE] * 3
        assert set(world.received().values()) == {3}

    in_virtual_time(scenario())


def test_what_was_missed_is_skipped_or_sent_once(in_virtual_time: InVirtualTime, tmp_path: Path) -> None:
    """A service that was down over three Mondays: too late for all of them, or the last is made up for."""

    async def scenario() -> None:
        for if_late, expected, runs in (
            ("skip", [Turnout.SKIPPED] * 3, 0),
            ("send", [Turnout.SKIPPED, Turnout.SKIPPED, Turnout.DONE], 1),
        ):
            world = World(locks=tmp_path, clock=LoopClock())
            await world.agenda.put(weekly(datetime(2026, 2, 16, 9, tzinfo=UTC), if_late=if_late))

            await world.serve_for(60)

            assert await world.turnouts() == expected
            assert len(world.planned) == runs

    in_virtual_time(scenario())


def test_a_little_late_is_in_time(in_virtual_time: InVirtualTime, tmp_path: Path) -> None:
    """Within the grace it starts all the same."""

    async def scenario() -> None:
        world = World(locks=tmp_path, clock=LoopClock())
        await world.agenda.put(once(world.clock.now() - timedelta(minutes=14)))

        await world.serve_for(60)

        assert await world.turnouts() == [Turnout.DONE]

    in_virtual_time(scenario())


def test_a_campaign_that_cannot_be_planned_is_noted(in_virtual_time: InVirtualTime, tmp_path: Path) -> None:
    """A file that is gone is looked for until the grace is over, and then fails its own time, not the service."""

    async def scenario() -> None:
        world = World(locks=tmp_path, clock=LoopClock(), missing=True)
        await world.agenda.put(once(world.clock.now()))

        asyncio.get_running_loop().call_later(17 * 60, setattr, world, "missing", False)  # too late
        await world.serve_for(30 * 60)

        assert await world.turnouts() == [Turnout.FAILED]
        assert world.received() == Counter()

    in_virtual_time(scenario())


def test_a_file_that_is_late_is_waited_for(in_virtual_time: InVirtualTime, tmp_path: Path) -> None:
    """Away or locked in its minute, it is planned and sent once it is there, within the grace."""

    async def scenario() -> None:
        for if_late, late in (("skip", 0), ("send", 0), ("send", 86_400)):
            world = World(locks=tmp_path, clock=LoopClock(), missing=True)
            due = world.clock.now() - timedelta(seconds=late)
            await world.agenda.put(once(due, if_late=if_late, grace=timedelta(hours=2)))
            asyncio.get_running_loop().call_later(3600, setattr, world, "missing", False)

            await world.serve_for(3 * 3600)

            assert await world.turnouts() == [Turnout.DONE]
            assert set(world.received().values()) == {1}

    in_virtual_time(scenario())


def test_a_report_that_cannot_be_written_is_tried_again(in_virtual_time: InVirtualTime, tmp_path: Path) -> None:
    """Also by the next service; nothing is sent again for it, and the next time of its campaign is kept."""

    async def scenario() -> None:
        world = World(locks=tmp_path, clock=LoopClock(), full=True)
        monday = datetime(2026, 3, 9, 9, tzinfo=UTC)
        await world.agenda.put(weekly(monday))

        await world.serve_for(6 * 86_400 + 3600)
        first = await world.turnouts()
        world.full = False
        await world.serve_for(7 * 86_400)

        assert first == [Turnout.REPORTING]
        assert await world.turnouts() == [Turnout.DONE] * 2
        assert world.reported == ["run-1", "run-2"]
        assert set(world.received().values()) == {2}

    in_virtual_time(scenario())


def test_a_report_is_given_up_after_a_day(in_virtual_time: InVirtualTime, tmp_path: Path) -> None:
    """The journal has what it would say."""

    async def scenario() -> None:
        world = World(locks=tmp_path, clock=LoopClock(), full=True)
        await world.agenda.put(once(world.clock.now()))
        await world.serve_for(90_000)
        assert await world.turnouts() == [Turnout.DONE]
        assert set(world.received().values()) == {1}

    in_virtual_time(scenario())


def test_one_campaigns_trouble_is_its_own(in_virtual_time: InVirtualTime, tmp_path: Path) -> None:
    """A fault nobody foresaw, or a journal that is away: the others are sent, and it is tried again."""

    async def scenario() -> None:
        errors: list[Exception] = [
            JournalError(Problem(code="journal", message=Sentence("it is busy"))),
            CallError(Problem(code="unreachable", message=Sentence("no answer"))),
            ZeroDivisionError(),
        ]
        for error in errors:
            world, left = World(locks=tmp_path, clock=LoopClock()), [error, error]
            other = replace(once(world.clock.now()), file=Path("/campaigns/autre.toml"))
            await world.agenda.put(once(world.clock.now()))
            await world.agenda.put(other)
            stop = asyncio.Event()
            service = world.service(stop)

            async def send(run: str, service: Service = service, left: list[Exception] = left) -> tuple[Run, bool]:
                if run == "run-1" and left:
                    raise left.pop()
                return await service.send(run)

            asyncio.get_running_loop().call_later(600, stop.set)
            await replace(service, send=send).serve(stop)

            assert await world.turnouts() == [Turnout.DONE]
            assert [each.turnout for each in await world.agenda.occurrences(other.file)] == [Turnout.DONE]
            assert set(world.received().values()) == {2}

    in_virtual_time(scenario())


def test_what_goes_wrong_again_and_again_is_left_to_its_operator(
    in_virtual_time: InVirtualTime, tmp_path: Path
) -> None:
    """Five faults in a row that nobody foresaw are enough."""

    async def scenario() -> None:
        world, tries = World(locks=tmp_path, clock=LoopClock()), []
        await world.agenda.put(once(world.clock.now()))
        stop = asyncio.Event()

        async def send(run: str) -> tuple[Run, bool]:
            tries.append(run)
            raise ZeroDivisionError

        asyncio.get_running_loop().call_later(3600, stop.set)
        await replace(world.service(stop), send=send).serve(stop)

        assert await world.turnouts() == [Turnout.HALTED]
        assert len(tries) == 5

    in_virtual_time(scenario())


def test_what_nobody_saw_to_for_days_is_not_gone_on_with(in_virtual_time: InVirtualTime, tmp_path: Path) -> None:
    """Killed in mid-send and back five days later: `skip` leaves the rest to `resume`, `send` sends it."""

    async def scenario() -> None:
        for if_late, turnout, sent in (("skip", Turnout.SKIPPED, 100), ("send", Turnout.DONE, 600)):
            for away in (240, 5 * 86_400):  # started anew at once, it goes on whatever its grace
                world = World(locks=tmp_path, clock=LoopClock(), people=600)
                run = await world.plan(FILE)
                grace = timedelta(minutes=1)
                await world.agenda.put(once(world.clock.now(), run=run, if_late=if_late, grace=grace))
                await world.serve_for(100)
                before = len(world.gateway.calls)
                assert await world.turnouts() == [Turnout.STARTED]
                await asyncio.sleep(away)

                await world.serve_for(1000)

                at_once = away == 240
                assert abs(before - 100) < 5
                assert await world.turnouts() == [Turnout.DONE if at_once else turnout]
                assert len(world.gateway.calls) == (600 if at_once or sent == 600 else before)
                counts = await world.journal.counts(run)
                assert counts.messages[Status.PENDING] == 600 - len(world.gateway.calls)
                expected = RunState.ENDED if at_once or sent == 600 else RunState.STOPPED
                assert (await world.journal.find(run)).state is expected

    in_virtual_time(scenario())


def test_a_run_asleep_over_easter_is_being_seen_to(in_virtual_time: InVirtualTime, tmp_path: Path) -> None:
    """Stopped after three days asleep and started anew, it is not late: somebody saw to it all the time."""

    async def scenario() -> None:
        world = World(locks=tmp_path, clock=LoopClock(FRIDAY), hours=Hours(), people=2000)
        await world.agenda.put(once(FRIDAY, run=await world.plan(FILE)))

        await world.serve_for(2 * 86_400)
        await world.serve_for(4 * 86_400)

        assert await world.turnouts() == [Turnout.DONE]
        assert len(world.received()) == 2000

    in_virtual_time(scenario())


def test_a_time_that_was_taken_before_is_passed_over(in_virtual_time: InVirtualTime, tmp_path: Path) -> None:
    """Put in force again for the same minute, the clock having been set back: it waits for its next time."""

    async def scenario() -> None:
        world = World(locks=tmp_path, clock=LoopClock())
        monday = datetime(2026, 3, 2, 9, tzinfo=UTC)
        await world.agenda.take(FILE, monday, Turnout.SKIPPED, next_at=None)
        await world.agenda.put(weekly(monday))

        await world.serve_for(60)

        [entry] = await world.agenda.all()
        assert entry.next_at == monday + timedelta(days=7)
        assert world.received() == Counter()

    in_virtual_time(scenario())


def test_a_run_that_somebody_paused_is_left_to_them(in_virtual_time: InVirtualTime, tmp_path: Path) -> None:
    """The service does not go on with it by itself."""

    async def scenario() -> None:
        world = World(locks=tmp_path, clock=LoopClock(), people=600)
        run = await world.plan(FILE)
        await world.agenda.put(once(world.clock.now(), run=run))
        stop = asyncio.Event()
        serving = asyncio.create_task(world.service(stop).serve(stop))
        await asyncio.sleep(100)

        await world.journal.ask(run, Wish.PAUSE)
        await asyncio.sleep(100)
        stop.set()
        await serving
        sent = len(world.gateway.calls)
        await world.serve_for(100)

        assert (await world.journal.find(run)).state is RunState.PAUSED
        assert await world.turnouts() == [Turnout.DONE]
        assert len(world.gateway.calls) == sent < 600

    in_virtual_time(scenario())


def test_what_comes_after_a_run_belongs_to_its_time(in_virtual_time: InVirtualTime, tmp_path: Path) -> None:
    """Lists that could not be changed are left to the operator; those that a stop came before are gone on with."""

    async def scenario() -> None:
        for seconds, lists_fail, then in ((60, True, Turnout.HALTED), (2, False, Turnout.STARTED)):
            world = World(locks=tmp_path, clock=LoopClock(), lists_fail=lists_fail)
            await world.agenda.put(once(world.clock.now()))

            await world.serve_for(seconds)
            first = await world.turnouts()
            await world.serve_for(60)

            assert first == [then]
            assert await world.turnouts() == [Turnout.HALTED if lists_fail else Turnout.DONE]
            assert set(world.received().values()) == {1}

    in_virtual_time(scenario())


def test_a_plan_that_takes_too_long_fails_its_time(in_virtual_time: InVirtualTime, tmp_path: Path) -> None:
    """It is given up once its minutes are over, and not begun again: the next would take as long."""

    async def scenario() -> None:
        world = World(locks=tmp_path, clock=LoopClock(), slow=2 * PLAN_WITHIN)
        await world.agenda.put(once(world.clock.now()))

        await world.serve_for(PLAN_WITHIN + 120)

        assert await world.turnouts() == [Turnout.FAILED]
        assert world.planned == []

    in_virtual_time(scenario())


def test_a_plan_is_left_when_asked_to_stop_and_made_by_the_next(
    in_virtual_time: InVirtualTime, tmp_path: Path
) -> None:
    """The service ends at once, whatever it plans; whoever comes in time plans it anew."""

    async def scenario() -> None:
        world = World(locks=tmp_path, clock=LoopClock(), slow=500)
        await world.agenda.put(once(world.clock.now()))

        await world.serve_for(100)
        stopped_at = asyncio.get_running_loop().time()
        assert await world.turnouts() == [Turnout.TAKEN]
        world.slow = 1
        await world.serve_for(600)

        assert stopped_at < 110
        assert await world.turnouts() == [Turnout.DONE]
        assert set(world.received().values()) == {1}

    in_virtual_time(scenario())
