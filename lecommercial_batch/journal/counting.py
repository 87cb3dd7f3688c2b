"""How the rows of a run are spread, counted in the database."""

import json
from typing import Any

from sqlalchemy import Connection, Select, select

from lecommercial_batch.journal import statements
from lecommercial_batch.journal.schema import run
from lecommercial_batch.model import Counts, Reason, Status


def read_counts(connection: Connection, run_id: str) -> Counts:
    """Count the rows of a run by what became of them, and the changes of lists that came of it."""
    by_status = tally(connection, statements.COUNT_MESSAGES, run_id)
    by_reason = tally(connection, statements.COUNT_REJECTIONS, run_id)
    names = json.loads(connection.execute(select(run.c.variants).where(run.c.id == run_id)).scalar() or "[]")
    return Counts(
        rejected={Reason(reason): n for reason, n in sorted(by_reason.items())},
        messages={status: by_status.get(status, 0) for status in Status},
        variants=_parts(connection, statements.COUNT_VARIANTS, run_id, names) if names else {},
        after=_parts(connection, statements.COUNT_AFTER, run_id, []),
    )


def tally(connection: Connection, counting: Select[Any], run_id: str) -> dict[str, int]:
    """Run a statement that counts by name."""
    return {name: count for name, count in connection.execute(counting, {"run": run_id}).all()}  # noqa: C416 - rows


def _parts(
    connection: Connection, counting: Select[Any], run_id: str, names: list[str]
) -> dict[str, dict[Status, int]]:
    counts = {name: dict.fromkeys(Status, 0) for name in names}
    for name, status, count in connection.execute(counting, {"run": run_id}):
        counts.setdefault(name, dict.fromkeys(Status, 0))[Status(status)] = count
    return counts
