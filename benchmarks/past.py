"""What it costs a plan to look back at a million messages, and a purge to forget them.

`python -m benchmarks.past [messages]`
"""

import asyncio
import sqlite3
import sys
import time
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, TypeVar

from lecommercial_batch.core.clock import SystemClock
from lecommercial_batch.core.guards import Frequency, Guards
from lecommercial_batch.core.model import Content, Message, NewRun, Phone, Row, RunOptions, RunState
from lecommercial_batch.core.rate import DEFAULT_RATE
from lecommercial_batch.journal import SqlJournal, open_journal
from lecommercial_batch.planning.screening.frequency_cap import Past

T = TypeVar("T")
_CHUNK: Final = 4000
_ASKED: Final = 100_000
_TEXT: Final = (
    "Bonjour {}, votre devis de 1 234,50 € vous attend jusqu'au 24/12/2026. Répondez STOP pour ne plus recevoir"
    " nos messages."
)
_GUARDS: Final = {
    "per_person": Guards(per_person=Frequency(count=2, period=timedelta(days=7))),
    "not_again_within": Guards(not_again_within=timedelta(days=30)),
}


def main(messages: int = 1_000_000) -> None:
    """Print the processor time of each, and what the purge takes."""
    with TemporaryDirectory() as name:
        path = Path(name) / "journal.db"
        with closing(open_journal(f"sqlite:///{path}", clock=SystemClock())) as journal:
            asyncio.run(_sent(journal, path, messages))
            print(f"{messages:,} messages sent, {path.stat().st_size / 1e6:,.0f} MB")
            for rule, guards in _GUARDS.items():
                now = SystemClock().now()
                past, loading = _clocked(partial(Past, guards, journal.ledger, now=now))
                _, asking = _clocked(partial(_ask, past))
                print(f"{rule:>18}: loaded in {loading:.1f} s, asked in {asking / _ASKED * 1e6:.1f} µs a row")
            asyncio.run(_purge(journal))


async def _sent(journal: SqlJournal, path: Path, count: int) -> None:
    options = RunOptions(
        rate=DEFAULT_RATE, stop_after_failures=10, report_directory=Path(), report_formats=("csv",)
    )
    new = NewRun(
        campaign="Bench",
        campaign_file=Path("bench.toml"),
        source="clients.csv",
        columns=("nom", "telephone"),
        phone_column="telephone",
        options=options,
    )
    run = await journal.begin_run(new)
    for start in range(0, count, _CHUNK):
        await journal.add(run, [_message(number) for number in range(start, min(start + _CHUNK, count))])
    await journal.freeze(run, proof="")
    await journal.move(run, RunState.RUNNING)
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("UPDATE message SET status = 'accepted', answered_at = ?", [time.time()])
    await journal.move(run, RunState.ENDED)


async def _purge(journal: SqlJournal) -> None:
    before = SystemClock().now() + timedelta(days=1)
    old, begun = await journal.retention.old(before=before), time.perf_counter()
    rows = await journal.retention.purge(old, before=before)
    deleted = time.perf_counter()
    await journal.retention.shrink()
    print(f"{rows:,} rows purged in {deleted - begun:.1f} s, shrunk in {time.perf_counter() - deleted:.1f} s")


def _message(number: int) -> Message:
    row, content = Row(number + 2, ("x", "y")), Content(text=_TEXT.format(number))
    return Message(row=row, phone=_phone(number), sender="default", content=content)


def _phone(number: int) -> Phone:
    return Phone(f"+336{number * 89 % 100_000_000:08d}")


def _ask(past: Past) -> int:
    """Ask for people who have had something, and another message."""
    content = Content(text=_TEXT.format("x"))
    return sum(bool(past.too_often(_phone(n)) or past.again(_phone(n), content)) for n in range(_ASKED))


def _clocked(work: Callable[[], T]) -> tuple[T, float]:
    begun = time.process_time()
    return work(), time.process_time() - begun


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
