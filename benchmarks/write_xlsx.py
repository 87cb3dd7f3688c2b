"""Writing the results workbook of a large run.

`python -m benchmarks.write_xlsx [rows] [repeats]`
"""

import asyncio
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks.contacts import write_csv
from benchmarks.plan import plan
from benchmarks.side import measure, run_side

SIDES: Final = ("results workbook",)


def main(rows: int = 100_000, repeats: int = 3) -> None:
    """Print what the workbook of so many rows takes, from the start of the process."""
    with TemporaryDirectory() as name:
        write_csv(Path(name) / "clients.csv", rows)
        plan(name)
        asyncio.run(_settle(name))
        print(f"{rows:,} rows of seven columns, and nine of ours")
        for _ in range(repeats):
            measured = measure("benchmarks.write_xlsx", SIDES[0], name)
            print(
                f"{measured.seconds:>6.1f} s {measured.processor:>6.1f} s of processor time"
                f" {measured.peak / 1e6:>5.0f} MB of memory, a file of {measured.result['size']} MB",
                flush=True,
            )


async def _settle(folder: str) -> None:
    """Have every message accepted, as a run would."""
    from lecommercial_batch.core.clock import SystemClock  # noqa: PLC0415 - the side that is measured loads its own
    from lecommercial_batch.core.model import Result, Status  # noqa: PLC0415 - as above
    from lecommercial_batch.core.sender import DEFAULT_SENDER  # noqa: PLC0415 - as above
    from lecommercial_batch.journal import open_journal  # noqa: PLC0415 - as above

    clock = SystemClock()
    journal = open_journal(f"sqlite:///{folder}/journal.db", clock=clock, durable=False)
    [run] = await journal.runs()
    turn = await journal.begin_turn(DEFAULT_SENDER)
    while claimed := await journal.claim(turn, run.id, limit=2000, at=clock.now()):
        now = clock.now()
        results = [
            Result(run=run.id, row=each.row, status=Status.ACCEPTED, reason="", detail="", at=now, due_at=now)
            for each in claimed
        ]
        await journal.record(turn, results)
    journal.close()


def write(folder: str) -> dict[str, object]:
    """Write it as `report` does."""
    from lecommercial_batch.core.clock import SystemClock  # noqa: PLC0415 - this side alone is measured
    from lecommercial_batch.journal import open_journal  # noqa: PLC0415 - as above
    from lecommercial_batch.report import write_reports  # noqa: PLC0415 - as above

    journal = open_journal(f"sqlite:///{folder}/journal.db", clock=SystemClock())

    async def written() -> Path:
        [run] = await journal.runs()
        counts = await journal.counts(run.id)
        [path] = write_reports(Path(folder), ["xlsx"], run=run, counts=counts, rows=lambda: journal.rows(run.id))
        return path

    try:
        return {"size": round(asyncio.run(written()).stat().st_size / 1e6, 1)}
    finally:
        journal.close()


if __name__ == "__main__" and not run_side(dict(zip(SIDES, (write,), strict=True))):
    main(*map(int, sys.argv[1:]))
