"""A journal on disk that another program holds for longer than SQLite waits: what is known is written later."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from lecommercial_batch.core.clock import SystemClock
from lecommercial_batch.core.errors import JournalBusyError, JournalError
from lecommercial_batch.core.model import Rate, Status
from lecommercial_batch.delivery.circuit_breaker import Judge
from lecommercial_batch.delivery.drain import Drain
from lecommercial_batch.delivery.pacing.pace import Gate, Pace
from lecommercial_batch.delivery.turns import Drained
from lecommercial_batch.journal import engine, open_journal
from tests.conftest import a_message, a_run
from tests.unit.drain_bench import Scripted

RATE = Rate(count=100, period=1)


async def test_a_journal_held_by_another_loses_no_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Held while answers come, for several times as long as one write waits: all forty are known in the end."""
    monkeypatch.setattr(engine, "_BUSY", 200)
    path = tmp_path / "journal.db"
    told = asyncio.Event()
    with closing(open_journal(f"sqlite:///{path}", clock=SystemClock())) as journal:
        run = await journal.begin_run(a_run(rate=RATE))
        await journal.add(run, [a_message(number + 2) for number in range(40)])
        await journal.freeze(run, proof="")
        turn = await journal.begin_turn("default")
        with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as other:
            gateway = Scripted(latency=0.3)
            gateway.on_call = lambda count: (count == 10 and other.execute("BEGIN IMMEDIATE"), None)[1]
            drain = Drain(
                turn,
                run,
                journal=journal,
                gateway=gateway,
                gate=Gate(Pace(RATE)),
                clock=SystemClock(),
                stop=asyncio.Event(),
                judge=Judge(10),
                on_result=lambda _: None,
                on_held=lambda _seconds, _reason: told.set(),
            )
            draining = asyncio.create_task(drain.run())
            async with asyncio.timeout(60):
                await told.wait()
                calls = len(gateway.calls)
                await asyncio.sleep(1)
                assert len(gateway.calls) <= calls + 1
                other.execute("ROLLBACK")
                assert await draining == Drained(finished=True)
        counts = await journal.counts(run)
    assert {status: count for status, count in counts.messages.items() if count} == {Status.ACCEPTED: 40}
    assert len({number for _, number in gateway.calls}) == len(gateway.calls) == 40


async def test_only_a_held_journal_is_busy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What will not pass by itself is not tried again: a journal that was removed ends the run at once."""
    monkeypatch.setattr(engine, "_BUSY", 50)
    path = tmp_path / "journal.db"
    with closing(open_journal(f"sqlite:///{path}", clock=SystemClock())) as journal:
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(JournalBusyError):
                await journal.begin_turn("default")
        path.unlink()
        with pytest.raises(JournalError) as raised:
            await journal.begin_turn("default")
    assert type(raised.value) is JournalError
