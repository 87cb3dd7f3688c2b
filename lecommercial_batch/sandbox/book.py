"""The lists of a sandbox and the contacts in them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A person as the API knows them: one a number, whatever the lists they are in."""

    id: int
    phone: str
    name: str | None
    lastname: str | None

    def as_json(self) -> dict[str, object]:
        """Return it as GET /api/contacts shows it."""
        return {"id": self.id, "phone": self.phone, "name": self.name, "lastname": self.lastname}


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody to put into a sandbox from the start."""

    phone: str
    name: str | None = None
    lastname: str | None = None
    lists: tuple[int, ...]


class Book:
    """Lists that are there from the start, as the API has no call to make one, and their contacts."""

    def __init__(self, lists: Mapping[int, str], people: Iterable[Person] = ()) -> None:
        self.lists = dict(lists)  #: id to name
        self._members: dict[int, set[int]] = {number: set() for number in lists}
        self._contacts: dict[int, Contact] = {}
        self._ids: dict[str, int] = {}
        for person in people:
            for number in person.lists:
                self.add(number, person.phone, name=person.name, lastname=person.lastname)

    def as_json(self) -> list[dict[str, object]]:
        """Return the lists as GET /api/lists shows them."""
        return [
            {"id": number, "name": name, "contacts_count": self.count(number)}
            for number, name in self.lists.items()
        ]

    def count(self, list_id: int) -> int:
        """Return how many contacts a list has."""
        return len(self._members[list_id])

    def contacts(self, list_id: int) -> list[Contact]:
        """Return a list's contacts in the order of their ids."""
        return [self._contacts[number] for number in sorted(self._members[list_id])]

    def find(self, phone: str) -> Contact | None:
        """Return the contact with this number."""
        return self._contacts.get(self._ids.get(phone, 0))

    def holds(self, list_id: int, contact: Contact) -> bool:
        """Tell whether a contact is in a list."""
        return contact.id in self._members[list_id]

    def add(self, list_id: int, phone: str, *, name: str | None, lastname: str | None) -> Contact:
        """Put a contact into a list; a number that is known keeps its id, and its names where none are given."""
        number = self._ids.setdefault(phone, len(self._ids) + 1)
        known = self._contacts.get(number) or Contact(id=number, phone=phone, name=None, lastname=None)
        self._members[list_id].add(number)
        return self.rename(known, name=name, lastname=lastname)

    def rename(self, contact: Contact, *, name: str | None, lastname: str | None) -> Contact:
        """Change the names that are given."""
        changed = replace(contact, name=name or contact.name, lastname=lastname or contact.lastname)
        self._contacts[contact.id] = changed
        return changed

    def remove(self, list_id: int, contact: Contact) -> None:
        """Take a contact out of a list; it stays known."""
        self._members[list_id].discard(contact.id)
