"""The throttle and the count of the busiest second."""

from lecommercial_batch.sandbox.limiter import Busiest, FixedWindow, SlidingWindow, Throttle
from lecommercial_batch.sandbox.settings import Limit


def test_the_fixed_window_opens_with_the_first_hit() -> None:
    """Two windows' worth of calls may meet at a border, and a refused hit prolongs nothing."""
    window = FixedWindow(Limit(count=2, period=60))
    assert [window.hit(at).remaining for at in (100, 101)] == [1, 0]
    assert [window.hit(at).wait for at in (130, 159.6)] == [30, 1]
    assert [window.hit(at).wait for at in (160, 160.1, 160.2)] == [None, None, 60]


def test_the_sliding_window_holds_for_any_second() -> None:
    """A call leaves the window exactly one period after it came in."""
    window = SlidingWindow(Limit(count=2, period=1, sliding=True))
    assert [window.hit(at).wait for at in (10.0, 10.9, 10.95)] == [None, None, 1]
    assert [window.hit(at).wait for at in (11.0, 11.5, 11.9)] == [None, 1, None]


def test_each_address_has_its_own_window() -> None:
    """One client cannot use up another's calls."""
    throttle = Throttle(Limit(count=1, period=60))
    assert [throttle.hit(address, 0).wait for address in ("a", "b", "a")] == [None, None, 60]


def test_the_busiest_second_is_found_wherever_it_begins() -> None:
    """The peak stays when the burst is over."""
    busiest = Busiest(1)
    for at in (0.0, 0.5, 0.75, 1.0, 1.5, 5.0):
        busiest.add(at)
    assert busiest.peak == 3
