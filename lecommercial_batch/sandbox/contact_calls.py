"""What the five list and contact endpoints answer."""

import math
from collections.abc import Sequence
from typing import Final, assert_never

from lecommercial_batch.sandbox import replies
from lecommercial_batch.sandbox.book import Book, Contact
from lecommercial_batch.sandbox.endpoints import SPECS, Endpoint
from lecommercial_batch.sandbox.fields import validate
from lecommercial_batch.sandbox.php import Form, Value, as_integer, as_text
from lecommercial_batch.sandbox.replies import Reply
from lecommercial_batch.sandbox.settings import Settings, Switches

PER_PAGE: Final = 50


def examine(endpoint: Endpoint, fields: Form, *, settings: Settings, switches: Switches) -> Reply | None:
    """Check a call up to the delay, validation before the key; None where it may go on."""
    if errors := validate(fields, SPECS[endpoint].fields):
        return replies.invalid(errors, status=settings.validation_status)
    if as_text(fields.get("authkey")) not in settings.authkeys or switches.plan_expired:
        return replies.AUTHKEY
    return None


def carry_out(endpoint: Endpoint, fields: Form, book: Book) -> Reply:
    """Do what a call that passed its checks asks for, and answer it."""
    match endpoint:
        case Endpoint.LISTS:
            return replies.done(data=book.as_json())
        case Endpoint.UPDATE_CONTACT:
            return _update(fields, book)
        case Endpoint.CONTACTS | Endpoint.ADD_CONTACT | Endpoint.REMOVE_CONTACT:
            list_id = as_integer(fields.get("list_id")) or 0
            if list_id not in book.lists:
                return replies.not_found("List")
            if endpoint is Endpoint.CONTACTS:
                return _page(list_id, fields.get("page"), book)
            if endpoint is Endpoint.ADD_CONTACT:
                return _add(list_id, fields, book)
            return _remove(list_id, fields, book)
        case Endpoint.CREATE_MESSAGE:
            raise ValueError("a message is not a contact call")
        case _:
            assert_never(endpoint)


def paginate(contacts: Sequence[Contact], asked: Value) -> tuple[Sequence[Contact], dict[str, int]]:
    """Return a page and its ``meta`` as Laravel's paginator does.

    A bad page is 1, one past the end is empty, and the last one is 1 at least.
    """
    wanted = as_integer(asked)
    number = wanted if wanted is not None and wanted >= 1 else 1
    last = max(1, math.ceil(len(contacts) / PER_PAGE))
    meta = {"total": len(contacts), "per_page": PER_PAGE, "current_page": number, "last_page": last}
    return contacts[(number - 1) * PER_PAGE : number * PER_PAGE], meta


def _page(list_id: int, asked: Value, book: Book) -> Reply:
    shown, meta = paginate(book.contacts(list_id), asked)
    return replies.done(data=[contact.as_json() for contact in shown], meta=meta)


def _add(list_id: int, fields: Form, book: Book) -> Reply:
    contact = book.add(list_id, as_text(fields.get("phone")), **_names(fields))
    data = {"contact_id": contact.id, "list_id": list_id}
    return replies.done("Contact added to list successfully", data=data)


def _update(fields: Form, book: Book) -> Reply:
    contact = _named(fields, book)
    if contact is None:
        return replies.not_found("Contact")
    changed = book.rename(contact, **_names(fields))
    data = {"contact_id": changed.id, "phone": changed.phone, "name": changed.name, "lastname": changed.lastname}
    return replies.done("Contact updated successfully", data=data)


def _remove(list_id: int, fields: Form, book: Book) -> Reply:
    contact = _named(fields, book)
    if contact is None or not book.holds(list_id, contact):
        return replies.not_found("Contact")
    book.remove(list_id, contact)
    return replies.done("Contact removed from list successfully")


def _named(fields: Form, book: Book) -> Contact | None:
    return book.find(as_text(fields.get("phone")))


def _names(fields: Form) -> dict[str, str | None]:
    return {name: as_text(fields.get(name)) or None for name in ("name", "lastname")}
