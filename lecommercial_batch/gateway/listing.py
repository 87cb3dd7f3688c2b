"""The contacts of a list, page after page."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass

from lecommercial_batch.people import Contact


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some contacts of a list, and where they stand in it."""

    contacts: Sequence[Contact]
    total: int  #: of the whole list
    number: int
    last: int  #: the number of the last page


class Listing:
    """An async iterable over a list's contacts, each once.

    A list that changes while it is read moves contacts from page to page: who comes twice is left out, and where
    its total was not the same on all pages it is read once more, for those who slipped past.
    """

    def __init__(self, read: Callable[[int], Awaitable[Page]]) -> None:
        self._read = read
        self.total: int | None = None  #: how many there are, as the API says; None before the first page

    def __aiter__(self) -> AsyncIterator[Contact]:
        return self._contacts()

    async def _contacts(self) -> AsyncIterator[Contact]:
        seen: set[int] = set()
        for _ in range(2):
            totals: set[int] = set()
            async for page in self._pages():
                self.total = page.total
                totals.add(page.total)
                for contact in page.contacts:
                    if contact.id not in seen:
                        seen.add(contact.id)
                        yield contact
            if len(totals) <= 1:
                return

    async def _pages(self) -> AsyncIterator[Page]:
        number = 1
        while True:
            page = await self._read(number)
            yield page
            if number >= page.last or page.number != number or not page.contacts:
                return
            number += 1
