"""Defects put back, one at a time, to see that worlds are lived in which each of them shows."""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import update

from lecommercial_batch.cli import preview, send
from lecommercial_batch.cli.desk import Desk
from lecommercial_batch.core.model import Answer, Outcome, RunState, Status
from lecommercial_batch.delivery.pacing import pace, shared_budget
from lecommercial_batch.gateway.client import ApiGateway
from lecommercial_batch.gateway.connections import Connection, Evidence
from lecommercial_batch.journal import outbox, statements
from lecommercial_batch.journal.control import SqlControl
from lecommercial_batch.journal.schema import run
from lecommercial_batch.journal.store import SqlJournal

#: Puts something in the place of an attribute: of what, which, and what.
Change = tuple[Any, str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """A defect, how the promises that it breaks begin, and how it is put back."""

    breaks: str
    changes: Callable[[], list[Change]]

    @contextmanager
    def alive(self) -> Iterator[None]:
        """Have the defect as long as the block lasts."""
        before: list[Change] = []
        try:
            for owner, name, other in self.changes():
                before.append((owner, name, getattr(owner, name)))
                setattr(owner, name, other)
            yield
        finally:
            for owner, name, real in reversed(before):
                setattr(owner, name, real)


def _claims_go_back() -> list[Change]:
    return [(statements, "ABANDON", statements.ABANDON.values(status=Status.PENDING))]


def _answers(amiss: Callable[[Answer], bool]) -> Callable[[], list[Change]]:
    """Have some answers taken for those of calls that were not executed."""

    def changes() -> list[Change]:
        real = ApiGateway.message

        async def make(self: Any, *arguments: Any, **named: Any) -> Any:
            heard = await real(self, *arguments, **named)
            if amiss(heard.answer):
                return replace(heard, answer=replace(heard.answer, outcome=Outcome.NOT_SENT, reason="unavailable"))
            return heard

        return [(ApiGateway, "message", make)]

    return changes


def _plans_are_planned_from_the_start() -> list[Change]:
    real = SqlJournal.begin_run

    async def begin(self: Any, new: Any) -> Any:
        name = await real(self, new)
        await self._write(lambda c: c.execute(update(run).where(run.c.id == name).values(state=RunState.PLANNED)))
        return name

    return [(SqlJournal, "begin_run", begin)]


def _pause_is_not_heard() -> list[Change]:
    async def nothing(_self: Any, _run: str) -> None:
        return None

    return [(SqlControl, "wish", nothing)]


def _campaigns_are_not_known_again() -> list[Change]:
    real = preview.way_of

    async def always_again(desk: Any, path: Any, **named: Any) -> Any:
        return await real(desk, path, **{**named, "again": True})

    return [(send, "way_of", always_again)]


def _optouts_are_looked_at_once() -> list[Change]:
    return [(outbox, "opted_out_among", lambda *_: {})]


def _pace_has_no_guard() -> list[Change]:
    return [
        (each, name, value) for each in (pace, shared_budget) for name, value in (("GUARDED", 0.5), ("USED", 1.3))
    ]


def _opening_touches_the_file() -> list[Change]:
    real = Desk.journal

    @contextmanager
    def touch(self: Any, **named: Any) -> Iterator[Any]:
        path = self.settings.database_url.removeprefix("sqlite:///")
        with suppress(FileNotFoundError):
            os.close(os.open(path, os.O_RDWR))
        with real(self, **named) as journal:
            yield journal

    return [(Desk, "journal", touch)]


def _stray_answers_are_taken() -> list[Change]:
    def begin(self: Any, evidence: Evidence) -> bool:
        evidence.reused = self._used
        self.evidence = evidence
        return True

    def check(self: Any) -> None:
        self._used = self.evidence.written = True

    return [(Connection, "begin", begin), (Connection, "check", check)]


def _older_copies_are_trusted() -> list[Change]:
    identity = _module("journal.identity")
    if identity is None:
        return []
    return [(identity, "doubt_of", lambda *_: None), (identity, "refuse", lambda *_: None)]


def _results_get_lost() -> list[Change]:
    real = SqlJournal.record

    async def record(self: Any, turn: Any, results: Any) -> None:
        await real(self, turn, [each for each in results if each.row % 5])

    return [(SqlJournal, "record", record)]


def _rows_get_lost() -> list[Change]:
    real = SqlJournal.add

    async def add(self: Any, run_id: str, planned: Any) -> None:
        await real(self, run_id, planned[:-1])

    return [(SqlJournal, "add", add)]


def _module(name: str) -> Any:
    try:
        return importlib.import_module(f"lecommercial_batch.{name}")
    except ModuleNotFoundError:
        return None


MUTANTS: Final[Mapping[str, Mutant]] = {
    "claims of the dead go back to pending": Mutant(breaks="twice_in_one_run", changes=_claims_go_back),
    "a 503 counts as not sent": Mutant(
        breaks="twice_after_503", changes=_answers(lambda answer: "503" in answer.detail)
    ),
    "whatever is unsure counts as not sent": Mutant(
        breaks="twice_in_one_run", changes=_answers(lambda answer: answer.outcome is Outcome.UNSURE)
    ),
    "a plan can be sent before it is whole": Mutant(
        breaks="unfinished_plan_sent", changes=_plans_are_planned_from_the_start
    ),
    "a pause is not heard": Mutant(breaks="sent_after_pause", changes=_pause_is_not_heard),
    "a campaign is not known again": Mutant(breaks="twice_across_runs", changes=_campaigns_are_not_known_again),
    "opt-outs are looked at when planning alone": Mutant(
        breaks="sent_after_optout", changes=_optouts_are_looked_at_once
    ),
    "the pace has no guard": Mutant(breaks="over_pace", changes=_pace_has_no_guard),
    "an opening touches the file": Mutant(breaks="locks_lost", changes=_opening_touches_the_file),
    "a stray answer is taken for the next one's": Mutant(
        breaks="accepted_but_never_sent", changes=_stray_answers_are_taken
    ),
    "older copies are trusted": Mutant(breaks="twice_in_one_run_after_restore", changes=_older_copies_are_trusted),
    "some results get lost": Mutant(breaks="claim_left_open", changes=_results_get_lost),
    "some rows get lost": Mutant(breaks="row_lost", changes=_rows_get_lost),
}
