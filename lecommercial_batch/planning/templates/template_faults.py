"""What is wrong with a broken template, in our words: Jinja says it in English, and to people who know Jinja."""

import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Final

from jinja2 import TemplateSyntaxError

from lecommercial_batch.core.sentence import N_, Sentence

#: What Jinja calls the signs that a template is made of.
_SIGNS: Final = {
    "begin of print statement": "{{",
    "end of print statement": "}}",
    "begin of statement block": "{%",
    "end of statement block": "%}",
    "begin of comment": "{#",
    "end of comment": "#}",
}
_TOO_EARLY: Final = N_("line {line}: the message ends before “{wanted}”")
#: What Jinja says, the longest first, and how we say it.
_SAID: Final[Sequence[tuple[re.Pattern[str], str]]] = [
    (re.compile(said, re.DOTALL), template)
    for said, template in (
        (r"No filter named '(?P<name>.*)'\.", N_("line {line}: there is no filter “{name}”")),
        (r"No test named '(?P<name>.*)'\.", N_("line {line}: there is no test “{name}” that can follow “is”")),
        (
            r"Encountered unknown tag '(?P<name>.*?)'\..*'(?P<wanted>[a-z]+)'\. The .*",
            N_("line {line}: there is no “{name}” between {{% and %}}; “{wanted}” is still to come"),
        ),
        (
            r"Encountered unknown tag '(?P<name>.*?)'\..*",
            N_("line {line}: there is no “{name}” between {{% and %}}"),
        ),
        (r"Unexpected end of template\..*'(?P<wanted>end[a-z]+)'.*", _TOO_EARLY),
        (r"unexpected end of template, expected '(?P<wanted>.*)'\.", _TOO_EARLY),
        (
            r"expected token 'end of print statement', got '(?P<name>.*)'",
            N_("line {line}: “{name}” is too much between {{{{ and }}}}"),
        ),
        (
            r"expected token 'end of statement block', got '(?P<name>.*)'",
            N_("line {line}: “{name}” is too much between {{% and %}}"),
        ),
        (
            r"(?:unexpected|expected token) '(?P<a>.*)', (?:expected|got) '(?P<b>.*)'",
            N_("line {line}: “{name}” stands where “{wanted}” should"),
        ),
        (r"unexpected char '(?P<name>.*)' at \d+", N_("line {line}: the sign “{name}” has no meaning here")),
        (r"unexpected '(?P<name>.*)'", N_("line {line}: “{name}” stands where it cannot")),
        (r"Missing end of comment tag", N_("line {line}: the end of the note is missing: {{# … #}}")),
    )
]
_UNCLEAR: Final = N_("line {line} of the message cannot be understood")
#: What French people write between {% and %}.
_TAGS: Final[Mapping[str, str]] = {
    "si": "if",
    "sinon": "else",
    "autrement": "else",
    "sinonsi": "elif",
    "elseif": "elif",
    "finsi": "endif",
    "fin": "endif",
    "end": "endif",
    "pour": "for",
    "finpour": "endfor",
}


def fault_of(error: TemplateSyntaxError, template: str) -> Sentence:
    """Say what is wrong; nothing is quoted but what the template itself says, and signs."""
    for said, words in _SAID:
        if found := said.fullmatch(error.message or ""):
            named = _named(found, error.message or "")
            shown = {name: _SIGNS.get(text, text) for name, text in named.items()}
            if all(text in template or _is_sign(text) for text in shown.values()):
                return Sentence(words, line=error.lineno, **{name: text[:40] for name, text in shown.items()})
    return Sentence(_UNCLEAR, line=error.lineno)


def tag_for(error: TemplateSyntaxError) -> str:
    """Return the word between {% and %} that was probably meant; "" where none comes near."""
    found = re.match(r"Encountered unknown tag '(.*?)'", error.message or "")
    if not found:
        return ""
    near = get_close_matches(found[1], ["if", "elif", "else", "endif", "for", "endfor", "set"], n=1)
    return _TAGS.get(found[1]) or next(iter(near), "")


def unknown_filter(error: TemplateSyntaxError) -> str:
    """Return the name of the filter that there is not; "" where it is another error."""
    found = re.fullmatch(r"No filter named '(.*)'\.", error.message or "")
    return found[1] if found else ""


def _is_sign(text: str) -> bool:
    """Tell whether it is written so in every language; other names of Jinja's are English: `integer`, `string`."""
    return not text[:1].isalpha() or text in {"as", "in", "else"} or re.fullmatch("end[a-z]+", text) is not None


def _named(found: re.Match[str], said: str) -> Mapping[str, str]:
    named = found.groupdict()
    if "a" not in named:
        return named
    wanted, got = (named["a"], named["b"]) if said.startswith("expected") else (named["b"], named["a"])
    return {"name": got, "wanted": wanted}
