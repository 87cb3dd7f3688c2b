"""What is said, and how it is translated."""

import errno
import re
import ssl
from collections.abc import Iterator
from string import Formatter
from typing import Final

import pytest
from babel.messages.catalog import Message

from lecommercial_batch.core import language
from lecommercial_batch.core.sentence import Sentence
from tools import catalogues

REMEDY: Final = "run `make catalogues` and translate what is new in lecommercial_batch/core/locale"
#: Names for machines, which are the same in every language.
NAMES: Final = re.compile(
    r"(?<![\w-])--[a-z][a-z-]*|LECOMMERCIAL_\w+|\bUTF-8\b|\.(?:toml|xlsx|env|db)\b|\blc_\w+|https?://"
    r"|\b(?:text_file|template_id|phone =|sheet`|docs/\S+\.md)|`(?:\w|-)+`"
    r"|lecommercial-batch(?: (?:init|report|resume|runs))?"
)
#: What a keyword is called with besides strings and marked constants: each of these comes to a marked string.
MARKED_ELSEWHERE: Final = {
    ("cli/usage.py", "template"),
    ("journal/engine.py", "str(cause or type(error).__name__)"),
    ("core/language.py", "known or str(error)"),
    ("core/language.py", "sentence.template"),
    ("planning/phones/reading.py", "found.repair"),
    ("planning/phones/reading.py", "kind(found.number)"),
    ("planning/phones/flaws.py", "template"),
    ("planning/templates/template_faults.py", "words"),
    ("planning/campaign/toml.py", "_MISFITS.get(fault['type'], _UNFIT)"),
    (
        "planning/campaign/toml.py",
        "next((words for begins, words in _BROKEN.items() if error.startswith(begins)), _NO_TOML)",
    ),
}


@pytest.fixture(autouse=True)
def _english_afterwards() -> Iterator[None]:
    yield
    language.use("en")


def messages() -> list[Message]:
    return [message for message in catalogues.read("fr") if message.id]


def texts(either: object) -> tuple[str, ...]:
    return tuple(map(str, either)) if isinstance(either, tuple | list) else (str(either),)


TRANSLATED: Final = messages()


def test_the_number_of_a_tls_error_is_none_of_the_system() -> None:
    """OpenSSL's 1 is not the system's, which is "Operation not permitted"."""
    assert language.why(ssl.SSLError(1, "[SSL: WRONG_VERSION_NUMBER] wrong version number")).endswith("number")
    assert language.why(OSError(errno.ECONNREFUSED, "Connect call failed")) == "Connection refused"


def test_every_sentence_can_be_found() -> None:
    """A template stands where it is said, or is marked with N_ where it stands."""
    sources = "".join(file.read_text(encoding="utf-8") for file in catalogues.PACKAGE.rglob("*.py"))
    marked = set(re.findall(r"^(\w+): Final = N_\(", sources, re.MULTILINE))
    unwritten = {
        (call.file.removeprefix("lecommercial_batch/"), call.argument)
        for call in catalogues.calls()
        if not call.strings and call.argument not in marked
    }

    assert unwritten == MARKED_ELSEWHERE, "wrap the template in N_(…) where it stands, then name its use here"


def test_the_catalogue_holds_what_is_said_and_nothing_else() -> None:
    """No string is left out, and none that nobody says any more is kept."""
    said = {texts(message.id) for message in catalogues.template() if message.id}
    kept = {texts(message.id) for message in TRANSLATED}

    assert kept == said, REMEDY
    assert not catalogues.read("fr").obsolete, REMEDY


def test_everything_is_translated() -> None:
    """Every string has its French, which nobody marked as doubtful."""
    assert [message.id for message in TRANSLATED if not catalogues.is_translated(message)] == [], REMEDY


def test_the_compiled_catalogue_is_up_to_date() -> None:
    """The .mo is what the .po compiles to."""
    assert catalogues.mo("fr").read_bytes() == catalogues.compiled(catalogues.read("fr")), REMEDY


@pytest.mark.parametrize("message", TRANSLATED, ids=lambda message: texts(message.id)[0][:40])
def test_a_translation_keeps_the_placeholders_and_names(message: Message) -> None:
    """The values go in under their names; commands, options and files are called what they are called."""
    for english, french in zip(texts(message.id), texts(message.string), strict=True):
        assert placeholders(french) == placeholders(english)
        assert sorted(NAMES.findall(french)) == sorted(NAMES.findall(english))


@pytest.mark.parametrize("message", TRANSLATED, ids=lambda message: texts(message.id)[0][:40])
def test_a_translation_is_set_as_the_french_set_it(message: Message) -> None:
    """No-break spaces before : and inside « », narrow ones before ; ! ?, and curly apostrophes."""
    for text in texts(message.string):
        french = re.sub(r"\{[^}]*\}", "…", text)
        assert not re.search(r"(?<!\u00a0):(?=\s|$)", french)
        assert not re.search(r"(?<!\u202f)[;!?]", french)
        assert not re.search(r"«(?!\u00a0)|(?<!\u00a0)»", french)
        assert not set(french) & set("'“”‘")


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize(
    ("asked", "environment"),
    [
        ("fr", {}),
        ("FR", {}),
        ("fr_FR.UTF-8", {"LANG": "en_GB.UTF-8"}),
        ("fr-CA", {}),
        (None, {"LANG": "fr_FR.UTF-8"}),
        (None, {"LC_MESSAGES": "fr_BE", "LANG": "en_GB.UTF-8"}),
        (None, {"LC_ALL": "fr", "LC_MESSAGES": "en_GB", "LANG": "C"}),
        (None, {"LC_ALL": "", "LANG": "fr_FR@euro"}),
    ],
)
def test_french_is_spoken(asked: str | None, environment: dict[str, str]) -> None:
    """What is asked for comes first, then LC_ALL, LC_MESSAGES and LANG."""
    language.use(asked, environment=environment)

    assert language.say(Sentence("row {row}", row=12)) == "ligne 12"


@pytest.mark.parametrize(
    ("asked", "environment"),
    [
        (None, {}),
        (None, {"LANG": "C.UTF-8"}),
        (None, {"LANG": "de_DE.UTF-8"}),
        (None, {"LC_ALL": "C", "LANG": "fr_FR.UTF-8"}),
        ("en", {"LANG": "fr_FR.UTF-8"}),
        ("klingon", {"LANG": "fr_FR.UTF-8"}),
        ("../../fr", {}),
    ],
)
def test_english_is_spoken_otherwise(asked: str | None, environment: dict[str, str]) -> None:
    """A language without a catalogue is answered in English, never with an error."""
    language.use(asked, environment=environment)

    assert language.say(Sentence("row {row}", row=12)) == "row 12"


def test_one_and_many_are_told_apart() -> None:
    """French counts none and one in the singular, English one alone."""
    one, many = (
        "Send {count} message? It will be gone {when}.",
        "Send {count} messages? The last will be gone {when}.",
    )
    language.use("fr")
    french = [language.say_many(one, many, count, when="à midi") for count in (0, 1, 2)]
    language.use("en")
    english = [language.say_many(one, many, count, when="at noon") for count in (0, 1, 2)]

    assert ["messages" in said for said in french] == [False, False, True]
    assert ["messages" in said for said in english] == [True, False, True]


def test_the_empty_sentence_says_nothing() -> None:
    """The catalogue's header, which gettext gives for the empty string, is never shown."""
    language.use("fr")

    assert language.say(Sentence("")) == ""


def test_what_the_system_says_is_translated() -> None:
    """The reasons of failing files are in the reader's language too."""
    language.use("fr")

    assert language.why(PermissionError(errno.EACCES, "Permission denied")) == "accès refusé"
    refused = ConnectionRefusedError(errno.ECONNREFUSED, "Connect call failed")
    assert language.why(refused) == "la connexion est refusée"
    assert language.why(OSError("something else")) == "something else"
