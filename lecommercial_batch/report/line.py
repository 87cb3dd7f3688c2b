"""One row of the report: the input's own cells, then what became of it. The same for every format."""

from collections.abc import Sequence
from typing import Final

from lecommercial_batch.core.labels import reason_words
from lecommercial_batch.core.language import say
from lecommercial_batch.core.model import Content, ReportRow, Run
from lecommercial_batch.planning.consent import date_of

#: Never translated: they are names for machines too.
COLUMNS: Final = (
    "lc_row",
    "lc_phone",
    "lc_status",
    "lc_reason",
    "lc_message",
    "lc_sender",
    "lc_attempts",
    "lc_answered_at",
    "lc_detail",
)
VARIANT: Final = "lc_variant"  #: after the others, in campaigns that have any
CHANGE: Final = "lc_change"  #: in its place, where lists were changed
#: After the others, in campaigns that say when and where people agreed.
CONSENT: Final = ("lc_consent_date", "lc_consent_source")
REJECTED: Final = "rejected"


def kept(columns: Sequence[str]) -> list[int]:
    """Return the indices of the input's columns that the report keeps: all but those of an earlier report.

    A report that is fed back must not hold two `lc_status`, of which the first found is the older: what was
    accepted since then would be sent again.
    """
    return [index for index, name in enumerate(columns) if name not in {*COLUMNS, VARIANT, CHANGE, *CONSENT}]


def ours(run: Run) -> Sequence[str]:
    """Return the columns that a report adds."""
    return (*COLUMNS, *_part(run), *(CONSENT if run.new.consent else ()))


def _part(run: Run) -> Sequence[str]:
    """Return the column of variants, or of the kinds of changes."""
    if not run.new.variants:
        return ()
    return (CHANGE,) if run.new.edits else (VARIANT,)


def more(run: Run, row: ReportRow) -> Sequence[str]:
    """Return what stands in the columns after the usual ones."""
    variant = (row.variant,) if run.new.variants else ()
    return (*variant, *_consent(run, row)) if run.new.consent else variant


def _consent(run: Run, row: ReportRow) -> Sequence[str]:
    """Return when a person agreed, as a date of ISO 8601 where it is one, and where."""
    columns = run.new.columns
    when, where = (row.row.cells[columns.index(name)] if name else "" for name in run.new.consent)
    given = date_of(when)
    return given.isoformat() if given else str(when), str(where)


def status_of(row: ReportRow) -> str:
    """Return the status of a message, or ``rejected``."""
    return row.status.value if row.status else REJECTED


def message_of(content: Content | None) -> str:
    """Return what was written to the person: the text, or the template and its variables."""
    if content is None:
        return ""
    values = ", ".join(f"{name}={value}" for name, value in content.variables)
    if content.template_id:
        return f"template {content.template_id}: {values}"
    if values:  # a change of a list
        return values
    return f"{content.text}\n{content.file}" if content.file else content.text


def detail_of(row: ReportRow) -> str:
    """Return what there is to say of a row: why it was left out, what was repaired, what the API answered."""
    detail = row.detail if isinstance(row.detail, str) else say(row.detail)
    explained = reason_words(row.reason) if row.status and row.reason else ""
    repair = say(row.repair) if row.repair.template else ""
    return " · ".join(part for part in (explained, detail, repair) if part)
