"""When a sender must stop."""

from collections import deque
from typing import Final, assert_never

from lecommercial_batch.core.model import Answer, Outcome
from lecommercial_batch.delivery import backoff

#: Answers over which the rate of failures is taken; fewer say nothing yet.
RATED: Final = 100
_SILENCE: Final = frozenset({"connection_lost", "no_answer"})


class Judge:
    """Decides from the answers, in the order they come, when a sender must stop."""

    def __init__(self, stop_after_failures: int, stop_at_failure_rate: float = 1.0) -> None:
        self.halted = ""
        self.waits = 0  # calls in a row that were not executed
        self._waited = 0.0  # seconds, for all of them together
        self._failures = 0  # failures and unknowns in a row
        self._first = 0.0  # when the first of them was heard of
        self._bound = stop_after_failures
        self._rate = stop_at_failure_rate
        self._last: deque[bool] = deque(maxlen=RATED)  # which of the last answers were failures or unknowns
        self._failed = 0  # of them

    def hear(self, answer: Answer, *, began: float = 0.0, ended: float = 0.0, stood_still: bool = False) -> None:
        """Take in the answer to a call that lasted from ``began`` to ``ended``, in seconds of an even clock.

        Where the line is cut, all that was on its way is lost at once. That is one failure, not many: what is
        lost then counts only if its call began after the first of them. What was lost while this program itself
        ``stood_still`` says nothing of the sender.
        """
        match answer.outcome:
            case Outcome.UNSURE if stood_still and answer.reason in _SILENCE:
                pass
            case Outcome.UNSURE if answer.reason == "not_found":
                pass  # a contact to be removed was not there: a server that says so is well
            case Outcome.UNSURE if answer.reason == "connection_lost" and self._failures and began < self._first:
                pass
            case Outcome.ACCEPTED:
                self._failures = self.waits = 0
                self._waited = 0.0
                self._count(failure=False)
            case Outcome.REFUSED | Outcome.UNSURE:
                self.waits = 0
                self._waited = 0.0
                self._first = self._first if self._failures else ended
                self._failures += 1
                if self._failures >= self._bound:
                    self._halt("failures_in_a_row")
                if answer.reason == "redirected":  # as all the others would be
                    self._halt(answer.reason)
                self._count(failure=True)
            case Outcome.HALTED:
                self._halt(answer.reason)
            case Outcome.NOT_SENT:
                pass
            case _:
                assert_never(answer.outcome)

    def count_wait(self, reason: str, seconds: float) -> None:
        """Count a wait before the next try: their number and their time are bounded."""
        self.waits += 1
        self._waited += seconds
        if self.waits >= backoff.ATTEMPTS or self._waited > backoff.PATIENCE:
            self._halt(reason)

    def look_at_pause(self, reason: str, seconds: float) -> None:
        """Halt where an answer asks for a pause that nobody waits for, though its message was taken."""
        if seconds > backoff.PATIENCE:
            self._halt(reason)

    def _count(self, *, failure: bool) -> None:
        if len(self._last) == RATED:
            self._failed -= self._last[0]
        self._last.append(failure)
        self._failed += failure
        if len(self._last) == RATED and self._failed > self._rate * RATED:
            self._halt("failure_rate")

    def _halt(self, reason: str) -> None:
        self.halted = self.halted or reason
