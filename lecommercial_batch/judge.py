"""When a sender must stop."""

from typing import assert_never

from lecommercial_batch import backoff
from lecommercial_batch.model import Answer, Outcome


class Judge:
    """Decides from the answers, in the order they come, when a sender must stop."""

    def __init__(self, stop_after_failures: int) -> None:
        self.halted = ""
        self.waits = 0  # calls in a row that were not executed
        self._failures = 0  # failures and unknowns in a row
        self._bound = stop_after_failures

    def hear(self, answer: Answer) -> None:
        match answer.outcome:
            case Outcome.ACCEPTED:
                self._failures = self.waits = 0
            case Outcome.REFUSED | Outcome.UNSURE:
                self.waits = 0
                self._failures += 1
                if self._failures >= self._bound:
                    self._halt("failures_in_a_row")
            case Outcome.HALTED:
                self._halt(answer.reason)
            case Outcome.NOT_SENT:
                pass
            case _:
                assert_never(answer.outcome)

    def count_wait(self, reason: str) -> None:
        self.waits += 1
        if self.waits >= backoff.ATTEMPTS:
            self._halt(reason)

    def _halt(self, reason: str) -> None:
        self.halted = self.halted or reason
