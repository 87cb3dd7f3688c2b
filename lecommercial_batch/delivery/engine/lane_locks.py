"""The locks of the lanes: who holds one drains it; whoever holds all of a run's knows that nobody sends it."""

import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from hashlib import blake2b
from pathlib import Path
from typing import Final

from lecommercial_batch.core.model import RunState, Status
from lecommercial_batch.core.ports import Journal
from lecommercial_batch.delivery.lock_files import taking

_LONGEST: Final = 150  #: letters of a file's name that every system takes, with what stands around them


def lane_lock(folder: Path, lane: str) -> Path:
    """Return the lock file of a lane."""
    return folder / f".lane-{_file_name(lane)}.lock"


def _file_name(lane: str) -> str:
    """Return a name for each lane that no other one has, also where files' names have no capital letters."""
    name = re.sub(r"[^a-z0-9_-]", lambda found: f"%{ord(found[0]):x}%", lane)
    if len(name) <= _LONGEST:
        return name
    return f"%{blake2b(lane.encode('utf-8', 'surrogatepass'), digest_size=16).hexdigest()}"


async def conclude_if_idle(journal: Journal, run: str, *, locks: Path) -> RunState | None:
    """Note how a run stands where nobody drains any of its lanes, and return it; None where somebody does.

    Claims without an answer are then a crashed process's, and become unknown.
    """
    lanes = await journal.control.lanes(run, set(Status))
    with _holding(locks, lanes) as are_ours:
        if not are_ours:
            return None
        for lane in lanes:
            await journal.begin_turn(lane)
        return await journal.control.conclude(run)


@contextmanager
def _holding(folder: Path, lanes: Sequence[str]) -> Iterator[bool]:
    """Hold the locks of these lanes; False, and none of them, where another process has one."""
    with ExitStack() as stack:
        if all(stack.enter_context(taking(lane_lock(folder, lane))) for lane in lanes):
            yield True
            return
        stack.close()
        yield False
