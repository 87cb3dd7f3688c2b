"""What successful answers hold, as types. A body that is not as documented leaves the outcome unknown."""

from collections.abc import Mapping
from typing import Any

from lecommercial_batch.core.contact_lists import Accepted, Added, Contact, ContactList
from lecommercial_batch.gateway.listing import Page
from lecommercial_batch.gateway.refusals import unreadable


def accepted(body: Mapping[str, Any]) -> Accepted:
    data = body.get("data")
    told = data if isinstance(data, dict) else {}  # forks on Meta's Cloud API send none
    return Accepted(sender=_text(told.get("from")), to=_text(told.get("to")))


def added(body: Mapping[str, Any], list_id: int) -> Added:
    data = body.get("data")
    if body.get("success") is not True:  # there already, and nobody says by what id
        return Added(contact_id=0, list_id=list_id)
    if not isinstance(data, dict):
        raise unreadable("add-contact")
    return Added(
        contact_id=_number(data.get("contact_id"), "add-contact"),
        list_id=_number(data.get("list_id", list_id), "add-contact"),
    )


def contact(found: object, path: str = "update-contact") -> Contact:
    if not isinstance(found, dict):
        raise unreadable(path)
    written = _text(found.get("phone"))
    phone = written.lstrip("+")
    return Contact(
        id=_number(found.get("id", found.get("contact_id")), path),
        phone=phone,
        name=_text(found.get("name")),
        lastname=_text(found.get("lastname")),
        written="" if written == phone else written,
    )


def lists(body: Mapping[str, Any]) -> list[ContactList]:
    data = body.get("data")
    if not isinstance(data, list) or not all(isinstance(each, dict) for each in data):
        raise unreadable("lists")
    return [
        ContactList(
            id=_number(each.get("id"), "lists"),
            name=_text(each.get("name")),
            contacts_count=_number(each.get("contacts_count", 0), "lists"),
        )
        for each in data
    ]


def page(body: Mapping[str, Any]) -> Page:
    data, meta = body.get("data"), body.get("meta")
    if not isinstance(data, list):
        raise unreadable("contacts")
    found = [contact(each, "contacts") for each in data]
    told = meta if isinstance(meta, dict) else {}
    total = told.get("total")
    return Page(
        contacts=found,
        total=None if total is None else _number(total, "contacts"),
        number=_number(told.get("current_page", 1), "contacts"),
        last=_number(told.get("last_page", 1), "contacts"),
    )


def _text(value: object) -> str:
    return "" if value is None else str(value).strip()


def _number(value: object, path: str) -> int:
    """Read a whole number, which PHP may write as text."""
    try:
        return int(str(value))
    except ValueError:
        raise unreadable(path) from None
