"""What the API tells of lists and the people in them."""

import re
from dataclasses import dataclass
from typing import Final

from lecommercial_batch.core.mass_dataclass import many

#: What people and programs put between digits.
_BETWEEN: Final = re.compile(r"[\s().\-/\u2010-\u2015\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


@many(kw_only=True)
class Contact:
    """A person as the API knows them."""

    id: int
    phone: str  #: as the API has it, without a plus: bare digits with country code, if all is well
    name: str = ""  #: the first name; empty where there is none
    lastname: str = ""
    written: str = ""  #: the number to the letter as the API has it, where that is not ``phone``

    @property
    def number(self) -> str:
        """The number as people write it: with a plus where it is one with its country code.

        Blanks and the like in it say nothing, and two noughts at its beginning are a plus.
        """
        bare = _BETWEEN.sub("", self.phone)
        return f"+{bare.removeprefix('00')}" if bare.isascii() and bare.isdigit() else self.phone

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

    contact_id: int  #: 0 where the contact was there already and the API does not say
    list_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """A message that the API took, which is all that it ever tells."""

    sender: str  #: the number that it comes from
    to: str
