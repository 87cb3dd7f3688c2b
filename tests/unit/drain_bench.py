"""A run of some messages in memory, a gateway that follows a script, and a drain of the one into the other."""

import asyncio
from collections.abc import Callable, Iterator, Sequence

from lecommercial_batch.core.model import Answer, Content, Outcome, Phone, Rate, Status
from lecommercial_batch.delivery.circuit_breaker import Judge
from lecommercial_batch.delivery.drain import Drain
from lecommercial_batch.delivery.pacing.pace import Gate, Pace
from lecommercial_batch.delivery.send_windows import Openings
from lecommercial_batch.delivery.turns import Allowance, Drained
from lecommercial_batch.journal.memory.journal import MemoryJournal
from tests.conftest import LoopClock, a_message, a_run

ACCEPTED = Answer(outcome=Outcome.ACCEPTED)
REFUSED = Answer(outcome=Outcome.REFUSED, reason="request_failed")
UNSURE = Answer(outcome=Outcome.UNSURE, reason="no_answer")
BAD_KEYS = Answer(outcome=Outcome.HALTED, reason="invalid_keys")
THROTTLED = Answer(outcome=Outcome.NOT_SENT, reason="throttled", retry_after=30)
UNREACHABLE = Answer(outcome=Outcome.NOT_SENT, reason="unreachable")


class Scripted:
    """A gateway that gives the answers of a script, then accepts everything; each call takes ``latency``."""

    def __init__(self, *answers: Answer, latency: float = 0.5) -> None:
        self._answers: Iterator[Answer] = iter(answers)
        self._latency = latency
        self.calls: list[tuple[float, str]] = []
        self.in_flight = self.most_in_flight = 0
        self.on_call: Callable[[int], None] = lambda _count: None

    async def send(self, phone: Phone, content: Content, *, left: Callable[[], None]) -> Answer:
        del content
        left()
        answer = next(self._answers, ACCEPTED)
        self.calls.append((asyncio.get_running_loop().time(), phone.digits))
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        self.on_call(len(self.calls))
        await asyncio.sleep(self._latency)
        self.in_flight -= 1
        return answer


class Bench:
    """A run of some messages in memory, and a drain of it."""

    def __init__(self, gateway: Scripted, *, rate: Rate | None = None, clock: LoopClock | None = None) -> None:
        self.gateway = gateway
        self.rate = rate or Rate(count=20, period=1)
        self.clock = clock or LoopClock()
        self.journal = MemoryJournal(clock=self.clock)
        self.stop = asyncio.Event()
        self.told: list[tuple[float, str]] = []
        self.run = ""

    async def plan(self, count: int, *, zones: Sequence[str] = ("",)) -> None:
        self.run = await self.journal.begin_run(a_run(rate=self.rate))
        messages = [a_message(number + 2, zone=zones[number % len(zones)]) for number in range(count)]
        await self.journal.add(self.run, messages)
        await self.journal.freeze(self.run, proof="")

    async def drain(
        self,
        *,
        stop_after_failures: int = 10,
        stop_at_failure_rate: float = 0.5,
        allowance: Allowance | None = None,
        openings: Openings | None = None,
        at_least_once: bool = False,
        judge: Judge | None = None,
    ) -> Drained:
        return await Drain(
            await self.journal.begin_turn("default"),
            self.run,
            journal=self.journal,
            gateway=self.gateway,
            gate=Gate(Pace(self.rate)),
            clock=self.clock,
            stop=self.stop,
            judge=judge or Judge(stop_after_failures, stop_at_failure_rate),
            on_result=lambda _: None,
            on_held=lambda seconds, reason: self.told.append((seconds, reason)),
            allowance=allowance,
            openings=openings,
            at_least_once=at_least_once,
            jitter=lambda: 0.5,
        ).run()

    async def statuses(self) -> dict[Status, int]:
        counts = await self.journal.counts(self.run)
        return {status: count for status, count in counts.messages.items() if count}
