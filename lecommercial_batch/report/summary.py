"""A run in figures, for machines. Its keys are an interface: `make schema` writes it down."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated, NotRequired, TypedDict, overload

from lecommercial_batch.core.contact_edits import changes_lists
from lecommercial_batch.core.model import Counts, Reason, Run, Status


class Summary(TypedDict):
    """A run of lecommercial-batch in figures: what --json prints of a run, and what the JSON report holds."""

    run: Annotated[str | None, "the run's name; null for a preview, which leaves no run behind"]
    campaign: Annotated[str, "the campaign's name"]
    address: Annotated[str, "of the API that it is meant for; empty where that was not noted yet"]
    proof: Annotated[str, "what was approved: it changes when, and only when, something that would be sent does"]
    rows: Annotated[int, "rows read: the sum of rejected and messages"]
    rejected: Annotated[dict[Reason, int], "rows that are not written to by reason, those that occur"]
    messages: Annotated[dict[Status, int], "messages by status, all six"]
    halted: Annotated[dict[str, str] | None, "why senders stopped before their end, by sender"]
    started_at: Annotated[str | None, "when sending began, ISO 8601 with offset"]
    ended_at: Annotated[str | None, "when nothing was left to send, ISO 8601 with offset"]
    reports: Annotated[list[str], "the files that were written"]
    purged: Annotated[NotRequired[bool], "there and true where its people are forgotten"]
    variants: Annotated[
        NotRequired[dict[str, dict[Status, int]]], "messages of each variant by status, where there are any"
    ]
    after: Annotated[
        NotRequired[dict[str, dict[Status, int]]],
        "changes of lists that came of it, each kind by status, where there may be any",
    ]
    changes: Annotated[
        NotRequired[dict[str, dict[Status, int]]], "in a run that changes lists: each kind of change by status"
    ]


def summary(run: Run, counts: Counts, reports: Iterable[Path]) -> Summary:
    """Return a run's figures."""
    figures = Summary(
        run=run.id,
        campaign=run.new.campaign,
        address=run.new.address,
        proof=run.proof,
        rows=counts.rows,
        rejected=dict(counts.rejected),
        messages={status: counts.messages.get(status, 0) for status in Status},
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


def _parts(counted: Mapping[str, Mapping[Status, int]]) -> dict[str, dict[Status, int]]:
    return {name: {status: by_status.get(status, 0) for status in Status} for name, by_status in counted.items()}


@overload
def iso(moment: datetime) -> str: ...
@overload
def iso(moment: datetime | None) -> str | None: ...
def iso(moment: datetime | None) -> str | None:
    """Write a moment in local time with its offset, to the second."""
    return None if moment is None else moment.astimezone().isoformat(timespec="seconds")
