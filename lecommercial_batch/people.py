"""What the API tells of lists and the people in them."""

from dataclasses import dataclass

from lecommercial_batch.many import many


@many(kw_only=True)
class Contact:
    """A person as the API knows them."""

    id: int
    phone: str  #: bare digits with country code, as the API has it
    name: str = ""  #: the first name; empty where there is none
    lastname: str = ""

    def __repr__(self) -> str:
        return f"Contact(id={self.id}, …)"


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactList:
    """A list of contacts."""

    id: int
    name: str
    contacts_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """A contact that is in a list now."""

    contact_id: int
    list_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """A message that the API took, which is all that it ever tells."""

    sender: str  #: the number that it comes from
    to: str
