"""The six endpoints: their methods and fields, from which calls are checked and the description is written."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from lecommercial_batch.sandbox.fields import Field, Kind

FILE_TYPES: Final = ("jpg", "jpeg", "png", "webp", "pdf", "docx", "xlsx", "csv", "txt")


class Endpoint(StrEnum):
    """A path under /api."""

    CREATE_MESSAGE = "create-message"  #: send one message
    ADD_CONTACT = "add-contact"  #: put a contact into a list
    LISTS = "lists"  #: all lists, with how many contacts each has
    CONTACTS = "contacts"  #: a list's contacts, fifty a page
    UPDATE_CONTACT = "update-contact"  #: rename a contact
    REMOVE_CONTACT = "remove-contact"  #: take a contact out of a list


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """How an endpoint is called."""

    method: str
    summary: str
    fields: tuple[Field, ...]

    @property
    def methods(self) -> tuple[str, ...]:
        """The methods that reach it: a GET route takes HEAD as well."""
        return ("GET", "HEAD") if self.method == "GET" else (self.method,)


_AUTHKEY: Final = Field(name="authkey", about="The user's key.", required=True)
_LIST: Final = Field(name="list_id", about="The list.", kind=Kind.INTEGER, required=True)
_PHONE: Final = Field(
    name="phone",
    about="The contact's number with its country code, digits alone.",
    kind=Kind.DIGITS,
    required=True,
    longest=15,
)
_NAMES: Final = (
    Field(name="name", about="The first name.", longest=255),
    Field(name="lastname", about="The last name.", longest=255),
)

SPECS: Final[Mapping[Endpoint, Spec]] = {
    Endpoint.CREATE_MESSAGE: Spec(
        method="POST",
        summary="Send a WhatsApp message: a text, with a file or without, or a template.",
        fields=(
            Field(name="appkey", about="The application's key.", required=True),
            _AUTHKEY,
            Field(
                name="to",
                about="The recipient's number with its country code, digits alone.",
                kind=Kind.DIGITS,
                required=True,
                longest=13,
            ),
            Field(name="message", about="The text.", required=True, unless="template_id", longest=1000),
            Field(
                name="file",
                about=f"The address of an attachment: {', '.join(FILE_TYPES)}.",
                kind=Kind.URL,
                longest=200,
            ),
            Field(name="template_id", about="The UUID of a template, in place of text and file."),
            Field(name="variables", about="What the template's placeholders stand for.", kind=Kind.ANYTHING),
        ),
    ),
    Endpoint.ADD_CONTACT: Spec(
        method="POST",
        summary="Put a contact into a list, without sending anything.",
        fields=(_AUTHKEY, _LIST, _PHONE, *_NAMES),
    ),
    Endpoint.LISTS: Spec(
        method="GET",
        summary="Return all lists, with how many contacts each has.",
        fields=(_AUTHKEY,),
    ),
    Endpoint.CONTACTS: Spec(
        method="GET",
        summary="Return the contacts of a list, fifty a page.",
        fields=(_AUTHKEY, _LIST, Field(name="page", about="The page; a bad one is 1.", kind=Kind.ANYTHING)),
    ),
    Endpoint.UPDATE_CONTACT: Spec(
        method="PUT",
        summary="Change the names of the contact with this number.",
        fields=(_AUTHKEY, _PHONE, *_NAMES),
    ),
    Endpoint.REMOVE_CONTACT: Spec(
        method="DELETE",
        summary="Take a contact out of a list, without deleting it.",
        fields=(_AUTHKEY, _LIST, _PHONE),
    ),
}
