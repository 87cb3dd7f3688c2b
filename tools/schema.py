"""``make schema``: write the JSON Schemas of campaign files and of JSON reports, as the code has them."""

import json
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Final, NotRequired, get_args, get_origin, get_type_hints

from lecommercial_batch.core.model import Status
from lecommercial_batch.planning.campaign.campaign import campaign_schema
from lecommercial_batch.report.summary import Summary

DOCS: Final = Path(__file__).resolve().parents[1] / "docs"
_DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"
_PLAIN: Final = {str: "string", int: "integer", bool: "boolean", NoneType: "null"}
_IN_FULL: Final = {Status}  #: enumerations of which a report counts all, zeros too


def files() -> Mapping[Path, str]:
    """Return every schema as it stands in its file."""
    schemas = {"campaign.schema.json": campaign_schema(), "report.schema.json": report_schema()}
    return {DOCS / name: _written(schema) for name, schema in schemas.items()}


def report_schema() -> dict[str, Any]:
    """Return the schema of a run's summary, from its types."""
    hints = get_type_hints(Summary, include_extras=True)
    return {
        "$schema": _DRAFT,
        "title": "Report",
        "description": (Summary.__doc__ or "").strip(),
        "type": "object",
        "properties": {name: _described(name, hint) for name, hint in hints.items()},
        "required": [name for name in hints if name in Summary.__required_keys__],
        "additionalProperties": False,
    }


def _described(name: str, hint: Any) -> dict[str, Any]:  # a type, as all here
    kind, description = get_args(hint)
    kind = get_args(kind)[0] if get_origin(kind) is NotRequired else kind
    moment = {"format": "date-time"} if name.endswith("_at") else {}
    return {"description": description, **_of(kind), **moment}


def _of(kind: Any) -> dict[str, Any]:
    match get_origin(kind):
        case None:
            return {"type": _PLAIN[kind]} | ({"minimum": 0} if kind is int else {})
        case origin if origin is UnionType:
            return _union([_of(each) for each in get_args(kind)])
        case origin if origin is list:
            return {"type": "array", "items": _of(get_args(kind)[0])}
        case _:
            names, values = get_args(kind)
            return {"type": "object", **_named(names), "additionalProperties": _of(values)}


def _union(either: list[dict[str, Any]]) -> dict[str, Any]:
    """Join a type with null, which alone is joined here."""
    [first, null] = either
    return first | {"type": [first["type"], null["type"]]}


def _named(names: type[str]) -> dict[str, Any]:
    if not issubclass(names, StrEnum):
        return {}
    values = [member.value for member in names]
    return {"propertyNames": {"enum": values}} | ({"required": values} if names in _IN_FULL else {})


def _written(schema: Mapping[str, Any]) -> str:
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    for file, text in files().items():
        file.write_text(text, encoding="utf-8")
