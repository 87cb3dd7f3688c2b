from lecommercial_batch.core.model import Answer, Outcome
from lecommercial_batch.delivery import backoff
from lecommercial_batch.delivery.circuit_breaker import RATED, Judge

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


def test_an_hour_of_waits_is_not_too_long() -> None:
    """The bound is what it says: an hour in all is waited, and a second more is not."""
    judge = Judge(10)

    for _ in range(4):
        judge.count_wait("throttled", backoff.PATIENCE / 4)
    before = judge.halted
    judge.count_wait("throttled", 1)

    assert (before, judge.halted) == ("", "throttled")


def test_a_pause_is_bounded_by_itself() -> None:
    """A pause after a message that was taken halts where it is over an hour, and counts for nothing else."""
    judge = Judge(10)

    for _ in range(100):
        judge.look_at_pause("throttled", backoff.PATIENCE)
    before = judge.halted
    judge.look_at_pause("throttled", backoff.TOO_LONG)

    assert (before, judge.waits, judge.halted) == ("", 0, "throttled")


def test_what_is_lost_in_a_freeze_is_no_failure() -> None:
    """A program that stood still for a minute finds its calls timed out: no reason to suspect the phone."""
    frozen, other, awake = Judge(10), Judge(10), Judge(10)

    for _ in range(20):
        for reason in ("no_answer", "connection_lost"):
            frozen.hear(Answer(outcome=Outcome.UNSURE, reason=reason), began=1, ended=200, stood_still=True)
        other.hear(BROKEN, began=1, ended=200, stood_still=True)
        awake.hear(Answer(outcome=Outcome.UNSURE, reason="no_answer"), began=1, ended=200)

    assert (frozen.halted, other.halted, awake.halted) == ("", "failures_in_a_row", "failures_in_a_row")


def test_a_contact_that_was_not_there_is_no_failure_of_the_sender() -> None:
    """Removals of people who left the list meanwhile are looked into, and stop nobody."""
    judge = Judge(10)

    for _ in range(20):
        judge.hear(Answer(outcome=Outcome.UNSURE, reason="not_found"))

    assert not judge.halted
