"""Changes of contact lists, one call of the API each, and how they stand in a journal among messages.

A run of edits is a run like any other: its messages are not texts to people but calls about them, in a lane of
their own. So each is claimed on disk before it is made, paced, never made twice, and reported.
"""

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Final

from lecommercial_batch.core.contact_lists import Contact
from lecommercial_batch.core.mass_dataclass import many
from lecommercial_batch.core.model import Content, Message, Phone, Rate, Row, RunOptions

#: The longest name that the API takes; source: servers of its family.
LONGEST_NAME: Final = 255
_STOP_AFTER: Final = 10  #: failures in a row
_FORMATS: Final = ("xlsx", "csv")
_LANE: Final = " (contacts)"


class EditKind(StrEnum):
    """What is done to a contact."""

    ADD = "add"  #: put into a list
    UPDATE = "update"  #: given other names
    REMOVE = "remove"  #: taken out of a list


@many(kw_only=True)
class Edit:
    """One change of one contact."""

    kind: EditKind
    list_id: int
    name: str = ""
    lastname: str = ""
    written: str = ""  #: the number as the API has it, where that is not the usual way

    def content(self) -> Content:
        """Return it as a message's content: without a text, so that no server would take it for a message."""
        fields = (("kind", self.kind.value), ("list_id", str(self.list_id)))
        given = (("name", self.name), ("lastname", self.lastname))
        number = (("written", self.written),) if self.written else ()
        return Content(variables=fields + given + number)

    @classmethod
    def of(cls, content: Content) -> "Edit":
        """Return the edit that ``content`` wrote."""
        fields = dict(content.variables)
        return cls(
            kind=EditKind(fields["kind"]),
            list_id=int(fields["list_id"]),
            name=fields["name"],
            lastname=fields["lastname"],
            written=fields.get("written", ""),
        )

    def message(self, row: Row, phone: Phone, *, lane: str) -> Message:
        """Return it as a message of a run of edits."""
        return Message(row=row, phone=phone, sender=lane, content=self.content(), variant=self.kind)

    def is_done(self, phone: str, listed: Mapping[str, Contact]) -> bool:
        """Tell whether a list, by its contacts' numbers, is as the edit wants it."""
        contact = listed.get(phone)
        if self.kind is EditKind.REMOVE:
            return contact is None
        return contact is not None and not differs(contact, name=self.name, lastname=self.lastname)


def differs(contact: Contact, *, name: str, lastname: str) -> bool:
    """Tell whether a contact has other names; one that is not given is none to differ from."""
    return bool((name and name != contact.name) or (lastname and lastname != contact.lastname))


def contacts_lane(sender: str) -> str:
    """Return the lane in which a sender's edits are made: beside that of its messages."""
    return f"{sender}{_LANE}"


def sender_of(lane: str) -> tuple[str, bool]:
    """Return the sender of a lane, and whether it is that of its edits."""
    return lane.removesuffix(_LANE), lane.endswith(_LANE)


def changes_lists(options: RunOptions) -> bool:
    """Tell whether something is to be done with lists once a run has ended."""
    return bool(options.add_to_list or options.remove_failed_from)


def edit_options(rate: Rate, directory: Path) -> RunOptions:
    """Return how a run of edits is made, and where its reports go."""
    return RunOptions(
        rate=rate, stop_after_failures=_STOP_AFTER, report_directory=directory.resolve(), report_formats=_FORMATS
    )
