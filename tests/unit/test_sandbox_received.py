"""How messages are found by their number."""

import pytest

from lecommercial_batch.sandbox.received import Received, Window, digits


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [("06 12 34", "61234"), ("+33 6 12", "33612"), ("0033612", "33612"), ("612", "612"), ("", ""), ("x", "")],
)
def test_a_number_is_found_as_people_type_it(typed: str, wanted: str) -> None:
    """National or international, with any separators."""
    assert digits(typed) == wanted
    assert wanted in "33612345678"


def a_message(to: str) -> Received:
    return Received(to=to, message="", file="", template_id="", variables=None, sender="", text="", at=0)


def test_a_window_looks_from_the_newest_back() -> None:
    """Places count from 1; the bounds are not among them; only matching numbers are."""
    received = [a_message(to) for to in ("331", "332", "331", "332", "331")]

    def places(window: Window) -> list[int]:
        return [place for place, _ in window.look(received)]

    assert places(Window()) == [5, 4, 3, 2, 1]
    assert places(Window(after=2, before=5)) == [4, 3]
    assert places(Window(number="+33 1")) == [5, 3, 1]
    assert places(Window(before=99, after=99)) == []
