"""What people have had from all campaigns of a journal lately, and what one more must not add to it.

Frequency caps are asked twice: of each row of a new plan here, by maps of all that was sent; and of each claim, in
its transaction, by the few earlier messages of its people.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from lecommercial_batch.core.guards import Frequency, Guards
from lecommercial_batch.core.ledger import Earlier, Ledger, Whose
from lecommercial_batch.core.model import Content, Phone, Reason, Status
from lecommercial_batch.core.sentence import Sentence
from lecommercial_batch.planning.phones.number_map import NumberMap


def one_too_many(guards: Guards, earlier: Sequence[Earlier], *, now: datetime) -> tuple[Reason, Sentence] | None:
    """Say why a person who has had these must not get a message more now, or None."""
    for each in earlier:
        waived = guards.again and each.begun
        if each.own and not waived and _within(guards.once_within, each, now):
            return Reason.ALREADY_MESSAGED, _once(each.status, each.run)
        if each.same and not (each.own and waived) and _within(guards.not_again_within, each, now):
            return Reason.ALREADY_MESSAGED, _same(each.run)
    allowed = guards.per_person
    had = sum(_within(allowed.period, each, now) for each in earlier) if allowed else 0
    if allowed and had >= allowed.count:
        return Reason.TOO_OFTEN, _too_often(allowed, had)
    return None


def _within(period: timedelta | None, earlier: Earlier, now: datetime) -> bool:
    return period is not None and earlier.at >= now - period


class Past:
    """Tells for each message of a new plan whether it would be one too many. Without guards none is."""

    def __init__(
        self,
        guards: Guards | None = None,
        ledger: Ledger | None = None,
        *,
        now: datetime | None = None,
        whose: Whose | None = None,
    ) -> None:
        self._guards = guards or Guards()
        self._once = NumberMap()  # number → index of a run, and where its message stands
        self._same = NumberMap()  # digest of a number and its message → index of a run
        self._runs: list[str] = []
        self._indices: dict[str, int] = {}
        self._times = NumberMap()  # number → how many messages
        self.held = 0  #: people left out since `begin`, whom the campaign has written to or will
        self.waived = 0  #: those who would be, had its operator not said that it is to be sent again
        if ledger and now and whose:
            self._look_back(ledger, now, whose)

    def begin(self) -> None:
        """Begin to count anew: a plan is made."""
        self.held = self.waived = 0

    def too_often(self, phone: Phone) -> Sentence | None:
        """Say why this person must not get any message more now, or None."""
        allowed = self._guards.per_person
        if allowed is None or (had := self._times.get(int(phone.e164), 0)) < allowed.count:
            return None
        return _too_often(allowed, had)

    def once(self, phone: Phone) -> Sentence | None:
        """Say in which run this person has had, or will have, a message of this campaign, or None."""
        found = self._once.get(int(phone.e164), 0)
        if not found:
            return None
        if self._guards.again:
            self.waived += 1
            return None
        self.held += 1
        run, stands = divmod(found, len(_STANDS))
        return _once(_STANDS[stands], self._runs[run - 1])

    def again(self, phone: Phone, content: Content) -> Sentence | None:
        """Say in which run this person has had the very same message, or None."""
        if not self._runs:
            return None
        found = self._same.get(_digest(phone, content), 0)
        return _same(self._runs[found - 1]) if found else None

    def _look_back(self, ledger: Ledger, now: datetime, whose: Whose) -> None:
        guards = self._guards
        if guards.per_person:
            for phone in ledger.phones(whose.address, since=now - guards.per_person.period):
                number = int(phone.e164)
                self._times[number] = self._times.get(number, 0) + 1
        if guards.once_within:
            for phone, run, status in ledger.campaign(whose, since=now - guards.once_within):
                stands = _STANDS.index(status)
                self._once.setdefault(int(phone.e164), self._index(run) * len(_STANDS) + stands)
        if guards.not_again_within:
            passed_over = frozenset(ledger.runs(whose)) if guards.again else frozenset()
            for phone, content, run in ledger.messages(whose.address, since=now - guards.not_again_within):
                if run not in passed_over:
                    self._same.setdefault(_digest(phone, content), self._index(run))

    def _index(self, run: str) -> int:
        """Return a number for a run, from 1 on."""
        if (found := self._indices.get(run)) is None:
            self._runs.append(run)
            found = self._indices[run] = len(self._runs)
        return found


#: Where a message may stand that counts.
_STANDS: Final = (Status.ACCEPTED, Status.UNKNOWN, Status.SENDING, Status.PENDING)


def had_as(status: Status) -> Status:
    """Return how a message that counts stands: tried again in doubt, its person may have had it before."""
    return status if status in _STANDS else Status.UNKNOWN


def _once(stands: Status, run: str) -> Sentence:
    match stands:
        case Status.ACCEPTED:
            return Sentence("run {run} of this campaign has written to this person", run=run)
        case Status.PENDING:
            return Sentence("run {run} of this campaign is about to write to this person", run=run)
        case _:
            return Sentence("run {run} of this campaign may have written to this person", run=run)


def _same(run: str) -> Sentence:
    return Sentence("run {run} has sent this person the same message", run=run)


def _too_often(allowed: Frequency, had: int) -> Sentence:
    return Sentence(
        "messages to this person within {hours} h, over all campaigns: {had}; per_person allows {allowed}",
        hours=allowed.period // timedelta(hours=1),
        had=had,
        allowed=allowed.count,
    )


def _digest(phone: Phone, content: Content) -> int:
    """Return 64 bits of what somebody reads: enough never to take one message for another."""
    text, file = content.text, content.file
    whole = f"{phone.e164} {len(text)} {len(file)} {text}{file}{content.template_id}"
    if content.variables:
        whole += str(content.variables)
    return int.from_bytes(hashlib.blake2b(whole.encode("utf-8", "surrogatepass"), digest_size=8).digest()) or 1
