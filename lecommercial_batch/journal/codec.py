"""Domain values to columns and back."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime, time, timedelta
from json.encoder import encode_basestring
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Row

from lecommercial_batch.core.guards import Frequency, Guards
from lecommercial_batch.core.hours import Hours
from lecommercial_batch.core.model import Cell, Content, NewRun, Rate, Run, RunOptions, RunState, Status

_STATUSES: Final = frozenset(Status)


def dump_cells(cells: Sequence[Cell]) -> str:
    """Write a row's cells as a JSON array; a date becomes ``{"date": "2026-12-24"}``, and so on."""
    try:
        return f"[{','.join(map(encode_basestring, cells))}]"  # type: ignore[arg-type]  # of texts, as most rows are
    except TypeError:
        return json.dumps(cells, ensure_ascii=False, separators=(",", ":"), default=_dump_moment)


def load_cells(dumped: str) -> tuple[Cell, ...]:
    """Read what ``dump_cells`` wrote."""
    return tuple(json.loads(dumped, object_hook=_load_moment))


def dump_variables(content: Content) -> str:
    return json.dumps(content.variables, ensure_ascii=False, separators=(",", ":")) if content.variables else ""


def load_variables(dumped: str) -> tuple[tuple[str, str], ...]:
    """Read what ``dump_variables`` wrote."""
    return tuple((name, value) for name, value in json.loads(dumped)) if dumped else ()


def load_content(found: Any) -> Content:
    """Make the content from the columns of a `row`."""
    return Content(
        text=found.text,
        file=found.file,
        template_id=found.template_id,
        variables=load_variables(found.variables),
    )


def dump_options(options: RunOptions) -> str:
    written = {
        "rate": [options.rate.count, options.rate.period],
        "stop_after_failures": options.stop_after_failures,
        "stop_at_failure_rate": options.stop_at_failure_rate,
        "canary": options.canary,
        "per_day": options.per_day,
        "at_least_once": options.at_least_once,
        "hours": asdict(options.hours) if options.hours else None,
        "not_before": options.not_before.isoformat() if options.not_before else None,
        "add_to_list": options.add_to_list,
        "remove_failed_from": options.remove_failed_from,
        "report_directory": str(options.report_directory),
        "report_formats": options.report_formats,
        "guards": _dump_guards(options.guards),
    }
    return json.dumps(written, ensure_ascii=False)


def dump_run(new: NewRun) -> dict[str, Any]:
    """Return the columns of a `run` row that its campaign and file fill."""
    return {
        "campaign": new.campaign,
        "campaign_file": str(new.campaign_file),
        "source": new.source,
        "columns": json.dumps(new.columns, ensure_ascii=False),
        "phone_column": new.phone_column,
        "options": dump_options(new.options),
        "test": new.test,
        "variants": json.dumps(new.variants, ensure_ascii=False),
        "consent": json.dumps(new.consent, ensure_ascii=False),
        "edits": new.edits,
        "parent": new.parent,
        "address": new.address,
    }


def load_run(found: Row[Any], halted: Mapping[str, str]) -> Run:
    """Make a run from the columns of its `run` row and its halts."""
    return Run(
        id=found.id,
        new=NewRun(
            campaign=found.campaign,
            campaign_file=Path(found.campaign_file),
            source=found.source,
            columns=tuple(json.loads(found.columns)),
            phone_column=found.phone_column,
            options=_load_options(found.options),
            test=found.test,
            variants=tuple(json.loads(found.variants)),
            consent=tuple(json.loads(found.consent)),
            edits=found.edits,
            parent=found.parent,
            address=found.address,
        ),
        state=RunState(found.state),
        proof=found.proof,
        created_at=moment(found.created_at),
        started_at=optional_moment(found.started_at),
        ended_at=optional_moment(found.ended_at),
        halted=halted,
        purged=found.purged,
    )


def known_status(written: str) -> Status:
    """Read a status; one we do not know counts as unknown, so that no row is missing from a sum."""
    return Status(written) if written in _STATUSES else Status.UNKNOWN


def moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def optional_moment(seconds: float | None) -> datetime | None:
    return None if seconds is None else moment(seconds)


def _load_options(dumped: str) -> RunOptions:
    written = json.loads(dumped)
    count, period = written["rate"]
    return RunOptions(
        rate=Rate(count=count, period=period),
        stop_after_failures=written["stop_after_failures"],
        stop_at_failure_rate=written["stop_at_failure_rate"],
        canary=written["canary"],
        per_day=written["per_day"],
        at_least_once=written["at_least_once"],
        hours=_load_hours(written["hours"]) if written["hours"] else None,
        not_before=datetime.fromisoformat(written["not_before"]) if written["not_before"] else None,
        add_to_list=written["add_to_list"],
        remove_failed_from=written["remove_failed_from"],
        report_directory=Path(written["report_directory"]),
        report_formats=tuple(written["report_formats"]),
        guards=_load_guards(written.get("guards", {})),
    )


def _dump_guards(guards: Guards) -> dict[str, Any]:
    """Return them with periods in seconds."""
    often = guards.per_person
    return {
        "once_within": guards.once_within.total_seconds() if guards.once_within else None,
        "not_again_within": guards.not_again_within.total_seconds() if guards.not_again_within else None,
        "per_person": [often.count, often.period.total_seconds()] if often else None,
        "again": guards.again,
    }


def load_guards(options: str) -> Guards:
    """Read the frequency caps of a run's options alone."""
    return _load_guards(json.loads(options).get("guards", {}))


def _load_guards(written: Mapping[str, Any]) -> Guards:
    """Read them; a run planned before they were kept has none."""
    once, again, often = (written.get(name) for name in ("once_within", "not_again_within", "per_person"))
    return Guards(
        once_within=timedelta(seconds=once) if once else None,
        not_again_within=timedelta(seconds=again) if again else None,
        per_person=Frequency(count=often[0], period=timedelta(seconds=often[1])) if often else None,
        again=written.get("again", False),
    )


def _load_hours(written: Mapping[str, Any]) -> Hours:
    return Hours(
        timezone=written["timezone"],
        opens=written["opens"],
        closes=written["closes"],
        days=tuple(written["days"]),
        holidays=tuple(written["holidays"]),
    )


def _dump_moment(cell: object) -> dict[str, str]:
    match cell:
        case datetime():
            return {"datetime": cell.isoformat()}
        case date():
            return {"date": cell.isoformat()}
        case time():
            return {"time": cell.isoformat()}
        case _:
            msg = f"not a cell: {type(cell).__name__}"
            raise TypeError(msg)


def _load_moment(written: dict[str, str]) -> datetime | date | time:
    ((kind, text),) = written.items()
    return {"datetime": datetime, "date": date, "time": time}[kind].fromisoformat(text)  # type: ignore[attr-defined, no-any-return]  # the three have it in common, but no base says so
