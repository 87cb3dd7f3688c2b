"""What a server says is kept without keys in any form, without control characters, and cut."""

import json
import unicodedata
from collections.abc import Callable
from html import escape
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lecommercial_batch.gateway.redaction import LONGEST_DETAIL, REDACTED, Redactor

KEY = "aB3/dE+f=Gh1jK4m&9xZ"

#: Each way in which servers, frameworks and proxies write a key that they were given.
WRITTEN: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "PHP's JSON": lambda key: json.dumps(key).replace("/", "\\/"),
    "JSON in JSON": lambda key: json.dumps(json.dumps(key).replace("/", "\\/")),
    "JSON, all escaped": lambda key: "".join(f"\\u{ord(each):04x}" for each in key),
    "JSON, all escaped, in capitals": lambda key: "".join(f"\\u{ord(each):04X}" for each in key),
    "HTML": escape,
    "HTML, by number": lambda key: "".join(f"&#{ord(each)};" for each in key),
    "HTML, in hexadecimal": lambda key: "".join(f"&#x{ord(each):x};" for each in key),
    "HTML, the plus alone": lambda key: key.replace("+", "&#43;"),
    "HTML, by name": lambda key: key.replace("+", "&plus;").replace("/", "&sol;").replace("=", "&equals;"),
    "HTML in HTML": lambda key: escape(escape(key)),
    "an address": lambda key: quote(key, safe=""),
    "a form": quote_plus,
    "an address in an address": lambda key: quote(quote(key, safe=""), safe=""),
    "an address, all escaped": lambda key: "".join(f"%{ord(each):02x}" for each in key),
    "broken into lines": lambda key: "\n".join(key[begin : begin + 3] for begin in range(0, len(key), 3)),
    "broken into lines of JSON": lambda key: f"{key[:9]}\\n{key[9:]}",
    "with blanks that nobody sees": "\u200b".join,
    "with control characters": "\x00".join,
    "cut by a trace": lambda key: f"{key[:15]}...",
    "its end alone": lambda key: f"...{key[-9:]}",
}


@pytest.mark.parametrize("written", WRITTEN.values(), ids=WRITTEN)
def test_a_key_is_taken_out_however_it_is_written(written: Callable[[str], str]) -> None:
    """What stands before and after stays; of the key nothing does."""
    said = Redactor([KEY]).detail(f"before {written(KEY)} after")

    assert said.replace('"', "").replace("\\", "").replace("...", "").split() == ["before", REDACTED, "after"]


@pytest.mark.parametrize("written", WRITTEN.values(), ids=WRITTEN)
@settings(max_examples=20, deadline=None)
@given(st.integers(450, 510))
def test_a_cut_leaves_no_half_of_a_key(written: Callable[[str], str], length: int) -> None:
    """It is redacted first: wherever the key stands, no eight characters of it are left."""
    said = Redactor([KEY]).detail("x" * length + written(KEY) + "y" * 3000)

    assert len(said) <= LONGEST_DETAIL
    assert not any(KEY[begin : begin + 8] in said for begin in range(len(KEY) - 7))
    assert said.rstrip('•."\\ ').endswith(("x", "y"))


def test_a_text_full_of_keys() -> None:
    """Replacing makes a text shorter: what moves up from behind the cut is redacted as well."""
    assert set(Redactor([KEY * 4]).detail(KEY * 500)) <= set(REDACTED)


@settings(deadline=None)
@given(st.text(st.characters(), max_size=800), st.text(st.characters(), max_size=40))
def test_a_detail_is_valid_text(text: str, key: str) -> None:
    """Whatever came: it can be written as UTF-8, controls no terminal, and is no longer than it may be."""
    said = Redactor([key, ""]).detail(text)

    assert said.encode().decode() == said
    assert not any(unicodedata.category(each) in {"Cc", "Cs", "Zl", "Zp"} for each in said)
    assert not set(said) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")
    assert len(said) <= LONGEST_DETAIL


@settings(deadline=None)
@given(st.text(st.characters(codec="ascii", categories=["L", "N", "P", "S"]), min_size=8, max_size=60))
def test_any_key_is_taken_out_in_every_form(key: str) -> None:
    """Keys of any characters, though they look like something escaped."""
    for written in WRITTEN.values():
        said = Redactor([key]).redact(f"[ {written(key)} ]")
        assert not any(key[begin : begin + 8] in said for begin in range(len(key) - 7))


def test_ordinary_words_stay() -> None:
    """A refusal is of use only where it can be read."""
    said = "HTTP 422: Le numéro n’est pas valide · to: 33641000001 & plus, 50 % de plus — 👍🏽"

    assert Redactor([KEY, "sandbox-key"]).detail(said) == said


def test_what_is_half_an_emoji_is_replaced() -> None:
    """A server that cuts a text in the middle of one writes a lone surrogate, which no database takes."""
    assert Redactor([]).detail(json.loads('"\\ud83d x\\u001b[2Jy\\u202ez"')) == "\ufffd x\ufffd[2Jy\ufffdz"
