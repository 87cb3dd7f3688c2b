"""The canary over an engine: its halts stand, and what an operator asks meanwhile is obeyed."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from lecommercial_batch.core.model import Counts, Run, RunState, Status
from lecommercial_batch.core.run_control import Wish
from lecommercial_batch.core.sender import Secret, Sender
from lecommercial_batch.delivery.canary import Go, if_spotless, send_with_canary
from lecommercial_batch.delivery.engine.local import Engine
from lecommercial_batch.delivery.pacing.shared_budget import CELLS
from lecommercial_batch.delivery.pacing.shared_memory import OwnCells
from lecommercial_batch.journal.memory.journal import MemoryJournal
from tests.conftest import LoopClock, a_message, a_run
from tests.unit.drain_bench import BAD_KEYS
from tests.unit.test_service import Open

InVirtualTime = Callable[[Coroutine[Any, Any, None]], None]
NAMES: Final = ("paris", "lyon")


class Bench:
    """A run of forty messages through two senders, the first four of them a canary."""

    def __init__(self, locks: Path, gateways: dict[str, Open]) -> None:
        self.gateways = gateways
        self.journal = MemoryJournal(clock=LoopClock())
        self.engine = Engine(
            journal=self.journal,
            gateway=lambda sender: self.gateways[sender.name],
            clock=LoopClock(),
            locks=locks,
            cells=lambda _name: OwnCells(CELLS),
        )

    async def send(self, go: Go) -> Run:
        new = a_run()
        run = await self.journal.begin_run(replace(new, options=replace(new.options, canary=4)))
        await self.journal.add(run, [a_message(row, sender=NAMES[row % 2]) for row in range(2, 42)])
        await self.journal.freeze(run, proof="")
        found, stop = await self.journal.find(run), asyncio.Event()
        senders = [Sender(name=name, authkey=Secret("a"), appkey=Secret("b")) for name in NAMES]
        return await send_with_canary(self.engine, found, senders, stop=stop, limit=None, go=go)


def test_a_halt_of_the_canary_is_not_forgotten(in_virtual_time: InVirtualTime, tmp_path: Path) -> None:
    """A sender whose keys were refused while the first went sends none of the others, and is named at the end."""

    async def scenario() -> None:
        bench = Bench(tmp_path, {"paris": Open(), "lyon": Open(BAD_KEYS)})

        run = await bench.send(if_spotless)

        assert run.halted == {"lyon": "invalid_keys"}
        assert len(bench.gateways["paris"].calls) == 20
        assert len(bench.gateways["lyon"].calls) == 1
        assert run.state is RunState.STOPPED

    in_virtual_time(scenario())


def test_a_pause_while_the_canary_is_judged_is_obeyed(in_virtual_time: InVirtualTime, tmp_path: Path) -> None:
    """Asked at another terminal while somebody is asked here: whatever they answer, the others wait."""

    async def scenario() -> None:
        bench = Bench(tmp_path, {name: Open() for name in NAMES})

        async def go(_counts: Counts) -> bool:
            await bench.journal.ask("run-1", Wish.PAUSE)
            return True

        run = await bench.send(go)

        assert run.state is RunState.PAUSED
        assert (await bench.journal.counts(run.id)).messages[Status.PENDING] == 36

    in_virtual_time(scenario())
