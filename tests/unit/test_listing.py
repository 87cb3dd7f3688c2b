"""A list is read whole, or it is said that it was not."""

import asyncio
import random
from collections.abc import Callable, Sequence

import pytest

from lecommercial_batch.core.contact_lists import Contact
from lecommercial_batch.core.errors import UnavailableError
from lecommercial_batch.gateway.listing import ROUNDS, Listing, Page

PER_PAGE = 50
#: The ids of a list as a server has them in order for the n-th call.
Order = Callable[[int], Sequence[int]]


class Server:
    """A server's list, whose order or content may be another at each call."""

    def __init__(self, order: Order, *, total: int | None = 130, says_total: bool = True) -> None:
        self._order = order
        self._total = total
        self._says_total = says_total
        self.calls = 0

    async def page(self, number: int) -> Page:
        ids = self._order(self.calls)
        self.calls += 1
        shown = ids[(number - 1) * PER_PAGE : number * PER_PAGE]
        contacts = [Contact(id=each, phone=f"336{each:08d}") for each in shown]
        total = (self._total or len(ids)) if self._says_total else None
        return Page(contacts=contacts, total=total, number=number, last=-(-len(ids) // PER_PAGE))


def read(server: Server) -> list[int]:
    async def scenario() -> list[int]:
        return [contact.id async for contact in Listing(server.page)]

    return asyncio.run(scenario())


def shuffled(call: int) -> list[int]:
    return random.Random(call).sample(range(130), 130)


def test_a_list_that_stays_is_read_once() -> None:
    """130 contacts are three calls."""
    server = Server(lambda _: range(130))

    assert read(server) == list(range(130))
    assert server.calls == 3


def test_pages_in_another_order_at_each_call() -> None:
    """A server that sorts by nothing shows some twice and others not at all: all are found in the end."""
    found = read(Server(shuffled))

    assert sorted(found) == list(range(130))


@pytest.mark.parametrize("shown", [0, 1, 93, 129])
def test_a_list_that_is_never_shown_whole_is_an_error(shown: int) -> None:
    """Fewer than the API says there are, each time: whoever works with the rest would remove or add wrongly."""
    server = Server(lambda _: range(shown))

    with pytest.raises(UnavailableError) as raised:
        read(server)

    assert raised.value.reason == "unstable_list"
    assert f"{shown}" in str(raised.value)
    assert server.calls == ROUNDS * max(1, -(-shown // PER_PAGE))


def test_a_contact_that_is_twice_in_a_list() -> None:
    """As many rows as the API says, twice in the same order: the list is so, and it comes once."""
    ids = [*range(100), 7, *range(100, 129)]

    assert read(Server(lambda _: ids)) == list(range(129))


def test_a_list_that_shrinks_while_it_is_read() -> None:
    """The total changes from page to page: read again until it does not."""
    server = Server(lambda call: range(130) if call < 2 else range(10, 130), total=None)

    assert set(read(server)) >= set(range(10, 130))


def test_a_server_that_says_no_total() -> None:
    """There is nothing to compare with: what it shows is the list."""
    assert read(Server(lambda _: range(130), says_total=False)) == list(range(130))


def test_an_empty_list() -> None:
    """Nobody, as the API says."""
    assert read(Server(lambda _: [], total=None)) == []
