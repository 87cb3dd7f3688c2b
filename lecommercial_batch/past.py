"""What people have had from all campaigns of a journal lately, and what one more must not add to it."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from lecommercial_batch.model import Content, Phone
from lecommercial_batch.number_map import NumberMap
from lecommercial_batch.period import Frequency
from lecommercial_batch.sentence import Sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Guards:
    """What a campaign says of other runs than its own."""

    not_again_within: timedelta | None = None  #: the same message to the same number
    per_person: Frequency | None = None  #: messages to one number, whichever campaign they are of


#: A message somebody has had, or is about to get: to whom, what, and in which run.
Had = tuple[Phone, Content, str]


class Ledger(Protocol):
    """The messages of all runs, as a new plan looks back at them.

    A message counts that was accepted, that may have been delivered, or that waits in a run which has begun and is
    not given up on. Test sends do not, nor do changes of lists.
    """

    def phones(self, *, since: datetime) -> Iterator[Phone]:
        """Yield the number of each message since then; a number comes as often as it has messages."""
        ...

    def messages(self, *, since: datetime) -> Iterator[Had]:
        """Yield each message since then, of the newest run first."""
        ...

    async def calls(self, lane: str, *, since: datetime) -> int:
        """Count the messages that have left through a sender since then, test sends and refused ones included."""
        ...


class Past:
    """Tells for each message of a new plan whether it would be one too many. Without guards none is."""

    def __init__(
        self, guards: Guards | None = None, ledger: Ledger | None = None, *, now: datetime | None = None
    ) -> None:
        self._guards = guards or Guards()
        self._same = NumberMap()  # digest of a number and its message → index of a run
        self._runs: list[str] = []
        self._times = NumberMap()  # number → how many messages
        if ledger and now:
            self._look_back(ledger, now)

    def too_often(self, phone: Phone) -> Sentence | None:
        """Say why this person must not get any message more now, or None."""
        allowed = self._guards.per_person
        if allowed is None or (had := self._times.get(int(phone.e164), 0)) < allowed.count:
            return None
        return Sentence(
            "messages to this person within {hours} h, over all campaigns: {had}; per_person allows {allowed}",
            hours=allowed.period // timedelta(hours=1),
            had=had,
            allowed=allowed.count,
        )

    def again(self, phone: Phone, content: Content) -> Sentence | None:
        """Say in which run this person has had the very same message, or None."""
        if not self._runs:
            return None
        found = self._same.get(_digest(phone, content), 0)
        return (
            Sentence("run {run} has sent this person the same message", run=self._runs[found - 1])
            if found
            else None
        )

    def _look_back(self, ledger: Ledger, now: datetime) -> None:
        if self._guards.per_person:
            for phone in ledger.phones(since=now - self._guards.per_person.period):
                number = int(phone.e164)
                self._times[number] = self._times.get(number, 0) + 1
        if self._guards.not_again_within:
            for phone, content, run in ledger.messages(since=now - self._guards.not_again_within):
                if not self._runs or self._runs[-1] != run:
                    self._runs.append(run)
                self._same.setdefault(_digest(phone, content), len(self._runs))


def _digest(phone: Phone, content: Content) -> int:
    """Return 64 bits of what somebody reads: enough never to take one message for another."""
    text, file = content.text, content.file
    whole = f"{phone.e164} {len(text)} {len(file)} {text}{file}{content.template_id}"
    if content.variables:
        whole += str(content.variables)
    return int.from_bytes(hashlib.blake2b(whole.encode("utf-8", "surrogatepass"), digest_size=8).digest()) or 1
