"""A model of runs and what is done to them: any verb in any state, cut short at any await."""

import asyncio
import math
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import Context
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, ClassVar, Self

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from lecommercial_batch.core.errors import LecommercialError
from lecommercial_batch.core.guards import ONCE_WITHIN, Guards
from lecommercial_batch.core.model import Answer, Content, Outcome, Phone, Rate, Run, RunState, Status
from lecommercial_batch.core.optouts import Optout
from lecommercial_batch.core.run_control import Wish
from lecommercial_batch.core.sender import Secret, Sender
from lecommercial_batch.delivery.engine.local import Engine
from lecommercial_batch.delivery.engine.service import Service
from lecommercial_batch.delivery.pacing.shared_budget import CELLS
from lecommercial_batch.delivery.pacing.shared_memory import OwnCells
from lecommercial_batch.journal import open_journal
from lecommercial_batch.journal.memory.agenda import MemoryAgenda
from lecommercial_batch.journal.memory.journal import MemoryJournal
from lecommercial_batch.scheduling.agenda import Scheduled
from lecommercial_batch.scheduling.schedule import Schedule
from tests.conftest import a_message, a_run
from tests.simulation.disk import SimulatedLock
from tests.simulation.life import MEMORY, simulated
from tests.simulation.loop import SimulatedLoop
from tests.simulation.mutants import MUTANTS
from tests.simulation.programs import Program
from tests.simulation.watch import LOOKS_AGAIN
from tests.simulation.world import Clock

PEOPLE = 4
SENDER = Sender(name="default", authkey=Secret("a"), appkey=Secret("b"))
ANSWERS = {
    "accepted": Answer(outcome=Outcome.ACCEPTED),
    "refused": Answer(outcome=Outcome.REFUSED, reason="request_failed"),
    "unsure": Answer(outcome=Outcome.UNSURE, reason="no_answer"),
    "halted": Answer(outcome=Outcome.HALTED, reason="invalid_keys"),
}
#: Steps of a program after which it is killed; 0: it is not.
KILLED = st.one_of(st.just(0), st.sampled_from([0, *range(10, 200, 9)]))
#: ... while it does little: to plan takes no more.
SOON = st.one_of(st.just(0), st.integers(1, 30))
GROUPS = 4  #: of people, each of whom a run writes to
WHICH = st.integers(0, 5)
#: What somebody else does while a run is sent, a message a second.
MEANWHILE = st.sampled_from(["", "opt-out", "pause"])
_MOMENT = 0.3  #: seconds from the start of a run until that
FATES = st.lists(st.sampled_from([*ANSWERS]), max_size=PEOPLE)


class Gateway:
    """Takes messages, with the answers of a list and then good ones."""

    def __init__(self) -> None:
        self.executed: Counter[Phone] = Counter()
        self.opted_out: set[Phone] = set()
        self.fates: list[str] = []
        self.broken: list[str] = []
        self.until = math.inf  #: seconds of the loop after which nothing may leave

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        pass

    async def send(self, phone: Phone, content: Content, *, left: Callable[[], None]) -> Answer:
        del content
        left()
        if phone in self.opted_out:
            self.broken.append("somebody who has opted out was written to")
        if asyncio.get_running_loop().time() > self.until:
            self.broken.append("a run went on that was to pause")
        fate = self.fates.pop(0) if self.fates else "accepted"
        self.executed[phone] += fate in {"accepted", "unsure"}
        await asyncio.sleep(1.2)
        return ANSWERS[fate]


class Runs(RuleBasedStateMachine):
    """Runs of one campaign over one journal, each thing done to them by a program of its own."""

    in_memory: ClassVar[bool]

    def __init__(self) -> None:
        super().__init__()
        SimulatedLock.held.clear()
        self.loop = SimulatedLoop(random.Random(1))
        self.loop.on_strike = lambda program, _blow: program.kill()
        self.clock = Clock(self.loop)
        self.folder = TemporaryDirectory(dir=MEMORY)
        self.memory, self.agenda = MemoryJournal(clock=self.clock), MemoryAgenda()
        self.gateway = Gateway()
        self.runs: list[str] = []
        self.given_up: set[str] = set()
        self.text = "Bonjour"
        self.granted = Counter(each.phone for group in range(GROUPS) for each in self._messages(group))

    def teardown(self) -> None:
        self.loop.bury()
        self.folder.cleanup()

    # How things are done.

    @contextmanager
    def _opened(self) -> Iterator[Any]:
        if self.in_memory:
            yield self.memory
            return
        journal = open_journal(f"sqlite:///{self.folder.name}/journal.db", clock=self.clock)
        try:
            yield journal
        finally:
            journal.close()

    def _do(self, deed: Callable[[Any], Awaitable[Any]], *, killed_at: int = 0) -> Any:
        """Do it in a program of its own; None where that was killed or refused it."""

        async def go() -> Any:
            with self._opened() as journal:
                return await deed(journal)

        program = Program(self.loop, "program", "verb")
        if killed_at:
            program.strike_at[killed_at] = "kill"
        program.start(go())
        result = self.loop.run_until_complete(program.ended)
        if isinstance(result, LecommercialError):
            return None
        if isinstance(result, BaseException):
            raise result
        return result

    def _messages(self, group: int) -> list[Any]:
        return [a_message(PEOPLE * group + number + 2, text=self.text) for number in range(PEOPLE)]

    def _run(self, which: int) -> Run:
        name = self.runs[which % len(self.runs)]
        found: Run = self._do(lambda journal: journal.find(name))
        return found

    def _engine(self, journal: Any) -> Engine:
        return Engine(
            journal=journal,
            gateway=lambda _sender: self.gateway,
            clock=self.clock,
            locks=Path(self.folder.name),
            cells=lambda _name: OwnCells(CELLS),
        )

    async def _send(self, journal: Any, name: str) -> Run:
        await journal.control.lift(name)
        run = await journal.find(name)
        return await self._engine(journal).send(run, [SENDER], stop=asyncio.Event())

    # What can be done.

    @initialize()
    def begin(self) -> None:
        self.plan(group=0, killed_at=0)

    @rule(group=st.integers(0, GROUPS - 1), killed_at=SOON)
    def plan(self, group: int, killed_at: int) -> None:
        new = a_run(rate=Rate(count=1, period=1))
        new = replace(new, options=replace(new.options, guards=Guards(once_within=ONCE_WITHIN)))

        async def make(journal: Any) -> str:
            name: str = await journal.begin_run(new)
            await journal.add(name, self._messages(group)[:2])
            await journal.add(name, self._messages(group)[2:])
            await journal.freeze(name, proof=f"{group} {self.text}")
            return name

        if name := self._do(make, killed_at=killed_at):
            self.runs.append(name)

    @rule()
    def edit(self) -> None:
        self.text += "!"

    @precondition(lambda self: self.runs)
    @rule(which=WHICH, fates=FATES, killed_at=KILLED, meanwhile=MEANWHILE)
    def send(self, which: int, fates: list[str], killed_at: int, meanwhile: str) -> None:
        run, before = self._run(which), self.gateway.executed.total()
        self.gateway.fates, self.gateway.until = list(fates), math.inf
        if meanwhile:
            self.loop.call_later(_MOMENT, self._do_beside, run, meanwhile, context=Context())

        async def send(journal: Any) -> list[Status]:
            await self._send(journal, run.id)
            return [row.status for row in journal.rows(run.id)]

        statuses = self._do(send, killed_at=killed_at)
        assert Status.SENDING not in (statuses or ()), "whoever ends by himself leaves nothing open"
        if run.id in self.given_up:
            assert self.gateway.executed.total() == before

    def _do_beside(self, run: Run, deed: str) -> None:
        """Have the last person of a run opt out, or have it paused, in a program of its own."""

        async def go() -> None:
            with self._opened() as journal:
                if deed == "pause":
                    await journal.control.ask(run.id, Wish.PAUSE)
                    self.gateway.until = self.loop.time() + LOOKS_AGAIN
                elif phones := [row.phone for row in journal.rows(run.id)]:
                    await journal.optouts.add([Optout(phone=phones[-1], at=self.clock.now())])
                    self.gateway.opted_out.add(phones[-1])

        Program(self.loop, "beside", "verb").start(go())

    @precondition(lambda self: self.runs)
    @rule(which=WHICH, wish=st.sampled_from(Wish), killed_at=SOON)
    def ask(self, which: int, wish: Wish, killed_at: int) -> None:
        run = self._run(which)
        if run.state in {RunState.ENDED, RunState.CANCELLED}:
            return

        async def stop(journal: Any) -> bool:
            await journal.control.ask(run.id, wish)
            if wish is Wish.CANCEL:
                await journal.control.cancel(run.id)
            if run.state is not RunState.RUNNING:
                await journal.move(run.id, RunState.CANCELLED if wish is Wish.CANCEL else RunState.PAUSED)
            return True

        if self._do(stop, killed_at=killed_at) and wish is Wish.CANCEL:
            self.given_up.add(run.id)

    @precondition(lambda self: self.runs)
    @rule(which=WHICH, statuses=st.sets(st.sampled_from([Status.FAILED, Status.UNKNOWN]), min_size=1))
    def retry(self, which: int, statuses: set[Status]) -> None:
        run = self._run(which)
        if run.purged:
            return

        async def again(journal: Any) -> int:
            rows = list(journal.rows(run.id))
            if Status.UNKNOWN in statuses:
                self.granted.update(row.phone for row in rows if row.status is Status.UNKNOWN)
            count: int = await journal.control.retry(run.id, statuses)
            return count

        if self._do(again):
            self.given_up.discard(run.id)

    @rule(number=st.integers(2, GROUPS * PEOPLE + 1))
    def opt_out(self, number: int) -> None:
        phone = a_message(number).phone
        self._do(lambda journal: journal.optouts.add([Optout(phone=phone, at=self.clock.now())]))
        self.gateway.opted_out.add(phone)

    @precondition(lambda self: self.runs)
    @rule(which=WHICH, killed_at=KILLED)
    def serve(self, which: int, killed_at: int) -> None:
        run, stop = self._run(which), asyncio.Event()
        if run.state is not RunState.PLANNED:
            return
        now = self.clock.now()
        file = Path(f"/campaigns/{len(self.runs)}-{now.timestamp()}.toml")
        entry = Scheduled(file=file, campaign="Relance", schedule=Schedule(start=now), run=run.id, next_at=now)

        async def send(name: str) -> tuple[Run, bool]:
            with self._opened() as journal:
                return await self._send(journal, name), True

        async def tick(journal: Any) -> None:
            agenda = self.agenda if self.in_memory else journal.agenda
            await agenda.put(entry)
            self.loop.call_later(20, stop.set)
            service = Service(
                agenda=agenda,
                clock=self.clock,
                locks=Path(self.folder.name),
                plan=_plans_nothing,
                send=send,
                report=_reports_nothing,
                leave=journal.find,
            )
            await service.serve(stop)

        self._do(tick, killed_at=killed_at)

    @rule()
    def purge(self) -> None:
        async def forget(journal: Any) -> None:
            now = self.clock.now()
            old = await journal.retention.old(before=now)
            await journal.retention.purge(old, before=now)
            if old.runs:  # an operator had them forgotten: nobody knows any more who was written to
                self.text = "Bonjour"

        self.granted = Counter({phone: self.gateway.executed[phone] + 1 for phone in self.granted})

        self._do(forget)

    # What holds.

    @invariant()
    def nobody_twice(self) -> None:
        assert not self.gateway.broken
        assert all(self.gateway.executed[phone] <= count for phone, count in self.granted.items())

    @invariant()
    def no_row_lost(self) -> None:
        async def look(journal: Any) -> None:
            for run in await journal.runs():
                counts = await journal.counts(run.id)
                assert counts.rows == PEOPLE
                if run.id not in self.runs:  # its planning was killed between being done and saying so
                    self.runs.append(run.id)
                if run.state is RunState.CANCELLED:
                    assert not counts.messages[Status.PENDING]

        self._do(look)


async def _reports_nothing(_run: str) -> None:
    """Write no report."""


async def _plans_nothing(_file: Path) -> str:
    raise AssertionError("it was planned beforehand")


class InMemory(Runs):
    in_memory = True


class InSqlite(Runs):
    in_memory = False


@pytest.fixture(scope="module", autouse=True)
def _simulated() -> Iterator[None]:
    with simulated():
        yield


_SETTINGS = settings(
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=10,
    stateful_step_count=15,
    suppress_health_check=list(HealthCheck),
)
TestInMemory = InMemory.TestCase
TestInMemory.settings = _SETTINGS
TestInSqlite = InSqlite.TestCase
TestInSqlite.settings = _SETTINGS


@pytest.mark.parametrize(
    "name",
    [
        "a plan can be sent before it is whole",
        "some results get lost",
        "some rows get lost",
    ],
)
def test_a_defect_put_back_is_found(name: str) -> None:
    """What the model is for: with a defect in the journal, some order of verbs shows it.

    Those that take a rare order are looked for by `make simulate` alone.
    """
    searching = settings(_SETTINGS, max_examples=200, phases=[Phase.generate], report_multiple_bugs=False)
    with MUTANTS[name].alive(), pytest.raises(AssertionError):
        run_state_machine_as_test(InSqlite, settings=searching)
