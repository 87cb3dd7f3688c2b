"""What must hold in every world, at every moment and at its end, and what breaks it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

from lecommercial_batch.core.model import Claimed, Rate, RunState, Status
from lecommercial_batch.core.run_control import Wish
from tests.simulation.disk import Disk
from tests.simulation.loop import SimulatedLoop
from tests.simulation.programs import PROGRAM, Program
from tests.simulation.server import IN_DOUBT, Fate, Server

#: Seconds in which whoever sends a run looks at what was asked of it, and gives back what it had claimed.
LOOKS_AGAIN: Final = 1.5
_NOTICE: Final = 0.02  #: seconds between a commit and our hearing of it
#: Verbs by which an operator says that a run is to be sent, whatever was asked before.
_OPERATOR: Final = frozenset({"send", "resume", "retry"})

#: Promises that hold also where the journal has lost what it knew.
_WHATEVER_WAS_LOST: Final = frozenset({"endless", "unforeseen_error", "over_pace", "locks_lost"})


@dataclass(frozen=True, slots=True)
class _Claim:
    run: str
    at: float


class Watch:
    """Keeps its own account of what was approved, claimed and asked, and holds the program's deeds against it."""

    def __init__(self, loop: SimulatedLoop, disk: Disk, server: Server) -> None:
        self._loop = loop
        self._disk = disk
        self._server = server
        self.broken: dict[str, str] = {}  #: promise → what was seen first
        self.file_rows = 0  #: of the contact file as it is now
        self.doubt = 0  #: messages that may rightly be unknown
        self.restored = False  #: the journal has lost what it knew
        self._accepted = False  # ... and the operator said to go on without
        self.stalled = False  #: a program was frozen: then the pace cannot be kept to the call
        self.sent: list[tuple[float, str, str]] = []
        self._commits = 0
        self._granted: Counter[str] = Counter()  # messages that each person may get
        self._started: set[str] = set()
        self._frozen: dict[str, int] = {}
        self._claims: dict[tuple[Program | None, str], _Claim] = {}
        self._stops: dict[str, tuple[float, Wish]] = {}
        self._optouts: dict[str, float] = {}
        self._retried: set[str] = set()
        self._forgotten: set[str] = set()  # whoever a purge took out of the journal, once written to anew
        self._sent_again: set[str] = set()  # whoever was unknown, on an operator's word

    def note(self, promise: str, seen: str) -> None:
        if self.restored and promise not in _WHATEVER_WAS_LOST:
            promise += "_after_restore"
        self.broken.setdefault(promise, f"{self._loop.time():.3f} s: {seen}")

    # What the program does, as its journal hears of it.

    def _note_frozen(self) -> None:
        for (run,) in self._disk.ask("SELECT id FROM run WHERE proof != ''"):
            if run not in self._frozen:
                self._note_one_frozen(run)

    def _note_one_frozen(self, run: str) -> None:
        rows = self._disk.ask("SELECT count(*) FROM row WHERE run_id = ?", run)[0][0]
        self._frozen[run] = rows
        if rows != self.file_rows:
            self.note("row_lost", f"{run} has {rows} rows of {self.file_rows}")

    def started(self, run: str) -> None:
        """Hear of a run that was taken in hand: each of its people may get one message of the campaign.

        A second one only where an operator had the first forgotten, or goes on without what the journal has lost.
        """
        self._forget_stop(run)
        if run in self._started:
            return
        self._started.add(run)
        purged = {name for (name,) in self._disk.ask("SELECT id FROM run WHERE purged")}
        forgotten = {phone for _, phone, name in self.sent if name in purged} - self._forgotten
        for (phone,) in self._disk.ask("SELECT phone FROM message WHERE run_id = ?", run):
            self._granted[phone] += self._accepted or phone in forgotten or not self._granted[phone]
        self._forgotten |= forgotten

    def _forget_stop(self, run: str) -> None:
        program = PROGRAM.get()
        if program is not None and program.verb in _OPERATOR:
            self._stops.pop(run, None)

    def moved(self, run: str, state: RunState) -> None:
        if state is RunState.RUNNING:
            self._forget_stop(run)

    def rows_of(self, run: str) -> int | None:
        """Return how many rows a run was frozen with; None where nobody saw that."""
        return self._frozen.get(run)

    def claimed(self, claims: Collection[Claimed]) -> None:
        for each in claims:
            self._claims[PROGRAM.get(), each.phone.e164] = _Claim(each.run, self._loop.time())
            if each.run not in self._frozen:
                self.note("unfinished_plan_sent", f"{each.run} was never frozen")

    def asked(self, run: str, wish: Wish) -> None:
        self._stops[run] = self._loop.time(), wish

    def opted_out(self, phone: str) -> None:
        self._optouts.setdefault(phone, self._loop.time())

    def retried(self, run: str, statuses: Collection[Status]) -> None:
        self._retried.add(run)
        if Status.UNKNOWN in statuses:
            query = "SELECT phone FROM message WHERE run_id = ? AND status = 'unknown'"
            phones = [phone for (phone,) in self._disk.ask(query, run)]
            self._granted.update(phones)
            self._sent_again.update(phones)

    # What reaches the network, and what strikes.

    def leaving(self, program: Program | None, phone: str) -> None:
        now, claim = self._loop.time(), self._claims.get((program, phone))
        if claim is None:
            self.note("left_without_claim", phone)
            return
        self.sent.append((now, phone, claim.run))
        if claim.at > self._optouts.get(phone, now) + _NOTICE:
            self.note("sent_after_optout", phone)
        if claim.run in self._stops:
            at, wish = self._stops[claim.run]
            if now > max(at + LOOKS_AGAIN, program.lenient_until if program else 0.0):
                self.note(f"sent_after_{wish}", f"{claim.run}, asked at {at:.3f} s")

    def struck(self) -> None:
        """Hear of a blow: all that is on its way now may be in doubt afterwards."""
        found = self._disk.ask("SELECT count(*) FROM message WHERE status = 'sending'")
        self.doubt += found[0][0] if found else 0

    def ended(self, program: Program) -> None:
        """Hear that a program has come to its end by itself: what it had claimed is settled or given back."""
        for (phone,) in self._disk.ask("SELECT phone FROM message WHERE status = 'sending'"):
            claims = {each: claim.at for (each, number), claim in self._claims.items() if number == phone}
            if claims and max(claims, key=lambda each: claims[each]) is program:
                self.note("claim_left_open", f"{phone} by {program.name}")

    def committed(self) -> None:
        """Look at the journal after a commit, every few of them."""
        self._commits += 1
        self._note_frozen()
        if not self.restored:
            self._compare_accepted()  # while an answer may be there and its message not have arrived
        if self._commits % 5 == 0:
            self._balance()

    def _compare_accepted(self) -> None:
        query = "SELECT phone, count(*) FROM message WHERE status = 'accepted' GROUP BY phone"
        for phone, count in self._disk.ask(query):
            if count > self._server.executed[phone]:
                self.note("accepted_but_never_sent", phone)

    def _balance(self) -> None:
        query = """SELECT id, (SELECT count(*) FROM message WHERE run_id = run.id)
            + (SELECT count(*) FROM rejection WHERE run_id = run.id) FROM run WHERE NOT purged"""
        for run, rows in self._disk.ask(query):
            if run in self._frozen and rows != self._frozen[run]:
                self.note("unbalanced", f"{run}: {rows} of {self._frozen[run]}")

    def put_back(self) -> None:
        """Hear that the journal is an older copy now, or lacks what its log held."""
        self.restored = True
        rows = "SELECT id, (SELECT count(*) FROM row WHERE run_id = run.id) FROM run WHERE state != 'planning'"
        self._frozen = dict(self._disk.ask(rows))
        self._started = {run for (run,) in self._disk.ask("SELECT id FROM run WHERE started_at IS NOT NULL")}

    def loss_accepted(self) -> None:
        """Hear that an operator knows that the journal has lost something, and goes on with what it has."""
        self._accepted = True
        self._started = {run for (run,) in self._disk.ask("SELECT id FROM run WHERE started_at IS NOT NULL")}
        known = {phone for (phone,) in self._disk.ask("SELECT phone FROM optout")}  # of the rest they are told
        self._optouts = {phone: at for phone, at in self._optouts.items() if phone in known}

    # The end.

    def judge(self, rate: Rate) -> None:
        self._balance()
        self._judge_twice()
        self._judge_states()
        if not self.restored:
            self._compare_accepted()
            self._judge_words()
        if not self.stalled:
            self._judge_pace(rate)

    def _judge_twice(self) -> None:
        for phone, count in self._server.executed.items():
            if count <= self._granted[phone]:
                continue
            fates = [call.fate for call in self._server.calls if call.phone == phone]
            runs = sorted({run for _, number, run in self.sent if number == phone})
            cause = "in_one_run"
            if len(runs) > 1:
                cause = "across_runs"
            elif Fate.UNAVAILABLE_AFTER in fates:
                cause = "after_503"
            self.note(f"twice_{cause}", f"{phone}: {count} times in {', '.join(runs)}: {', '.join(fates)}")

    def _judge_states(self) -> None:
        query = """SELECT run.id, run.state, message.status FROM run JOIN message ON run_id = run.id
            WHERE state = 'ended' AND status IN ('pending', 'sending')
            OR state = 'cancelled' AND status = 'pending'"""
        for run, state, status in self._disk.ask(query):
            if run not in self._retried:
                self.note("finished_with_some_left", f"{run} is {state} and has one {status}")
        odd = self._disk.ask(
            "SELECT status FROM message WHERE status NOT IN"
            " ('pending', 'sending', 'accepted', 'failed', 'unknown', 'cancelled')"
        )
        if odd:
            self.note("row_without_status", str(odd[0]))

    def _judge_words(self) -> None:
        """Hold the journal's words against the server's own."""
        told: dict[str, Counter[str]] = {}
        for phone, status in self._disk.ask("SELECT phone, status FROM message"):
            told.setdefault(phone, Counter())[status] += 1
        purged = {name for (name,) in self._disk.ask("SELECT id FROM run WHERE purged")}
        forgotten = {phone for _, phone, name in self.sent if name in purged}
        for phone, statuses in told.items():
            executed = self._server.executed[phone]
            if phone in self._sent_again or phone in forgotten:
                continue  # what is told of them is what became of the last try, or of those not purged
            if executed and not (statuses["accepted"] or statuses["unknown"] or statuses["sending"]):
                fates = [call.fate for call in self._server.calls if call.phone == phone]
                self.note("executed_but_not_told", f"{phone} is {[*statuses]} after {', '.join(fates)}")
        unknown = sum(each["unknown"] for each in told.values())
        in_doubt = self.doubt + sum(call.fate in IN_DOUBT for call in self._server.calls)
        if unknown > in_doubt:
            reasons = self._disk.ask("SELECT run_id, row, reason FROM message WHERE status = 'unknown'")
            self.note("too_many_unknown", f"{unknown}, of which {in_doubt} can be explained: {reasons[:4]}")

    def _judge_pace(self, rate: Rate) -> None:
        times = [at for at, _, _ in self.sent]
        for first, last in zip(times, times[rate.count :], strict=False):
            if last - first < rate.period:
                self.note("over_pace", f"{rate.count + 1} calls in {last - first:.3f} s from {first:.3f} s on")


#: The world that runs, whose watch hears of what journals do.
_now: list[Watch] = []


def watched_by(watch: Watch | None) -> None:
    _now[:] = [watch] if watch else []


def hearing(kind: type[Any], method: str, hear: Any, *, before: bool = False) -> tuple[type[Any], str, Any]:
    """Return a method that does what it did, and has the watch hear of it."""
    real = getattr(kind, method)

    async def heard(self: Any, *arguments: Any, **named: Any) -> Any:
        if before and _now:
            hear(_now[0], None, *arguments, **named)
        result = await real(self, *arguments, **named)
        if not before and _now:
            hear(_now[0], result, *arguments, **named)
        return result

    return kind, method, heard
