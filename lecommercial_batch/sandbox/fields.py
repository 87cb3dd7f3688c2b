"""What the fields of a call must be, in Laravel's words."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from lecommercial_batch.sandbox.php import Form, as_integer, as_text


class Kind(StrEnum):
    """What a field holds."""

    TEXT = "string"  #: anything but an array; a number of a JSON body counts as its digits
    DIGITS = "digits"  #: a phone number: digits alone
    URL = "url"  #: an http or https address
    INTEGER = "integer"  #: as PHP's FILTER_VALIDATE_INT has it
    ANYTHING = "array"  #: never looked at before it is used


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A field of an endpoint."""

    name: str
    about: str  #: for the OpenAPI description
    kind: Kind = Kind.TEXT
    required: bool = False
    unless: str = ""  #: a field in whose presence this one is not required
    longest: int | None = None  #: in code points


def validate(form: Form, fields: Iterable[Field]) -> dict[str, list[str]]:
    """Return what is wrong with each field, for those where something is."""
    return {field.name: texts for field in fields if (texts := list(_objections(field, form)))}


def _objections(field: Field, form: Form) -> Iterator[str]:
    value, name = form.get(field.name), f"The {field.name.replace('_', ' ')} field"
    if value is None:
        if field.required and not (field.unless and form.get(field.unless)):
            when = f" when {field.unless.replace('_', ' ')} is not present" if field.unless else ""
            yield f"{name} is required{when}."
    elif field.kind is Kind.ANYTHING:
        return
    elif isinstance(value, dict):
        yield f"{name} must be {'an integer' if field.kind is Kind.INTEGER else 'a string'}."
    else:
        yield from _objections_to_text(field, name, as_text(value))


def _objections_to_text(field: Field, name: str, text: str) -> Iterator[str]:
    if field.kind is Kind.INTEGER and as_integer(text) is None:
        yield f"{name} must be an integer."
    if field.kind is Kind.DIGITS and not (text.isascii() and text.isdigit()):
        yield f"{name} format is invalid."
    if field.kind is Kind.URL and not text.startswith(("http://", "https://")):
        yield f"{name} must be a valid URL."
    if field.longest is not None and len(text) > field.longest:
        yield f"{name} must not be greater than {field.longest} characters."
