"""TOML files that people write: read, checked against a pydantic model, every fault named with its line."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError

from lecommercial_batch.core.errors import InputError, Problem
from lecommercial_batch.core.language import why
from lecommercial_batch.core.sentence import N_, Sentence

_TEXT: Final = N_("“{key}” must be a text, between quotation marks")
_WHOLE: Final = N_("“{key}” must be a whole number")
_NUMBER: Final = N_("“{key}” must be a number")
_LIST: Final = N_("“{key}” must be a list, between square brackets")
_TABLE: Final = N_("“{key}” must be a table of keys and their values")
_FILLED: Final = N_("“{key}” must not be empty")
_CHOICE: Final = N_("“{key}” must be one of: {expected}")
_TRUTH: Final = N_("“{key}” must be true or false, without quotation marks")
_MOMENT: Final = N_("“{key}” must be a date and an hour, such as 2026-12-24T10:00:00")
_UNFIT: Final = N_("“{key}” has a value that does not fit")
#: Pydantic's types of errors that the models can meet.
_MISFITS: Final[Mapping[str, str]] = {
    "string_type": _TEXT,
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_from_float": _WHOLE,
    "int_parsing_size": _WHOLE,
    "finite_number": _NUMBER,
    "bool_type": _TRUTH,
    "bool_parsing": _TRUTH,
    **dict.fromkeys(
        ("datetime_type", "datetime_parsing", "datetime_from_date_parsing", "datetime_object_invalid"), _MOMENT
    ),
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "list_type": _LIST,
    "dict_type": _TABLE,
    "mapping_type": _TABLE,
    "model_type": _TABLE,
    "string_too_short": _FILLED,
    "too_short": _FILLED,
    "string_too_long": N_("“{key}” must have {max_length} characters at most"),
    "too_long": N_("“{key}” has more values than {max_length}"),
    "less_than": N_("“{key}” must be less than {lt}"),
    "greater_than": N_("“{key}” must be more than {gt}"),
    "greater_than_equal": N_("“{key}” must be {ge} or more"),
    "less_than_equal": N_("“{key}” must be {le} or less"),
    "literal_error": _CHOICE,
    "enum": _CHOICE,
}

_NO_TOML: Final = N_("this is not written as TOML wants it")
_UNCLOSED: Final = N_("a quotation mark is missing")
_BACKSLASH: Final = N_("inside quotation marks a \\ is written twice; in a path, write / instead")
_TWICE: Final = N_("a key or a [table] stands there twice")
_HIDDEN: Final = N_("an invisible character stands there, which no text may hold")
#: How what tomllib says begins, and what we say of the slips that people make.
_BROKEN: Final[Mapping[str, str]] = {
    "Invalid value": N_("this value is not written as it must be"),
    "Invalid statement": N_("this line is neither a key with its value nor a [table]"),
    "Illegal character '\\n'": _UNCLOSED,
    "Illegal character": _HIDDEN,
    "Found invalid character": _HIDDEN,
    "Unterminated string": _UNCLOSED,
    "Unescaped '\\' in a string": _BACKSLASH,
    "Invalid hex value": _BACKSLASH,
    "Escaped character is not a Unicode scalar value": _BACKSLASH,
    "Expected newline or end of document after a statement": N_(
        "there is something too much at the end of this line"
    ),
    "Expected '=' after a key in a key/value pair": N_("the sign = is missing after the key"),
    "Expected ']' at the end of a table declaration": N_("the bracket ] is missing after the table’s name"),
    "Expected ']]' at the end of an array declaration": N_("the brackets ]] are missing after the table’s name"),
    "Expected ": _UNCLOSED,
    "Unclosed array": N_("the bracket ] that ends the list is missing"),
    "Unclosed inline table": N_("the brace that ends the values is missing"),
    "Invalid date or datetime": N_("this date does not exist"),
    "Invalid initial character for a key part": N_(
        "a key has letters without accents, digits, - and _; any other stands between quotation marks"
    ),
    "Cannot overwrite a value": N_("a key stands there twice"),
    "Cannot declare": _TWICE,
    "Cannot mutate immutable namespace": _TWICE,
    "Cannot redefine namespace": _TWICE,
    "Duplicate inline table key": _TWICE,
}

M = TypeVar("M", bound=BaseModel)


class TomlError(InputError):
    """The file cannot be read, is not TOML, or does not fit its model; callers raise it as their own."""


def read_toml(path: Path, model: type[M]) -> M:
    """Read a file into ``model``.

    Raises:
        TomlError: with one problem for each fault, its place in the file and what to do.
    """
    text = _read(path)
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        problem = Problem(
            code="broken_toml",
            file=str(path),
            row=int(line[1]) if line else text.count("\n") + 1,
            message=broken(str(error)),
            advice=Sentence(
                "A text goes between quotation marks; one of several lines between three at each end."
            ),
        )
        raise TomlError(problem) from error
    try:
        return model.model_validate(found)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=True)
        raise TomlError(*(_problem(path, text, model, dict(fault)) for fault in faults)) from error


def broken(error: str) -> Sentence:
    """Say what is broken; tomllib's words end with the place, which is shown before."""
    return Sentence(next((words for begins, words in _BROKEN.items() if error.startswith(begins)), _NO_TOML))


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        near = get_close_matches(path.name, [p.name for p in path.parent.glob("*.toml")], n=1, cutoff=0.4)
        advice = (
            Sentence("Did you mean {file}?", file=str(path.parent / near[0]))
            if near
            else Sentence("Check the path; `lecommercial-batch init SPREADSHEET` writes a first campaign file.")
        )
        problem = Problem(
            code="file_not_found", file=str(path), message=Sentence("there is no such file"), advice=advice
        )
        raise TomlError(problem) from error
    except (OSError, UnicodeDecodeError) as error:
        message = (
            Sentence("the file cannot be read: {error}", error=why(error))
            if isinstance(error, OSError)
            else Sentence("this is not a text file in UTF-8")
        )
        problem = Problem(
            code="unreadable_file",
            file=str(path),
            message=message,
            advice=Sentence("A campaign is a text file, saved in UTF-8, that you may read."),
        )
        raise TomlError(problem) from error


def _problem(path: Path, text: str, model: type[BaseModel], fault: Mapping[str, Any]) -> Problem:
    place = [str(part) for part in fault["loc"] if not isinstance(part, int)]
    code, message, advice = _words(model, place, fault)
    return Problem(
        code=code,
        file=str(path),
        row=_line(text, place),
        column=".".join(place),
        message=message,
        advice=advice,
    )


def _words(
    model: type[BaseModel], place: Sequence[str], fault: Mapping[str, Any]
) -> tuple[str, Sentence, Sentence]:
    name = place[-1] if place else ""
    match fault["type"]:
        case "extra_forbidden":
            known = _known_keys(model, place[:-1])
            near = get_close_matches(name, known, n=1, cutoff=0.5)
            advice = (
                Sentence("Did you mean “{key}”?", key=near[0])
                if near
                else Sentence("Keys known here: {keys}.", keys=", ".join(known))
            )
            return "unknown_key", Sentence("the key “{key}” is not known", key=name), advice
        case "missing":
            advice = Sentence("Add it. docs/campaign-file.md shows every key.")
            return "missing_key", Sentence("the key “{key}” is missing", key=name), advice
        case "value_error":
            error = fault["ctx"]["error"]
            sentence, advice = (*error.args, Sentence(""))[:2]
            words = sentence if isinstance(sentence, Sentence) else Sentence("{error}", error=str(sentence))
            return "bad_value", words, advice if isinstance(advice, Sentence) else Sentence("")
        case _:
            return (
                "bad_value",
                misfit(name, fault),
                Sentence("docs/campaign-file.md shows an example of every key."),
            )


def misfits(name: str, error: BaseException | None) -> Sequence[Sentence]:
    """Return what an error of pydantic's says of a value, in sentences; nothing for any other error."""
    if not isinstance(error, ValidationError):
        return ()
    return [misfit(name, dict(fault)) for fault in error.errors(include_url=False)]


def misfit(name: str, fault: Mapping[str, Any]) -> Sentence:
    """Say why a value does not fit, in our words where we have some."""
    limits = {key: str(value).replace(" or ", ", ") for key, value in fault.get("ctx", {}).items()}
    return Sentence(_MISFITS.get(fault["type"], _UNFIT), key=name, **limits)


def _known_keys(model: type[BaseModel], place: Sequence[str]) -> list[str]:
    for part in place:
        field = model.model_fields.get(part)
        inner = field.annotation if field else None
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            model = inner
    return [field.alias or name for name, field in model.model_fields.items()]


def _line(text: str, place: Sequence[str]) -> int | None:
    """Find the line of a key, as near as can be said without a parser that keeps positions."""
    if not place:
        return None
    table, current, best = ".".join(place[:-1]), "", None
    for number, line in enumerate(text.splitlines(), start=1):
        if header := re.match(r"\s*\[+([^\]]+)\]", line):
            current = header[1].strip()
            if current == ".".join(place):
                return number
            if current == table:
                best = number
        elif current == table and re.match(rf"\s*[\"']?{re.escape(place[-1])}[\"']?\s*=", line):
            return number
    return best
