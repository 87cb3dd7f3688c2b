"""A run in figures, for machines: what ``--json`` prints and what the JSON report holds."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import NotRequired, TypedDict, overload

from lecommercial_batch.edits import changes_lists
from lecommercial_batch.model import Counts, Run, Status


class Summary(TypedDict):
    """The keys are an interface; ``rows`` is the sum of ``rejected`` and ``messages``."""

    run: str | None  #: None for a preview, which leaves no run behind
    campaign: str
    proof: str
    rows: int
    rejected: dict[str, int]  #: by reason, those that occur
    messages: dict[str, int]  #: by status, all six
    halted: dict[str, str] | None  #: sender → reason
    started_at: str | None  #: ISO 8601 with offset
    ended_at: str | None
    reports: list[str]
    purged: NotRequired[bool]  #: there and true where its people are forgotten
    variants: NotRequired[dict[str, dict[str, int]]]  #: messages of each by status; where there are any
    after: NotRequired[dict[str, dict[str, int]]]  #: changes of lists that came of it; where there may be any
    changes: NotRequired[dict[str, dict[str, int]]]  #: of lists, each kind by status; in runs that change lists


def summary(run: Run, counts: Counts, reports: Iterable[Path]) -> Summary:
    """Return a run's figures."""
    figures = Summary(
        run=run.id,
        campaign=run.new.campaign,
        proof=run.proof,
        rows=counts.rows,
        rejected={reason.value: count for reason, count in counts.rejected.items()},
        messages={status.value: counts.messages.get(status, 0) for status in Status},
        halted=dict(run.halted) or None,
        started_at=iso(run.started_at),
        ended_at=iso(run.ended_at),
        reports=[str(path) for path in reports],
    )
    if run.purged:
        figures["purged"] = True
    if counts.variants:
        figures["changes" if run.new.edits else "variants"] = _parts(counts.variants)
    if changes_lists(run.new.options):
        figures["after"] = _parts(counts.after)
    return figures


def _parts(counted: Mapping[str, Mapping[Status, int]]) -> dict[str, dict[str, int]]:
    return {
        name: {status.value: count for status, count in by_status.items()} for name, by_status in counted.items()
    }


@overload
def iso(moment: datetime) -> str: ...
@overload
def iso(moment: datetime | None) -> str | None: ...
def iso(moment: datetime | None) -> str | None:
    """Write a moment in local time with its offset, to the second."""
    return None if moment is None else moment.astimezone().isoformat(timespec="seconds")
