"""One side of a comparison: a function run in a process of its own, so that its peak memory is its own."""

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_KILO: Final = 1 if sys.platform == "darwin" else 1024  #: what ru_maxrss counts in


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What one run of a side took."""

    seconds: float  #: from the start of the process to its end
    processor: float  #: seconds of all its threads and children
    peak: int  #: bytes of memory, its own and its largest child's
    result: dict[str, object]  #: what the side said of its work, to compare the sides by


def measure(module: str, side: str, *arguments: str) -> Measured:
    """Run ``python -m module --side side arguments…`` and take its figures."""
    begun = time.perf_counter()
    command = [sys.executable, "-m", module, "--side", side, *arguments]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE)  # noqa: S603 - our own command
    seconds = time.perf_counter() - begun
    told = json.loads(done.stdout)
    return Measured(seconds=seconds, processor=told["processor"], peak=told["peak"], result=told["result"])


def forget_journal(folder: Path) -> None:
    """Remove the journal of the side before, with all that stands beside it: none is missed."""
    for path in [*folder.glob("journal.db*"), *folder.glob(".journal.db.*")]:
        path.unlink()


def run_side(sides: dict[str, Callable[..., dict[str, object]]]) -> bool:
    """Run the side that the command line asks for, and print its figures; False where it asks for none."""
    if sys.argv[1:2] != ["--side"]:
        return False
    result = sides[sys.argv[2]](*sys.argv[3:])
    used = resource.getrusage(resource.RUSAGE_SELF)
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    times = os.times()
    told = {
        "processor": times.user + times.system + times.children_user + times.children_system,
        "peak": (used.ru_maxrss + children.ru_maxrss) * _KILO,
        "result": result,
    }
    print(json.dumps(told))
    return True
