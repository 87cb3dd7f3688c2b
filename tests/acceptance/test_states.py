"""Every verb that touches a run, on a run in every state: the table of docs/command.md, with the real command."""

import asyncio
from datetime import UTC, datetime
from typing import Final

import pytest

from lecommercial_batch.core.errors import RunNotFoundError
from lecommercial_batch.core.labels import state_words
from lecommercial_batch.core.model import Result, RunState, Status
from lecommercial_batch.core.run_control import Wish
from lecommercial_batch.journal import SqlJournal, open_journal
from lecommercial_batch.scheduling.agenda import Scheduled
from lecommercial_batch.scheduling.schedule import Schedule
from lecommercial_batch.testing import SandboxServer
from tests.acceptance.conftest import ROOT, Desk
from tests.conftest import ManualClock, a_message, a_run

LANE: Final = "default"
VERBS: Final = {
    "pause": ("pause", "RUN"),
    "cancel": ("cancel", "RUN", "--yes"),
    "retry": ("retry", "RUN", "--failed", "--yes"),
    "resume": ("resume", "RUN", "--yes"),
    "unschedule": ("unschedule", "campaign.toml"),
    "purge": ("purge", "--older-than", "1d", "--yes"),
}
GONE: Final = "gone"
PREPARED: Final = (2, "planning", "did not come to its end")
#: State → verb → exit code, the state afterwards, and what is said.
TABLE: Final = {
    "planning": {
        "pause": PREPARED,
        "cancel": (0, GONE, "it is forgotten"),
        "retry": PREPARED,
        "resume": PREPARED,
        "unschedule": (0, "planning", "not sent by itself"),
        "purge": (0, "planning", "0 runs"),
    },
    "planned": {
        "pause": (0, "paused", "paused"),
        "cancel": (0, "cancelled", "given up on"),
        "retry": (3, "planned", "Nothing is there to try again"),
        "resume": (0, "ended", "Report"),
        "unschedule": (0, GONE, "not sent by itself"),
        "purge": (1, "planned", "not over"),
    },
    "running": {
        "pause": (0, "paused", "paused"),
        "cancel": (0, "cancelled", "given up on"),
        "retry": (0, "ended", "Report"),
        "resume": (1, "ended", "Report"),
        "unschedule": (0, "running", "not sent by itself"),
        "purge": (1, "running", "not over"),
    },
    "stopped": {
        "pause": (0, "paused", "paused"),
        "cancel": (0, "cancelled", "given up on"),
        "retry": (0, "ended", "Report"),
        "resume": (1, "ended", "Report"),
        "unschedule": (0, "stopped", "not sent by itself"),
        "purge": (1, "stopped", "not over"),
    },
    "paused": {
        "pause": (0, "paused", "paused"),
        "cancel": (0, "cancelled", "given up on"),
        "retry": (2, "paused", "Go on with it first"),
        "resume": (1, "ended", "Report"),
        "unschedule": (0, "paused", "not sent by itself"),
        "purge": (1, "paused", "not over"),
    },
    "cancelled": {
        "pause": (0, "cancelled", "given up on"),
        "cancel": (0, "cancelled", "given up on"),
        "retry": (1, "cancelled", "Report"),
        "resume": (1, "cancelled", "given up on"),
        "unschedule": (0, "cancelled", "not sent by itself"),
        "purge": (0, "cancelled", "1 run"),
    },
    "ended": {
        "pause": (0, "ended", "ended"),
        "cancel": (0, "ended", "ended"),
        "retry": (0, "ended", "Report"),
        "resume": (1, "ended", "Nothing is left"),
        "unschedule": (0, "ended", "not sent by itself"),
        "purge": (0, "ended", "1 run"),
    },
}
CASES: Final = [(state, verb, expected) for state, verbs in TABLE.items() for verb, expected in verbs.items()]


async def make(journal: SqlJournal, clock: ManualClock, state: str) -> str:
    """Make a run of three messages in this state; where any was sent the first was refused, and two may wait."""
    run = await journal.begin_run(a_run())
    await journal.add(run, [a_message(row) for row in (2, 3, 4)])
    if state == RunState.PLANNING:
        return run
    await journal.freeze(run, proof="AAAA-BBBB")
    if state == RunState.PLANNED:
        return run
    await journal.start(run)
    turn = await journal.begin_turn(LANE)
    claimed = await journal.claim(turn, run, limit=3 if state == RunState.ENDED else 1, at=clock.now())
    results = [
        Result(run=run, row=each.row, status=Status.ACCEPTED if each.row > 2 else Status.FAILED, at=clock.now())
        for each in claimed
    ]
    await journal.record(turn, results)
    if wish := {RunState.PAUSED: Wish.PAUSE, RunState.CANCELLED: Wish.CANCEL}.get(RunState(state)):
        await journal.control.ask(run, wish)
    if state != RunState.RUNNING:
        assert await journal.control.conclude(run) == state
    return run


@pytest.mark.parametrize(("state", "verb", "expected"), CASES)
def test_each_verb_on_a_run_in_each_state(
    desk: Desk, sandbox: SandboxServer, state: str, verb: str, expected: tuple[int, str, str]
) -> None:
    """What it does or why not, in words; whoever was sent to before is not sent to again."""
    (code, after, said), clock = expected, ManualClock()
    desk.contacts(1)
    desk.campaign()
    journal = open_journal(f"sqlite:///{desk.folder}/lecommercial.db", clock=clock)
    run = asyncio.run(make(journal, clock, state))
    file, at = (desk.folder / "campaign.toml").resolve(), datetime(2100, 1, 1, tzinfo=UTC)
    entry = Scheduled(file=file, campaign="Essai", schedule=Schedule(start=at), run=run, next_at=at)
    asyncio.run(journal.agenda.put(entry))
    journal.close()

    done = desk.run(*(run if each == "RUN" else each for each in VERBS[verb]))

    journal = open_journal(f"sqlite:///{desk.folder}/lecommercial.db", clock=clock)
    try:
        found = asyncio.run(journal.find(run)).state.value
    except RunNotFoundError:
        found = GONE
    journal.close()
    assert (done.code, found) == (code, after), done.out + done.err
    assert said in " ".join((done.out + done.err).split())
    if code == 2:
        assert "→" in done.err
        assert sandbox.received() == ()
    sent = [message.to for message in sandbox.received()]
    assert len(set(sent)) == len(sent)
    assert (a_message(3).phone.digits in sent) is (
        after == "ended" and state != "ended" and verb in {"retry", "resume"}
    )


def test_the_documentation_has_the_table() -> None:
    """Every state with every verb: a row and a column each, in the words of the states."""
    page = (ROOT / "docs" / "command.md").read_text(encoding="utf-8")
    table = [line.split("|")[1:-1] for line in page.splitlines() if line.startswith("|") and line.count("|") == 8]
    heading, _line, *rows = [[cell.strip() for cell in line] for line in table]
    assert [cell.split("`")[1].split()[0] for cell in heading[1:]] == list(VERBS)
    assert [row[0] for row in rows] == [state_words(RunState(state)) for state in TABLE]
