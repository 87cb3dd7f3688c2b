"""A world from its seed to its verdict."""

from __future__ import annotations

import gc
import random
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from lecommercial_batch.core.clock import SystemClock
from lecommercial_batch.core.model import Rate
from lecommercial_batch.journal import open_journal
from lecommercial_batch.journal.control import SqlControl
from lecommercial_batch.journal.store import SqlJournal
from tests.simulation.disk import Disk, SimulatedWriter
from tests.simulation.loop import EndlessError, SimulatedLoop
from tests.simulation.network import connector
from tests.simulation.places import put_in_place
from tests.simulation.programs import Program
from tests.simulation.server import Fate
from tests.simulation.story import Story
from tests.simulation.watch import hearing, watched_by
from tests.simulation.world import World

_RATES: Final = (
    Rate(count=5, period=1.0),
    Rate(count=20, period=1.0),
    Rate(count=60, period=1.0),
    Rate(count=30, period=60.0),
)
#: How often in a thousand each fate is drawn in a rough world.
_FATES: Final = {
    Fate.REFUSED: 30,
    Fate.THROTTLED: 15,
    Fate.UNAVAILABLE: 10,
    Fate.BROKEN: 5,
    Fate.BROKEN_AFTER: 5,
    Fate.DROPPED: 20,
    Fate.LOST: 5,
    Fate.CUT: 5,
    Fate.SILENT: 2,
    Fate.LATE: 5,
}
_SWEPT: Final = 0.15  #: share of the worlds after which the dead are swept up: it takes as long as to live
_JOURNAL_IS_THERE: Final = 0.8  #: share of the worlds in which somebody has used it before
#: Where files are in memory, whatever the disk does.
MEMORY: Final = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - in folders of their own
_OPENING: Final = "lecommercial_batch.journal.opening"
#: Fates that only some worlds know.
_ODD: Final = (Fate.UNAVAILABLE_AFTER, Fate.ANSWERED_TWICE, Fate.DRIPPED, Fate.ABSURD_WAIT)
#: ... and how often they are drawn there, with what else: whose an answer is shows where some differ.
_SHARES: Final[Mapping[Fate, Mapping[Fate, int]]] = {
    Fate.UNAVAILABLE_AFTER: {Fate.UNAVAILABLE_AFTER: 80},
    Fate.ANSWERED_TWICE: {Fate.ANSWERED_TWICE: 250, Fate.REFUSED: 150},
    Fate.DRIPPED: {Fate.DRIPPED: 20},
    Fate.ABSURD_WAIT: {Fate.ABSURD_WAIT: 80},
}
#: What can be left out of all worlds, by its name.
KINDS: Final = (*(str(fate) for fate in _ODD), "restore")


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What came of a world."""

    seed: int
    broken: Mapping[str, str]
    trace: tuple[str, ...]
    blows: Mapping[str, int]
    executed: int
    calls: int
    steps: int
    odd_answers: int


def live(seed: int, *, without: frozenset[str] = frozenset()) -> Verdict:
    """Live one world to its end. The same seed gives the same world, whatever was lived before."""
    seeded = random.Random(seed)
    random.seed(seeded.random())  # the jitter of the program itself
    fates = dict(_FATES) if seeded.random() < 0.7 else {}
    for fate in _ODD:
        if seeded.random() < 0.15 and fate not in without:
            fates |= _SHARES[fate]
    rate = seeded.choice(_RATES)
    loop = SimulatedLoop(random.Random(seeded.random()))
    folder = TemporaryDirectory(dir=MEMORY)
    world = World(
        folder=Path(folder.name),
        loop=loop,
        seeded=random.Random(seeded.random()),
        fates=fates,
        rate=rate,
        rows=seeded.choice((4, 6, 9) if rate.per_second < 1 else (4, 9, 16, 24)),
        refused=seeded.choice((0.0, 0.0, 0.05)),
        disturbs="restore" not in without,
    )
    world.scheduled = seeded.random() < 0.35
    if seeded.random() < _JOURNAL_IS_THERE:
        world.disk.put_back(_new_journal())
    world.write_files(canary=seeded.choice((0, 0, 0, 3)))
    watched_by(world.watch)
    _network[:] = [world]
    try:
        loop.run_until_complete(Story(world, random.Random(seeded.random())).happen())
    except (EndlessError, TimeoutError) as error:
        world.watch.note("endless", f"{error!r}")
    finally:
        world.watch.judge(world.rate)
        watched_by(None)
        _bury(loop, world)
        folder.cleanup()
    return Verdict(
        seed=seed,
        broken=world.watch.broken,
        trace=tuple(world.trace),
        blows=world.blows,
        executed=world.server.executed.total(),
        calls=len(world.server.calls),
        steps=loop.steps,
        odd_answers=sum(call.fate is not Fate.ACCEPTED for call in world.server.calls),
    )


@cache
def _new_journal() -> dict[str, bytes]:
    """Return a journal in which nothing is yet: to make one takes as long as half a world."""
    with TemporaryDirectory(dir=MEMORY) as folder:
        disk = Disk(Path(folder))
        open_journal(f"sqlite:///{disk.path}", clock=SystemClock()).close()
        return disk.copy()


#: The world whose network programs connect to.
_network: list[World] = []


def _connector() -> Any:
    world = _network[0]
    return connector(
        world.server.receive,
        world.watch.leaving,
        lambda: not world.server.calm and world.seeded.random() < world.refused,
    )


@contextmanager
def simulated() -> Iterator[None]:
    """Have worlds lived in this block."""
    hearings = (
        hearing(SqlJournal, "start", lambda watch, twin, run: twin or watch.started(run)),
        hearing(SqlJournal, "move", lambda watch, _, run, state: watch.moved(run, state)),
        hearing(SqlJournal, "claim", lambda watch, claims, *_, **__: watch.claimed(claims)),
        hearing(SqlControl, "ask", lambda watch, _, run, wish: watch.asked(run, wish)),
        hearing(SqlControl, "retry", lambda watch, _, run, statuses: watch.retried(run, statuses), before=True),
        (SimulatedWriter, "on_commit", staticmethod(_committed)),
    )
    with ExitStack() as stack:
        gc.collect()
        gc.disable()
        stack.callback(gc.enable)
        gc.freeze()  # so that only what a world leaves is looked at after it
        stack.callback(gc.unfreeze)
        stack.enter_context(put_in_place(_connector, write_reports=_report))
        for kind, name, method in hearings:
            stack.callback(setattr, kind, name, getattr(kind, name))
            setattr(kind, name, method)
        yield


def _committed(_program: Program) -> None:
    for world in _network:
        world.watch.committed()


def _report(*_: object, run: Any, counts: Any, rows: Any) -> list[Path]:
    """Read what a report would, in place of writing one."""
    found = sum(1 for _ in rows())
    if found != counts.rows and not run.purged:
        _network[0].watch.note("report_unlike_counts", f"{run.id}: {found} rows of {counts.rows}")
    return []


def _bury(loop: SimulatedLoop, world: World) -> None:
    """Let go of a world."""
    world.close()
    _network.clear()
    loop.bury(sweep=loop.seeded.random() < _SWEPT)
    world.programs.clear()
    opened: dict[Any, Any] = getattr(sys.modules.get(_OPENING), "_OPEN", {})
    opened.clear()  # of programs that are no more
