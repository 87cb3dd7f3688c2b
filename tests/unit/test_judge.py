from lecommercial_batch import backoff
from lecommercial_batch.judge import RATED, Judge
from lecommercial_batch.model import Answer, Outcome

ACCEPTED = Answer(outcome=Outcome.ACCEPTED)
LOST = Answer(outcome=Outcome.UNSURE, reason="connection_lost")
BROKEN = Answer(outcome=Outcome.UNSURE, reason="server_error")


def test_a_line_that_is_cut_is_one_failure() -> None:
    """Two hundred calls that were on their way when the line was cut do not stop the sender."""
    judge = Judge(10)
    judge.hear(ACCEPTED, began=9.0, ended=10.0)

    for number in range(200):
        judge.hear(LOST, began=8 + number / 100, ended=10.0 + number / 1000)

    assert not judge.halted


def test_a_line_that_is_cut_again_and_again_halts() -> None:
    """Calls that began after the first loss and are lost as well count, each of them."""
    judge = Judge(10)

    for number in range(10):
        assert not judge.halted
        judge.hear(LOST, began=float(number), ended=number + 0.5)

    assert judge.halted == "failures_in_a_row"


def test_other_doubts_count_each() -> None:
    """A phone that is disconnected answers 500 to everybody at once: ten of them halt."""
    judge = Judge(10)

    for _ in range(10):
        judge.hear(BROKEN, began=1.0, ended=2.0)

    assert judge.halted == "failures_in_a_row"


def test_the_rate_of_failures_slides() -> None:
    """What counts is the last hundred answers: old failures are forgotten."""
    judge = Judge(1000, 0.5)

    for answer in [BROKEN] * (RATED // 2) + [ACCEPTED] * (RATED // 2) + [BROKEN] * (RATED // 2):
        judge.hear(answer)
    before = judge.halted
    judge.hear(BROKEN)

    assert (before, judge.halted) == ("", "failure_rate")


def test_waits_in_a_row_are_bounded_in_number_and_time() -> None:
    """Ten waits halt, and so does more than an hour of them; an answer in between starts both counts anew."""
    many, long, answered = Judge(10), Judge(10), Judge(10)

    for _ in range(backoff.ATTEMPTS):
        many.count_wait("unreachable", 1)
        answered.count_wait("throttled", 600)
        answered.hear(ACCEPTED)
    for _ in range(2):
        long.count_wait("throttled", backoff.PATIENCE * 0.6)

    assert (many.halted, long.halted, answered.halted) == ("unreachable", "throttled", "")


def test_a_redirect_halts_at_once() -> None:
    """Whatever became of its message, the next would be led elsewhere as well."""
    judge = Judge(10)

    judge.hear(Answer(outcome=Outcome.UNSURE, reason="redirected"))

    assert judge.halted == "redirected"
