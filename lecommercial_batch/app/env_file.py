"""The ``.env`` file: lines ``NAME=value``, read or refused with the line; what stands in it is never shown."""

import io
from collections.abc import Mapping
from pathlib import Path

from dotenv import dotenv_values
from dotenv.parser import parse_stream

from lecommercial_batch.core.errors import Problem, SettingsError
from lecommercial_batch.core.language import why
from lecommercial_batch.core.sentence import Sentence


def read_env(path: Path) -> Mapping[str, str]:
    """Return the names of the file with their values; nothing where there is no such file.

    Raises:
        SettingsError: it cannot be read, or has a line that says nothing: perhaps a key's.
    """
    if not path.is_file():
        return {}
    text = _text(path)
    faults = [
        binding.original.line + _blank_lines(binding.original.string)
        for binding in parse_stream(io.StringIO(text))
        if binding.error
    ]
    if faults:
        raise SettingsError(*(_broken(path, line) for line in faults))
    return {name: value for name, value in dotenv_values(stream=io.StringIO(text)).items() if value is not None}


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        message = Sentence("this is not a text file in UTF-8")
        advice = Sentence("Save it anew, with UTF-8 as its encoding.")
    except OSError as error:
        message = Sentence("the file cannot be read: {error}", error=why(error))
        advice = Sentence("See to it that you may read it.")
    raise SettingsError(Problem(code="unreadable_file", file=str(path), message=message, advice=advice))


def _blank_lines(statement: str) -> int:
    """Count the empty lines that the parser takes for a part of the statement after them."""
    return statement[: len(statement) - len(statement.lstrip())].count("\n")


def _broken(path: Path, line: int) -> Problem:
    return Problem(
        code="broken_env",
        file=str(path),
        row=line,
        message=Sentence("this line cannot be understood, so that what it sets would be missing"),
        advice=Sentence("Write {example}, in one line; # begins a remark.", example='LECOMMERCIAL_AUTHKEY="…"'),
    )
