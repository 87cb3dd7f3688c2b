"""What journals keep of a plan beside its rows: test sends, variants, and what its proof stood for."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from lecommercial_batch.core.model import Message, Rejection, RunState, Status
from lecommercial_batch.journal import SqlJournal, open_journal
from lecommercial_batch.journal.memory.journal import MemoryJournal
from lecommercial_batch.planning.fingerprint import Among, Imprint, changes
from lecommercial_batch.planning.manner import Manner
from lecommercial_batch.planning.plan import make_plan
from tests.conftest import ManualClock, a_message, a_run

DAY = 86_400


@pytest.fixture
async def sql(tmp_path: Path, clock: ManualClock) -> AsyncIterator[SqlJournal]:
    opened = open_journal(f"sqlite:///{tmp_path}/journal.db", clock=clock)
    yield opened
    opened.close()


@pytest.fixture(params=["memory", "sqlite"])
def journal(request: pytest.FixtureRequest, sql: SqlJournal, clock: ManualClock) -> MemoryJournal | SqlJournal:
    return MemoryJournal(clock=clock) if request.param == "memory" else sql


async def test_a_test_send_is_in_no_list(journal: MemoryJournal | SqlJournal) -> None:
    """It can be found by its name, since its claims are kept like any."""
    run = await journal.begin_run(replace(a_run(), test=True))
    await journal.add(run, [a_message(2)])
    await journal.freeze(run, proof="")

    assert list(await journal.runs()) == []
    assert (await journal.find(run)).new.test
    assert list(await journal.lanes(run)) == ["default"]


async def test_messages_are_counted_by_variant(journal: MemoryJournal | SqlJournal) -> None:
    """All variants of the run, those nobody gets as well; none in a run without any."""
    run = await journal.begin_run(replace(a_run(), variants=("A", "B", "C")))
    await journal.add(run, [replace(a_message(n), variant="B" if n % 3 else "A") for n in range(2, 11)])
    await journal.freeze(run, proof="AAAA-BBBB")
    plain = await journal.begin_run(a_run())
    await journal.add(plain, [a_message(2)])
    turn = await journal.begin_turn("default")
    await journal.claim(turn, run, limit=2, at=(await journal.find(run)).created_at)

    counts = await journal.counts(run)

    assert {name: {s: n for s, n in by.items() if n} for name, by in counts.variants.items()} == {
        "A": {Status.SENDING: 1, Status.PENDING: 2},
        "B": {Status.SENDING: 1, Status.PENDING: 5},
        "C": {},
    }
    assert (await journal.find(run)).new.variants == ("A", "B", "C")
    assert [row.variant for row in journal.rows(run)][:3] == ["B", "A", "B"]
    assert (await journal.counts(plain)).variants == {}


def imprint(*numbers: int, text: str = "Bonjour") -> Imprint:
    made = Imprint(parts={"message.text": text})
    made.add([a_message(number, text=text) for number in numbers])
    return made


async def test_an_imprint_is_found_by_its_proof(sql: SqlJournal) -> None:
    """With all that tells what has changed; kept twice, it is there once."""
    before, now = imprint(2, 3, 4), imprint(3, 4, 5, 6)
    for _ in range(2):
        await sql.imprints.keep(before)

    found = await sql.imprints.find(before.proof)

    assert found is not None
    assert changes(found, now) == changes(before, now)
    assert changes(found, now).added == Among(count=2, rows=(5, 6))
    assert await sql.imprints.find(now.proof) is None


async def test_imprints_go_with_time_but_for_those_of_runs(sql: SqlJournal, clock: ManualClock) -> None:
    """After 90 days nobody sends what was previewed; a run is compared with for as long as it is there."""
    previewed, sent = imprint(2), imprint(3)
    run = await sql.begin_run(a_run())
    await sql.freeze(run, proof=sent.proof)
    for each in (previewed, sent):
        await sql.imprints.keep(each)
    clock.advance(89 * DAY)
    await sql.imprints.keep(imprint(4))
    still = await sql.imprints.find(previewed.proof)
    clock.advance(2 * DAY)
    await sql.imprints.keep(imprint(5))

    assert still is not None
    assert await sql.imprints.find(previewed.proof) is None
    assert await sql.imprints.find(sent.proof) is not None


async def planned(
    journal: MemoryJournal | SqlJournal, proof: str = "AAAA-BBBB", *, campaign: str = "Relance été"
) -> str:
    run = await journal.begin_run(replace(a_run(), campaign=campaign))
    await journal.add(run, [a_message(2)])
    await journal.freeze(run, proof=proof)
    return run


async def test_of_two_plans_of_the_same_one_is_started(
    journal: MemoryJournal | SqlJournal, clock: ManualClock
) -> None:
    """Not the other, also once the first has ended: it was approved by somebody who did not know of that."""
    first, second = await planned(journal), await planned(journal)
    other = await planned(journal, "CCCC-DDDD", campaign="Autre")
    clock.advance(1)

    assert await journal.start(first) is None
    assert await journal.start(second) == first
    assert await journal.start(other) is None
    assert await journal.start(first) is None  # again, after whatever cut it short
    await journal.control.cancel(first)
    await journal.move(first, RunState.ENDED)
    assert await journal.start(second) == first
    assert (await journal.find(second)).state is RunState.PLANNED
    clock.advance(1)
    assert await journal.start(await planned(journal)) is None


async def test_what_is_not_finished_is_not_sent_beside(
    journal: MemoryJournal | SqlJournal, clock: ManualClock
) -> None:
    """However long ago it was started; test sends and what comes of runs are no such thing."""
    first = await planned(journal)
    await journal.start(first)
    clock.advance(DAY)
    again = await planned(journal)
    trial = await journal.begin_run(replace(a_run(), test=True))
    await journal.freeze(trial, proof="AAAA-BBBB")
    edits = await journal.begin_run(replace(a_run(), parent=first))
    await journal.freeze(edits, proof="AAAA-BBBB")

    assert await journal.start(again) == first
    assert await journal.start(trial) is None
    assert await journal.start(edits) is None


class _Slow:
    """A way whose rows come only when something else of this process has had its turn."""

    def __init__(self, beat: threading.Event) -> None:
        self.began = False
        self.beat = beat
        self.new_run = a_run()
        self.parts: Mapping[str, str] = {}
        self.manner = Manner()

    def rows(self) -> Iterator[Message | Rejection]:
        self.began = True
        assert self.beat.wait(10), "nothing else had a turn while rows were waited for"
        yield a_message(2)


async def test_others_have_their_turns_while_a_file_is_read(journal: MemoryJournal | SqlJournal) -> None:
    """A service keeps its heartbeat, and sends other campaigns, however long a file takes."""
    beat = threading.Event()
    slow = _Slow(beat)
    planning = asyncio.create_task(make_plan(slow, journal))
    while not slow.began:  # noqa: ASYNC110 - a thread says so
        await asyncio.sleep(0.001)
    beat.set()
    plan = await planning
    assert (await journal.counts(plan.run)).messages[Status.PENDING] == 1


async def test_whoever_stops_waiting_for_a_plan_waits_no_longer(journal: MemoryJournal | SqlJournal) -> None:
    """The thread that reads is left where it is: a request to stop is obeyed whatever a file does."""
    slow = _Slow(threading.Event())
    planning = asyncio.create_task(make_plan(slow, journal))
    while not slow.began:  # noqa: ASYNC110 - a thread says so
        await asyncio.sleep(0.001)
    planning.cancel()
    with pytest.raises(asyncio.CancelledError):
        await planning
    slow.beat.set()
