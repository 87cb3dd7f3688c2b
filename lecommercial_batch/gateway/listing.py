"""The contacts of a list, page after page."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from lecommercial_batch.core.contact_lists import Contact
from lecommercial_batch.core.errors import Problem, UnavailableError
from lecommercial_batch.core.sentence import Sentence

#: How often a list is read that is not the same on all its pages.
ROUNDS: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some contacts of a list, and where they stand in it."""

    contacts: Sequence[Contact]
    total: int | None  #: of the whole list; None where the API does not say
    number: int
    last: int  #: the number of the last page


@dataclass(slots=True)
class _Round:
    """One reading of all pages."""

    ids: list[int] = field(default_factory=list)
    totals: set[int] = field(default_factory=set)

    def take(self, page: Page) -> None:
        self.ids += [contact.id for contact in page.contacts]
        if page.total is not None:
            self.totals.add(page.total)


class Listing:
    """An async iterable over a list's contacts, each once.

    A list that changes while it is read, or whose pages are in no order that stays, moves contacts from page to
    page: who comes twice is left out, and where not as many came as the API says there are, or not the same number
    on all pages, it is read again for those who slipped past.

    Raises:
        UnavailableError: after ``ROUNDS`` readings it is not known whether all have been seen.
    """

    def __init__(self, read: Callable[[int], Awaitable[Page]]) -> None:
        self._read = read
        self.total: int | None = None  #: how many there are, as the API says; None before the first page

    def __aiter__(self) -> AsyncIterator[Contact]:
        return self._contacts()

    async def _contacts(self) -> AsyncIterator[Contact]:
        seen: set[int] = set()
        before = _Round()
        for _ in range(ROUNDS):
            now = _Round()
            async for page in self._pages():
                self.total = page.total
                now.take(page)
                for contact in page.contacts:
                    if contact.id not in seen:
                        seen.add(contact.id)
                        yield contact
            if _is_whole(now, before, seen):
                return
            before = now
        raise _unstable(self.total, len(seen))

    async def _pages(self) -> AsyncIterator[Page]:
        number = 1
        while True:
            page = await self._read(number)
            yield page
            if number >= page.last or page.number != number or not page.contacts:
                return
            number += 1


def _is_whole(now: _Round, before: _Round, seen: set[int]) -> bool:
    """Tell whether nobody can have slipped past."""
    if len(now.totals) > 1:
        return False
    if not now.totals:
        return True  # nothing to compare with
    total = next(iter(now.totals))
    if len(set(now.ids)) == total or (now.totals == before.totals and len(seen) == total):
        return True
    # Twice the same, row for row, and as many rows as there should be: some contacts are in the list twice.
    return len(now.ids) == total and now.ids == before.ids


def _unstable(total: int | None, seen: int) -> UnavailableError:
    message = Sentence(
        "the list cannot be read whole: the API says that it has {total} contacts, and shows {seen}",
        total=total or 0,
        seen=seen,
    )
    advice = Sentence("Nothing was changed. Try again when nobody else changes the list.")
    return UnavailableError(Problem(code="unstable_list", message=message, advice=advice), reason="unstable_list")
