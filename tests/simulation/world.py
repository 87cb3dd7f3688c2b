"""One world: its clock, disk, network and server, made from a seed, and what its operators can do in it."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import lecommercial_batch.journal
from lecommercial_batch.app.settings import Settings, load_settings
from lecommercial_batch.cli import control, purge, schedule, send, serve
from lecommercial_batch.cli.desk import Desk
from lecommercial_batch.core.errors import LecommercialError, Problem
from lecommercial_batch.core.model import Phone, Rate, Status
from lecommercial_batch.core.optouts import Optout
from lecommercial_batch.delivery.pacing.shared_budget import CELLS
from lecommercial_batch.delivery.pacing.shared_memory import OwnCells
from lecommercial_batch.journal import SqlJournal
from tests.simulation.disk import Disk, SimulatedLock, SimulatedWriter
from tests.simulation.loop import SimulatedLoop
from tests.simulation.programs import PROGRAM, Program
from tests.simulation.server import Fate, Server
from tests.simulation.watch import LOOKS_AGAIN, Watch

_BEGIN: Final = datetime(2026, 3, 3, 10, 0, tzinfo=UTC)
START_IN: Final = 4.0  #: seconds until a scheduled campaign is due


class NoConsole:
    """A console that nobody looks at."""

    is_terminal = False

    def print(self, *_: object, **__: object) -> None:
        pass

    def rule(self, *_: object, **__: object) -> None:
        pass

    @contextmanager
    def status(self, _text: str) -> Iterator[NoConsole]:
        yield self

    def stop(self) -> None:
        pass


class Clock:
    """The wall clock, which somebody may put back or forth."""

    def __init__(self, loop: SimulatedLoop) -> None:
        self._loop = loop
        self.off = timedelta()

    def now(self) -> datetime:
        return _BEGIN + timedelta(seconds=self._loop.time()) + self.off


class SimulatedDesk(Desk):
    """The command's desk in a world."""

    def __init__(self, world: World) -> None:
        super().__init__(as_json=True)
        self.clock = world.clock  # type: ignore[assignment]  # it tells the time as well
        self._world = world

    @cached_property
    def console(self) -> Any:
        return NoConsole()

    @cached_property
    def settings(self) -> Settings:
        return load_settings(folder=self._world.folder, environment=self._world.environment)

    @contextmanager
    def journal(self, **named: Any) -> Iterator[SqlJournal]:
        """Open the journal; a program that has it open already must not lose its locks by that."""
        program, disk = PROGRAM.get(), self._world.disk
        again = program is not None and any(isinstance(each, SimulatedWriter) for each in program.held)
        marked = again and disk.mark()
        with super().journal(**named) as journal:
            if marked and not disk.is_marked():
                self._world.watch.note("locks_lost", "a second opening in one program took the file's locks away")
            yield journal

    def warn(self, problem: Problem) -> None:
        """Tell nobody."""

    def cells(self, name: str) -> Any:
        return self._world.cells.setdefault(name, OwnCells(CELLS))


@dataclass(slots=True)
class World:
    """Everything that outlives a program."""

    folder: Path
    loop: SimulatedLoop
    seeded: random.Random
    fates: dict[Fate, int]
    rate: Rate
    rows: int
    disturbs: bool = True  #: whether the journal's files are put back or lost
    refused: float = 0.0  #: share of the connections that nobody answers
    disk: Disk = field(init=False)
    server: Server = field(init=False)
    watch: Watch = field(init=False)
    clock: Clock = field(init=False)
    cells: dict[str, OwnCells] = field(default_factory=dict)
    programs: list[Program] = field(default_factory=list)
    trace: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    scheduled: bool = False
    blows: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        SimulatedLock.held.clear()
        self.disk = Disk(self.folder)
        self.server = Server(self.loop, random.Random(self.seeded.random()), self.fates)
        self.watch = Watch(self.loop, self.disk, self.server)
        self.clock = Clock(self.loop)
        self.loop.on_strike = self.strike
        self.names = [f"Nom{number}" for number in range(self.rows)]

    @property
    def campaign(self) -> Path:
        return self.folder / "campaign.toml"

    @property
    def environment(self) -> dict[str, str]:
        return {
            "LECOMMERCIAL_BASE_URL": "http://127.0.0.1:9/api",
            "LECOMMERCIAL_AUTHKEY": "simulated-auth-key",
            "LECOMMERCIAL_APPKEY": "simulated-app-key",
            "LECOMMERCIAL_DATABASE_URL": f"sqlite:///{self.disk.path}",
            "LECOMMERCIAL_RUNTIME_DIR": str(self.folder / "run"),
            "LECOMMERCIAL_STATE_DIR": str(self.folder / "state"),
            "XDG_STATE_HOME": str(self.folder / "state"),
            "HOME": str(self.folder),
        }

    def say(self, what: str) -> None:
        self.trace.append(f"{self.loop.time():10.3f} {what}")

    # What lies on the desk.

    def write_files(self, *, canary: int) -> None:
        """Write the campaign and its contacts: one row in it is a duplicate, and one has no number."""
        start = (_BEGIN + timedelta(hours=1, seconds=START_IN)).strftime("%Y-%m-%dT%H:%M:%S")
        plan = self.seeded.choice(("now", "at_start"))
        rate = f"{self.rate.count}/{'s' if self.rate.period == 1 else 'min'}"
        lines = (
            'name = "Essai"',
            f'[contacts]\nfile = "{self.folder}/clients.csv"',
            '[message]\ntext = "Bonjour {{ prenom }}"',
            f'[sending]\nrate = "{rate}"\ncanary = {canary}',
            '[report]\nformats = ["json"]',
            *([f'[schedule]\nstart = {start}\nplan = "{plan}"'] if self.scheduled else []),
        )
        self.campaign.write_text("\n".join(lines), encoding="utf-8")
        self.write_contacts()

    def write_contacts(self) -> None:
        numbered = [f"{name};{phone_of(number)}" for number, name in enumerate(self.names)]
        lines = ["Prénom;Téléphone", *numbered, f"Encore;{phone_of(0)}", "Personne;"]
        (self.folder / "clients.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
        self.watch.file_rows = len(lines) - 1

    # What operators do.

    def send(self) -> Program:
        return self._begin("send", send._send(self._desk(), self.campaign, send.Asked(yes=True)))  # noqa: SLF001 - the verb in a loop of our own

    def resume(self, run: str) -> Program:
        return self._begin("resume", send._resume(self._desk(), run, send.Asked(yes=True)), run)  # noqa: SLF001 - as above

    def retry(self, run: str, statuses: Sequence[Status]) -> Program:
        return self._begin("retry", control._retry(self._desk(), run, statuses, send.Asked(yes=True)), run)  # noqa: SLF001 - as above

    def pause(self, run: str) -> Program:
        return self._begin("pause", control._pause(self._desk(), run), run)  # noqa: SLF001 - as above

    def cancel(self, run: str) -> Program:
        return self._begin("cancel", control._cancel(self._desk(), run, yes=True), run)  # noqa: SLF001 - as above

    def schedule(self) -> Program:
        return self._begin("schedule", schedule._schedule(self._desk(), self.campaign, self.campaign, None))  # noqa: SLF001 - as above

    def serve(self) -> Program:
        return self._begin("serve", serve._serve(self._desk(), serve.Figures(None, None)))  # noqa: SLF001 - as above

    def opt_out(self, phone: str) -> Program:
        async def add() -> None:
            with self._desk().journal() as journal:
                await journal.optouts.add([Optout(phone=Phone(phone), at=self.clock.now())])
                self.watch.opted_out(phone)

        return self._begin("optout", add(), phone)

    def status(self) -> Program:
        async def look() -> None:
            with self._desk().journal() as journal:
                for run in await journal.runs():
                    counts = await journal.counts(run.id)
                    if not run.purged and counts.rows != (self.watch.rows_of(run.id) or counts.rows):
                        self.watch.note("status_unbalanced", f"{run.id}: {counts.rows}")

        return self._begin("status", look())

    def purge(self) -> Program:
        async def forget() -> None:
            desk = self._desk()
            with desk.journal() as journal:
                await purge._purge(desk, journal, timedelta(0), reports=False, yes=True)  # noqa: SLF001 - as above

        return self._begin("purge", forget())

    def accept_loss(self) -> Program | None:
        """Do what the refusal of a journal that has lost something advises; None where there is no such verb."""
        accept = getattr(lecommercial_batch.journal, "accept_loss", None)
        if accept is None:
            return None

        async def go_on() -> None:
            await accept(self.environment["LECOMMERCIAL_DATABASE_URL"], clock=self.clock)
            self.watch.loss_accepted()

        return self._begin("accept-loss", go_on())

    def _desk(self) -> SimulatedDesk:
        return SimulatedDesk(self)

    def _begin(self, verb: str, coroutine: Coroutine[Any, Any, Any], about: str = "") -> Program:
        program = Program(self.loop, f"{verb}-{len(self.programs) + 1}", verb)
        self.programs.append(program)
        self.say(f"{program.name} begins {about}")
        program.ended.add_done_callback(lambda ended: self._hear_end(program, ended.result()))
        program.start(coroutine)
        return program

    def _hear_end(self, program: Program, result: object) -> None:
        codes = ""
        if isinstance(result, LecommercialError):
            codes = ", ".join(problem.code for problem in result.problems)
        elif isinstance(result, BaseException):
            self.watch.note("unforeseen_error", f"{program.name}: {result!r}")
        if result is not None:
            self.watch.ended(program)
        self.say(f"{program.name} ends: {'killed' if result is None else codes or repr(result)}")

    # What strikes.

    def alive(self, *verbs: str) -> list[Program]:
        return [each for each in self.programs if each.alive and (not verbs or each.verb in verbs)]

    def strike(self, program: Program, blow: str) -> None:
        """Strike a program: kill, freeze, steal (freeze, and its locks are lost) or term."""
        if not program.alive:
            return
        self.blows[blow] = self.blows.get(blow, 0) + 1
        self.say(f"{blow} {program.name} at step {program.steps}")
        match blow:
            case "kill":
                self.watch.struck()
                program.kill()
            case "term":
                if any(stop.is_set() for stop in program.stops) or not program.stops:
                    self.watch.struck()
                program.terminate()
            case _:
                self.watch.struck()
                self.watch.stalled = True
                program.freeze()
                if blow == "steal":
                    for lock in [each for each in program.held if isinstance(each, SimulatedLock)]:
                        lock.let_go()
                self.loop.call_later(self.seeded.choice((0.3, 2.0, 20.0, 90.0)), self.thaw, program)

    def thaw(self, program: Program) -> None:
        if program.frozen:
            self.say(f"thaw {program.name}")
            program.thaw(looks_again=LOOKS_AGAIN)

    def runs(self) -> list[tuple[str, str, int]]:
        """Return the runs of the journal with their states, and how many messages each has left."""
        left = "(SELECT count(*) FROM message WHERE run_id = run.id AND status IN ('pending', 'sending'))"
        query = f"SELECT id, state, {left} FROM run"  # noqa: S608 - our own
        return [(run, state, count) for run, state, count in self.disk.ask(query)]

    def close(self) -> None:
        self.disk.close()
        for program in self.programs:
            with contextlib.suppress(Exception):
                program.kill()


def phone_of(number: int) -> str:
    return f"+336410{number:05d}"
