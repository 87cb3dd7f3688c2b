"""What is not ours is seen whole, and moves nothing."""

import ast
import io
import json
import logging
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest

import lecommercial_batch
from lecommercial_batch.cli.terminal import Console, LogFormatter, Table, Text
from lecommercial_batch.core.language import say, say_many
from lecommercial_batch.core.sentence import Sentence
from lecommercial_batch.core.visible import as_json, one_line, unseen, visible

CLI = Path(lecommercial_batch.__file__).parent / "cli"
HOSTILE = "a\x1b[2J\x1b]52;c;QQ==\x07\x9b31m\x7f\r\x08\x00\u202e\u200b\ud800 [/b] [x] :smile: z"


def test_every_unseen_character_is_written_out() -> None:
    """Controls, formats, separators and halves: all of Unicode's, but tab, line feed and the joiner of emoji."""
    for code in range(0x110000):
        character = chr(code)
        if unicodedata.category(character) == "Cn":
            continue  # not assigned, in this version of Unicode
        hidden = unicodedata.category(character) in {"Cc", "Cf", "Zl", "Zp", "Cs"}
        kept = not hidden or character in "\n\t\u200d"
        assert (visible(character) == character) == kept, hex(code)


def test_what_is_written_out_says_which() -> None:
    """The escapes are those that programmers know; letters, emoji and French spaces are left alone."""
    assert visible("\x1b[2J") == "\\x1b[2J"
    assert visible("\u202e") == "\\u202e"
    assert visible("\U000e0041") == "\\U000e0041"
    assert visible("a\r\nb") == "a\\r\nb"
    assert one_line("a\r\nb\t") == "a\\r\\nb\\t"
    for kept in ("Zoé, à 10\u202fh\u00a0!", "👩‍👩‍👧 ❤️", "مرحبا", "a\tb\nc", ""):
        assert visible(kept) == kept
    assert unseen("a\x1b\x1b\u202e\n") == ("\\x1b", "\\u202e")


def test_json_means_the_same_and_holds_none() -> None:
    """What JSON writes raw is escaped, and reads as it was."""
    value = {"name": HOSTILE.replace("\ud800", "") + "\U000e0041"}
    written = as_json(json.dumps(value, ensure_ascii=False))
    assert json.loads(written) == value
    assert not unseen(written)


def test_values_of_a_sentence_stay_on_its_line() -> None:
    """A value cannot begin a line that looks like one of ours."""
    assert say(Sentence("called {name}.", name="a\nProof: 1\x1b[A")) == "called a\\nProof: 1\\x1b[A."
    assert say_many("{count} of {name}", "{count} of {name}", 2, name="a\r") == "2 of a\\r"


@pytest.fixture
def shown() -> tuple[Console, io.StringIO]:
    console = Console()
    out = io.StringIO()
    console.file = out
    return console, out


def _table() -> Table:
    table = Table("heading")
    table.add_row(HOSTILE)
    table.add_row(Text(HOSTILE, style="bold"))
    return table


@pytest.mark.parametrize(
    "piece",
    [
        HOSTILE,
        Text(HOSTILE),
        Text("x").append(HOSTILE, "bold"),
        Text.of_pieces((HOSTILE, "bold"), ("y", "")),
        Text(" ").join([Text(HOSTILE)]),
        _table(),
    ],
    ids=["string", "text", "append", "pieces", "join", "table"],
)
def test_nothing_printed_is_obeyed_hidden_or_taken_for_markup(
    piece: object, shown: tuple[Console, io.StringIO]
) -> None:
    """Whatever way it reaches the console: all of it is there, and none of it is raw."""
    console, out = shown
    console.print(piece, soft_wrap=True)
    printed = out.getvalue()
    assert not unseen(printed)
    if not isinstance(piece, Table):
        assert visible(HOSTILE) in printed
    assert printed.replace("\n", "").replace("│", "").count("smile:")


def test_a_log_is_of_one_line_an_entry() -> None:
    """An entry cannot pretend to be two, nor move a terminal that shows the log."""
    record = logging.LogRecord("a", logging.INFO, "", 0, "said %s", ("x\n2026 fine\x1b[2J",), None)
    assert LogFormatter("%(message)s").format(record) == "said x\\n2026 fine\\x1b[2J"


@pytest.mark.parametrize("file", sorted(CLI.glob("*.py")), ids=lambda file: file.name)
def test_the_command_speaks_through_one_door(file: Path) -> None:
    """No module but the door takes rich's console, text or table, or turns markup or emoji on."""
    others = set(_of_rich(file)) if file.name != "terminal.py" else set()
    assert others <= {"rich.padding", "rich.panel", "rich.progress"}
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        place = f"{file.name}:{getattr(node, 'lineno', 0)}"
        match node:
            case ast.Attribute(attr=name):
                assert name not in {"from_markup", "assemble"}, place
            case ast.keyword(arg="markup" | "emoji", value=value):
                assert isinstance(value, ast.Constant), place
                assert value.value is False, place
            case ast.Call(func=ast.Name(id="TextColumn"), keywords=given):
                assert any(each.arg == "markup" for each in given), place
            case ast.Call(func=ast.Name(id="Panel"), keywords=given):
                titles = [each.value for each in given if each.arg in {"title", "subtitle"}]
                assert all(isinstance(title, ast.Call) for title in titles), f"{place}: a title is a Text"
            case ast.Call(func=ast.Name(id="print")):
                pytest.fail(f"{place}: print, past the door")


def _of_rich(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("rich"):
            yield node.module or ""
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.startswith("rich"))
