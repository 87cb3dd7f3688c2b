"""How the rows of a run are spread: counted, or remembered once the rows are gone."""

import json
from typing import Any, Final

from sqlalchemy import Connection, Select, bindparam, insert, select

from lecommercial_batch.core.model import Counts, Reason, Status
from lecommercial_batch.journal import codec, statements
from lecommercial_batch.journal.schema import run, tally

_KEPT: Final = select(tally).where(tally.c.run_id == bindparam("run"))
_VARIANTS: Final = select(run.c.variants).where(run.c.id == bindparam("run"))
_CHILDREN: Final = select(run.c.id).where(run.c.parent == bindparam("run"))
_REJECTED: Final = "rejected"
_MESSAGES: Final = "messages"


def count(connection: Connection, run_id: str) -> Counts:
    """Return the counts of a run, also of one whose people were forgotten."""
    of = {"run": run_id}
    names = json.loads(connection.execute(_VARIANTS, of).scalar() or "[]")
    kept = connection.execute(_KEPT, of).all()
    if kept:
        rejected = {each.name: each.rows for each in kept if each.kind == _REJECTED}
        messages = {each.name: each.rows for each in kept if each.kind == _MESSAGES}
        varied = [(each.variant, each.name, each.rows) for each in kept if each.variant]
    else:
        rejected = numbers(connection, statements.COUNT_REJECTIONS, of)
        messages = numbers(connection, statements.COUNT_MESSAGES, of)
        varied = [(*each,) for each in connection.execute(statements.COUNT_VARIANTS, of)] if names else []
    variants = {name: dict.fromkeys(Status, 0) for name in names}
    for name, status, number in varied:
        variants[name][codec.known_status(status)] += number
    by_status = dict.fromkeys(Status, 0)
    for status, number in messages.items():
        by_status[codec.known_status(status)] += number
    return Counts(
        rejected={Reason(reason): number for reason, number in sorted(rejected.items())},
        messages=by_status,
        variants=variants,
        after=_after(connection, run_id),
    )


def _after(connection: Connection, run_id: str) -> dict[str, dict[Status, int]]:
    """Return the changes of lists that came of a run, of each kind that there are any of."""
    found: dict[str, dict[Status, int]] = {}
    for child in connection.execute(_CHILDREN, {"run": run_id}).scalars().all():
        for kind, by_status in count(connection, child).variants.items():
            so_far = found.get(kind, dict.fromkeys(Status, 0))
            found[kind] = {status: so_far[status] + by_status[status] for status in Status}
    return {kind: by_status for kind, by_status in found.items() if any(by_status.values())}


def keep(connection: Connection, run_id: str) -> Counts:
    """Write the counts down, so that they outlast the rows; return them."""
    counts = count(connection, run_id)
    lines: list[tuple[str, str, str, int]]
    lines = [(_REJECTED, reason, "", number) for reason, number in counts.rejected.items()]
    lines += [(_MESSAGES, status, "", number) for status, number in counts.messages.items()]
    for name, by_status in counts.variants.items():
        lines += [("variant", status, name, number) for status, number in by_status.items()]
    columns = ("kind", "name", "variant", "rows")
    connection.execute(
        insert(tally), [{"run_id": run_id, **dict(zip(columns, line, strict=True))} for line in lines]
    )
    return counts


def numbers(connection: Connection, counting: Select[Any], of: dict[str, str]) -> dict[str, int]:
    """Return how many there are of each name."""
    return {name: number for name, number in connection.execute(counting, of).all()}  # noqa: C416 - rows
