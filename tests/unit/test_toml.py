"""What pydantic and tomllib find wrong is said in our words, with the place."""

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from tomllib import _parser  # type: ignore[attr-defined]  # for what it may say

import pytest
from pydantic import BaseModel

from lecommercial_batch.app.settings import _SendersFile
from lecommercial_batch.planning.campaign.campaign import CampaignFile
from lecommercial_batch.planning.campaign.toml import TomlError, broken, read_toml

#: One value of every kind that TOML knows, and limits of each.
VALUES = (
    *("''", "'x'", "'é'", "0", "-1", "1", "99999999999999999999", "0.5", "-0.5", "inf", "nan", "true", "1e400"),
    *("2026-12-24", "10:00:00", "2026-12-24T10:00:00", "'2026-13-45'", "[]", "[1]", "['x']", "[[]]", "{}"),
    *("{a=1}", "[{}]", f"'{'x' * 300}'"),
)
#: What pydantic says, of which a piece in a sentence would be English.
ENGLISH = re.compile(r"(?i)input should|valid |unable to|instance of|must be a valid")


def said_by_tomllib() -> Iterator[str]:
    for call in ast.walk(ast.parse(inspect.getsource(_parser))):
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "suffixed_err":
            match call.args[2]:
                case ast.Constant(value=said):
                    yield str(said)
                case ast.JoinedStr(values=values):
                    yield "".join(str(getattr(each, "value", "x")) for each in values)


def keys(model: type[BaseModel], table: str = "") -> Iterator[tuple[str, str]]:
    for name, field in model.model_fields.items():
        yield table, name
        inner = [field.annotation, *getattr(field.annotation, "__args__", ())]
        for each in inner:
            if isinstance(each, type) and issubclass(each, BaseModel):
                yield from keys(each, f"{table}.{name}".strip("."))


def problems(folder: Path, text: str, model: type[BaseModel]) -> Iterator[tuple[str, str]]:
    file = folder / "x.toml"
    file.write_text(text, encoding="utf-8")
    try:
        read_toml(file, model)
    except TomlError as error:
        for each in error.problems:
            assert each.file == str(file)
            yield each.column, str(each.message)


@pytest.mark.parametrize("model", [CampaignFile, _SendersFile])
def test_every_misfit_of_every_key_is_said_in_our_words(model: type[BaseModel], tmp_path: Path) -> None:
    """Each key of each table gets each kind of value: what does not fit is named, not in pydantic's English."""
    for table, key in keys(model):
        for value in VALUES:
            text = (f"[{table}]\n" if table else "") + f"{key} = {value}\n"
            for column, message in problems(tmp_path, text, model):
                assert not ENGLISH.search(message), (text, message)
                assert "does not fit" not in message, (text, message)
                assert column or "table" in message or "exactly one" in message or "variants" in message, text


def test_all_that_tomllib_says_is_known() -> None:
    """A message that a new Python says makes this fail, and is then put into our words."""
    said = list(said_by_tomllib())

    assert len(said) > 15
    for each in said:
        assert "as TOML wants it" not in str(broken(f"{each} (at line 1, column 1)")), each


@pytest.mark.parametrize(
    "text",
    [
        "a = [1",
        "a = {b = 1",
        "a = 2026-99-99",
        "[a]\n[a]",
        "a = 1\na = 2",
        "é = 1",
        '"a',
        "a = '\x01'",
        "[[a]",
        "a = 1 2",
    ],
)
def test_broken_toml_is_said_in_our_words(text: str, tmp_path: Path) -> None:
    """The usual slips, through the door that people use."""
    ((_, message),) = problems(tmp_path, text, CampaignFile)

    assert not re.search("(?i)unclosed|invalid|expected|cannot|illegal", message)
