"""The OpenAPI description of the six endpoints, made of the tables that calls are checked by."""

from collections.abc import Mapping
from importlib.metadata import version
from typing import Any, Final

from lecommercial_batch.sandbox.endpoints import SPECS, Endpoint, Spec
from lecommercial_batch.sandbox.fields import Field, Kind
from lecommercial_batch.sandbox.settings import APPKEY, AUTHKEY

Json = dict[str, Any]

_EXAMPLES: Final = {
    "appkey": APPKEY,
    "authkey": AUTHKEY,
    "to": "33612345678",
    "phone": "33612345678",
    "list_id": 3,
    "message": "Bonjour Jean",
    "file": "https://example.fr/devis.pdf",
    "name": "Jean",
    "lastname": "Dupont",
    "page": 1,
    "variables": {"{prenom}": "Jean"},
}
_KINDS: Final[Mapping[Kind, Json]] = {
    Kind.TEXT: {"type": "string"},
    Kind.DIGITS: {"type": "string", "pattern": "^[0-9]+$"},
    Kind.URL: {"type": "string", "pattern": "^(https?://.*)?$"},
    Kind.INTEGER: {"type": "integer", "minimum": -(10**18), "maximum": 10**18},
    Kind.ANYTHING: {},
}
_ALSO: Final[Mapping[Kind, tuple[str, ...]]] = {
    Kind.TEXT: ("number", "boolean"),
    Kind.DIGITS: ("integer",),
    Kind.URL: (),
}
#: Blanks are trimmed, and nothing is no value.
_FILLED: Final[Json] = {"pattern": r"\S"}
_CONTACT: Final[Json] = {"id": {"type": "integer"}, "phone": {"type": "string"}}
_NAMES: Final[Json] = {"name": {"type": ["string", "null"]}, "lastname": {"type": ["string", "null"]}}


def describe(url: str) -> Json:
    """Return the description, for an API at ``url``."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Le Commercial API, as the sandbox has it",
            "version": version("lecommercial-batch"),
            "description": "The vendor’s page is all that is promised; the rest is as servers of its kind do it.",
        },
        "servers": [{"url": url}],
        "paths": {f"/{path}": {spec.method.lower(): _operation(path, spec)} for path, spec in SPECS.items()},
    }


def _operation(path: Endpoint, spec: Spec) -> Json:
    operation: Json = {
        "operationId": path.replace("-", "_"),
        "summary": spec.summary,
        "responses": _responses(path),
    }
    if spec.method == "GET":
        operation["parameters"] = [
            {
                "name": field.name,
                "in": "query",
                "required": field.required,
                "description": field.about,
                "schema": _schema(field),
            }
            for field in spec.fields
        ]
    else:
        kinds = ["application/x-www-form-urlencoded", "application/json"]
        if spec.method == "POST":  # PHP before 8.4 reads multipart on POST alone
            kinds.insert(0, "multipart/form-data")
        content = {kind: {"schema": _body(spec, typed=kind == "application/json")} for kind in kinds}
        operation["requestBody"] = {"required": True, "content": content}
    return operation


def _body(spec: Spec, *, typed: bool) -> Json:
    body = _object({field.name: _schema(field, typed=typed) for field in spec.fields})
    body["required"] = [field.name for field in spec.fields if field.required and not field.unless]
    for field in spec.fields:
        if field.unless:
            either = (field.name, field.unless)
            body["anyOf"] = [_object({name: {"type": "string", **_FILLED}}, name) for name in either]
    return body


def _schema(field: Field, *, typed: bool = False) -> Json:
    """Describe a field; JSON has types besides texts: a number counts as its digits, null as nothing."""
    schema = {**_KINDS[field.kind], "description": field.about}
    if field.required and field.kind is Kind.TEXT and not field.unless:
        schema |= _FILLED
    if typed and field.kind in _ALSO:
        schema["type"] = [schema["type"], *_ALSO[field.kind]]
        if not field.required or field.unless:
            schema["type"].append("null")
    if field.longest is not None:
        schema["maxLength"] = field.longest
        if typed and field.kind is Kind.DIGITS:
            schema |= {"minimum": 0, "maximum": 10**field.longest - 1}
    if field.name in _EXAMPLES:
        schema["examples"] = [_EXAMPLES[field.name]]
    return schema


def _responses(path: Endpoint) -> Json:
    """Return what may come back: the call's own success, and the refusals that all calls share."""
    text = {"type": "string"}
    failed = _object(
        {"success": {"const": False}, "message": text, "data": {"type": "object"}}, "success", "message"
    )
    invalid = _object({"message": text, "errors": {"type": "object"}}, "message", "errors")
    refused = {"anyOf": [_object({"error": text}, "error"), _object({"message": text}, "message")]}
    limited = _object({"message": text}, "message")
    answers = {
        "200": ("Done; or, with success false, malformed.", {"anyOf": [_success(path), failed]}),
        "401": ("Keys, plan, quota, template, or a message that could not be sent.", refused),
        "422": ("Malformed, in Laravel's words; or the phone is not connected.", {"anyOf": [invalid, refused]}),
        "429": ("Too many calls; nothing was done.", limited),
        "500": ("Anything may have happened.", limited),
        "503": ("Nothing was done.", limited),
    }
    if path is Endpoint.CREATE_MESSAGE:
        answers["403"] = ("The attachment is of the wrong type.", _object({"error": text}, "error"))
    elif path is not Endpoint.LISTS:
        answers["404"] = ("No such list or contact.", failed)
    return {
        status: {"description": about, "content": {"application/json": {"schema": schema}}}
        for status, (about, schema) in sorted(answers.items())
    }


def _success(path: Endpoint) -> Json:
    number, text = {"type": "integer"}, {"type": "string"}
    if path is Endpoint.CREATE_MESSAGE:
        data = _all_of({"from": text, "to": text, "status_code": {"const": 200}})
        return _all_of({"message_status": {"const": "Success"}, "data": data})
    success: Json = {"success": {"const": True}}
    contact = _all_of(_CONTACT | _NAMES)
    match path:
        case Endpoint.LISTS:
            each = _all_of({"id": number, "name": text, "contacts_count": number})
            return _all_of(success | {"data": {"type": "array", "items": each}})
        case Endpoint.CONTACTS:
            meta = dict.fromkeys(("total", "per_page", "current_page", "last_page"), number)
            data = {"type": "array", "maxItems": 50, "items": contact}
            return _all_of(success | {"data": data, "meta": _all_of(meta)})
        case Endpoint.ADD_CONTACT:
            data = _all_of({"contact_id": number, "list_id": number})
        case Endpoint.UPDATE_CONTACT:
            data = _all_of({"contact_id": number, "phone": text} | _NAMES)
        case _:
            return _all_of(success | {"message": text})
    return _all_of(success | {"message": text, "data": data})


def _object(properties: Json, *required: str) -> Json:
    return {"type": "object", "properties": properties, "required": list(required)}


def _all_of(properties: Json) -> Json:
    """Describe an object that has all of these and nothing else."""
    return _object(properties, *properties) | {"additionalProperties": False}
