"""What happens in a world: operators at work, and what strikes meanwhile."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Final

from lecommercial_batch.core.model import Status
from tests.simulation.programs import Program
from tests.simulation.world import START_IN, World, phone_of

#: What happens, and how often.
DEEDS: Final = {
    "go_on": 10,  # whoever sees that nothing is sent any more does something about it
    "rival": 3,
    "kill": 5,
    "term": 3,
    "freeze": 3,
    "steal": 2,
    "pause": 3,
    "cancel": 1,
    "retry": 2,
    "opt_out": 4,
    "status": 3,
    "purge": 1,
    "clock": 2,
    "back_up": 3,
    "power_cut": 2,
}
#: How whoever finds a campaign not sent to its end goes on.
WAYS: Final = {"resume": 6, "send": 4, "edit": 2}
_SECOND: Final = timedelta(seconds=1)
_LONGEST: Final = 1500.0  #: seconds that a program may take once nothing goes wrong any more
_STRIKES: Final = ("kill", "kill", "kill", "kill", "term", "freeze", "steal")
_SENDING: Final = ("send", "resume", "retry", "serve")


class Story:
    """A few minutes of a campaign's life."""

    def __init__(self, world: World, seeded: random.Random) -> None:
        self._world = world
        self._seeded = seeded
        self._copies: list[dict[str, bytes]] = []
        self._length = world.rows * world.rate.period / world.rate.count  # seconds that sending takes by itself

    async def happen(self) -> None:
        """Begin the campaign, do one thing after the other, then let everything come to its end."""
        if self._world.scheduled:
            await self._ended(self._strike_some_time(self._world.schedule()))
            self._strike_some_time(self._world.serve())
            await asyncio.sleep(START_IN)
        else:
            self._strike_some_time(self._world.send())
        for _ in range(self._seeded.randint(3, 9)):
            await asyncio.sleep(self._seeded.uniform(0, 0.5 * self._length + 0.3))
            await self._do(self._seeded.choices([*DEEDS], [*DEEDS.values()])[0])
        await self._come_to_an_end()

    async def _do(self, deed: str) -> None:  # noqa: C901, PLR0912 - a case a deed
        world = self._world
        match deed:
            case "go_on":
                if not world.alive(*_SENDING):
                    self._go_on()
            case "rival":
                self._go_on(by="resume")
            case "kill" | "term" | "freeze" | "steal":
                if alive := world.alive():
                    world.strike(self._seeded.choice(alive), deed)
            case "pause" | "cancel":
                self._ask(world.pause if deed == "pause" else world.cancel)
            case "retry":
                which = self._seeded.choice(((Status.FAILED,), (Status.UNKNOWN,), (Status.FAILED, Status.UNKNOWN)))
                self._ask(lambda run: world.retry(run, which))
            case "opt_out":
                world.opt_out(phone_of(self._seeded.randrange(world.rows)))
            case "status":
                world.status()
            case "purge":
                world.purge()
            case "clock":
                by = self._seeded.choice((-3600, -60, 60, 3600))
                world.clock.off += by * _SECOND
                world.say(f"the clock is put {by} s")
            case "back_up":
                self._copies.append(world.disk.copy())
                world.say("back up")
            case "power_cut":
                self._cut_the_power()

    def _go_on(self, by: str = "") -> Program | None:
        """Start whatever people start who want the rest to be sent."""
        world, runs = self._world, self._world.runs()
        if world.scheduled and not by and not world.alive("serve") and self._seeded.random() < 0.7:
            return self._strike_some_time(world.serve())
        by = by or self._seeded.choices([*WAYS], [*WAYS.values()])[0]
        if by == "resume" and runs:
            return self._strike_some_time(world.resume(self._seeded.choice(runs)[0]))
        if by == "edit":
            world.names[self._seeded.randrange(world.rows)] += "e"
            world.write_contacts()
            world.say("one cell is edited")
        return self._strike_some_time(world.send()) if by != "resume" else None

    def _ask(self, verb: Callable[[str], Program]) -> None:
        if runs := self._world.runs():
            verb(self._seeded.choice(runs)[0])

    def _strike_some_time(self, program: Program) -> Program:
        """Choose the step at which it is struck, if it is."""
        if self._seeded.random() < 0.6:
            latest = self._seeded.choice((40, 300, 2000))
            program.strike_at[self._seeded.randint(1, latest)] = self._seeded.choice(_STRIKES)
        return program

    def _cut_the_power(self) -> None:
        """Kill everything at once; afterwards the files may be an older copy's, or lack the log."""
        world = self._world
        world.say("the power is cut")
        world.watch.struck()
        for program in world.alive():
            program.kill()
        found, what = world.disk.copy(), self._seeded.choice(("whole", "whole", "older", "without_log"))
        if what == "older" and self._copies:
            found = self._seeded.choice(self._copies)
        elif what == "without_log":
            found.pop("-wal", None)
        else:
            what = "whole"
        if not found or not world.disturbs:
            return
        world.disk.put_back(found)
        if what != "whole":
            world.watch.put_back()
            world.say(f"the journal is {what}")

    async def _come_to_an_end(self) -> None:
        """Strike no more, put the clock right, have the server behave, and go on until nothing is left."""
        world = self._world
        world.say("calm")
        world.server.calm = True
        world.clock.off = timedelta()
        for program in world.programs:
            program.strike_at.clear()
            world.thaw(program)
        if world.scheduled and not world.alive("serve"):
            world.serve()
        await asyncio.sleep(10 + 1.5 * self._length)
        for program in world.alive("serve"):
            program.terminate()
        for program in world.alive():
            await self._ended(program)
        if world.watch.restored and (accepting := world.accept_loss()):
            await self._ended(accepting)
            if self._seeded.random() < 0.5:
                await self._ended(world.send())
        for _ in range(3):
            for run, state, left in world.runs():
                if left and state not in {"planning", "cancelled"}:
                    await self._ended(world.resume(run))

    async def _ended(self, program: Program) -> Program:
        await asyncio.wait_for(_shielded(program.ended), _LONGEST)
        return program


async def _shielded(awaited: Awaitable[object]) -> None:
    await asyncio.shield(awaited)
