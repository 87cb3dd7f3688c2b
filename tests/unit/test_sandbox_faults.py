"""Fault rules: how they are written and which calls they strike."""

import pytest

from lecommercial_batch.sandbox.faults import AFTER, Fault, FaultRule, struck
from lecommercial_batch.sandbox.replies import FAULTS
from lecommercial_batch.sandbox.settings import Switches


def struck_calls(text: str, *, to: str = "336", among: int = 10) -> list[int]:
    rule = FaultRule.parse(text)
    return [call for call in range(1, among + 1) if rule.strikes(call, to=to)]


@pytest.mark.parametrize(
    ("text", "calls"),
    [
        ("500", list(range(1, 11))),
        ("500@3", [3]),
        ("500@3-5", [3, 4, 5]),
        ("500@9-", [9, 10]),
        ("500@100%", list(range(1, 11))),
        ("500@0%", []),
        ("500@+336", list(range(1, 11))),
        ("500@+337", []),
    ],
)
def test_a_rule_strikes_the_calls_it_names(text: str, calls: list[int]) -> None:
    """One call, a range, all from one on, a share, or one recipient's."""
    assert struck_calls(text) == calls


def test_a_share_is_drawn_alike_each_time_and_by_its_seed() -> None:
    """About so many of the calls, the same ones for the same seed, others for another."""
    drawn = struck_calls("hang@10%/1", among=10_000)
    assert 900 < len(drawn) < 1100
    assert drawn == struck_calls("hang@10%/1", among=10_000)
    assert drawn != struck_calls("hang@10%/2", among=10_000)


@pytest.mark.parametrize(
    "text",
    [
        "500",
        "lists:500",
        "add-contact:500@3-3",
        "500@3-5",
        "drop_after@9-",
        "hang@2.5%/7",
        "401_failed@+33612345678",
    ],
)
def test_a_rule_reads_back_what_it_writes(text: str) -> None:
    """`str` is the inverse of `parse`."""
    assert str(FaultRule.parse(text)) == text
    assert FaultRule.parse(str(FaultRule.parse(text))) == FaultRule.parse(text)


@pytest.mark.parametrize(
    "text", ["", "600", "500@", "500@x", "500@-3", "500@3%%", "@3", "drop after", "500@+", "list:500"]
)
def test_what_is_no_rule_is_refused(text: str) -> None:
    """A misspelt rule is an error, never a rule that strikes nothing."""
    with pytest.raises(ValueError, match=r"not a fault|is not a valid (Fault|Endpoint)"):
        FaultRule.parse(text)


def test_a_rule_for_an_endpoint_counts_its_calls_alone() -> None:
    """The second call of lists, wherever it stands among all calls."""
    rule = FaultRule.parse("lists:500@2")
    assert rule.strikes(9, to="", path="lists", of_path=2)
    assert not rule.strikes(2, to="", path="lists", of_path=1)
    assert not rule.strikes(2, to="", path="contacts", of_path=2)


def test_the_first_rule_that_strikes_wins() -> None:
    """Rules are tried in their order."""
    rules = [FaultRule.parse("429@1-2"), FaultRule.parse("503@2-3")]
    assert [struck(rules, call, to="") for call in (1, 2, 3, 4)] == [
        Fault.THROTTLED,
        Fault.THROTTLED,
        Fault.UNAVAILABLE,
        None,
    ]


def test_every_fault_has_an_answer_or_is_silent() -> None:
    """No fault is without effect."""
    assert set(Fault) - set(FAULTS) == {Fault.DROP, Fault.DROP_AFTER, Fault.HANG}
    assert {fault for fault in Fault if fault.endswith("_after")} | {Fault.HANG} == AFTER


@pytest.mark.parametrize(
    "wanted",
    [
        {"fault": ["500"]},
        {"faults": "500"},
        {"faults": ["600"]},
        {"latency": -1},
        {"latency": "2"},
        {"quota": True},
        {"device_down": 1},
        {"device_down": "500"},
        {"plan_expired": "yes"},
    ],
)
def test_a_switch_that_cannot_be_set_is_refused(wanted: dict[str, object]) -> None:
    """Nothing misspelt or of the wrong type passes in silence."""
    with pytest.raises(ValueError, match=r"no such switch|not a|neither"):
        Switches().replaced(wanted)


def test_switches_read_back_what_they_write() -> None:
    """What GET /sandbox/faults shows can be put back."""
    switches = Switches().replaced(
        {
            "faults": ["500@3"],
            "latency": 2,
            "unregistered": ["336"],
            "quota": 5,
            "plan_expired": True,
            "device_down": "401_failed",
            "retry_after": 0,
        }
    )
    assert Switches().replaced(switches.as_json()) == switches
