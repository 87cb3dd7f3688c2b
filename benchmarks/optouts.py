"""What a million opt-outs cost the planning of a million rows, and the memory they take.

`python -m benchmarks.optouts [rows] [optouts] [repeats]`
"""

import asyncio
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from shutil import copyfile
from statistics import median
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks.contacts import write_csv
from benchmarks.plan import plan
from benchmarks.side import Measured, forget_journal, measure, run_side

SIDES: Final = ("no opt-outs", "opt-outs")
_BLOCK: Final = 50_000
_IN_FILE: Final = 100  #: one opt-out in so many is of somebody who is in the contact file


def main(rows: int = 1_000_000, optouts: int = 1_000_000, repeats: int = 3) -> None:
    """Print what planning takes with and without opt-outs, run by turns, and the ratio of the medians."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        write_csv(folder / "clients.csv", rows)
        _fill(folder / "optouts.db", optouts)
        print(f"{rows:,} rows, {optouts:,} opt-outs")
        print(f"{'side':>12} {'seconds':>8} {'processor':>10} {'peak MB':>8} {'opted out':>10}")
        taken: dict[str, list[Measured]] = {side: [] for side in SIDES}
        for _ in range(repeats):
            for side in SIDES:
                _lay_out(folder, side)
                taken[side].append(measured := measure("benchmarks.optouts", side, name))
                _show(side, measured)
    for what in ("seconds", "processor"):
        without, with_ = (median(getattr(each, what) for each in taken[side]) for side in SIDES)
        slower = f"{with_ / without - 1:.1%}"
        print(f"opt-outs slow planning by {slower} of {what} ({without:.1f} s and {with_:.1f} s, medians)")


def _lay_out(folder: Path, side: str) -> None:
    """Put the side's journal in its place: copying it is none of planning."""
    journal = folder / "journal.db"
    forget_journal(folder)
    if side == SIDES[1]:
        copyfile(folder / "optouts.db", journal)


def _show(side: str, measured: Measured) -> None:
    rejected = measured.result["rejected"]
    assert isinstance(rejected, dict)
    print(
        f"{side:>12} {measured.seconds:>8.1f} {measured.processor:>10.1f} {measured.peak / 1e6:>8.0f}"
        f" {rejected.get('opted_out', 0):>10,}",
        flush=True,
    )


def _fill(path: Path, count: int) -> None:
    """Write a journal with so many opt-outs, some of them of people in the contact file."""
    from lecommercial_batch.core.clock import SystemClock  # noqa: PLC0415 - each side loads its own
    from lecommercial_batch.core.model import Phone  # noqa: PLC0415 - as above
    from lecommercial_batch.core.optouts import Optout  # noqa: PLC0415 - as above
    from lecommercial_batch.journal import open_journal  # noqa: PLC0415 - as above

    at = datetime(2026, 1, 1, tzinfo=UTC)

    def phones() -> Iterator[Phone]:
        for number in range(count):
            in_file = number % _IN_FILE == 0
            yield Phone(
                f"+336{number // 12 * 7919 % 100_000_000:08d}" if in_file else f"+337{number * 89:08d}"[:12]
            )

    journal = open_journal(f"sqlite:///{path}", clock=SystemClock(), durable=False)
    made = (Optout(phone=phone, at=at, source="bench") for phone in phones())
    while block := list(islice(made, _BLOCK)):
        asyncio.run(journal.optouts.add(block))
    print(f"{asyncio.run(journal.optouts.count()):,} different numbers in the list")
    journal.close()


if __name__ == "__main__" and not run_side(dict.fromkeys(SIDES, plan)):
    main(*map(int, sys.argv[1:]))
