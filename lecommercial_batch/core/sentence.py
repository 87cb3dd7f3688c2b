"""A sentence for a person: kept as a template and its values, translated where it is shown."""

import json
from collections.abc import Mapping
from typing import Any, Final, Union

Value = Union[str, int, "Sentence"]  #: a sentence in another is translated with it


def N_(text: str) -> str:  # noqa: N802 - gettext's own name for it
    """Mark a template that becomes a Sentence elsewhere, so that it is found for translation."""
    return text


class Sentence:
    """A message template with its values, such as ``Sentence("same number as row {first}", first=12)``.

    It is stored and passed around untranslated, so that a report can be read in another language than the
    one the plan was made in. ``str()`` gives the English.
    """

    __slots__ = ("template", "values")

    def __init__(self, template: str, /, **values: Value) -> None:
        self.template: Final = template
        self.values: Final[Mapping[str, Value]] = values

    def __str__(self) -> str:
        return self.fill(self.template)

    def __repr__(self) -> str:
        return f"Sentence({self.template!r})"  # the values may be personal

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sentence) and (self.template, self.values) == (other.template, other.values)

    def __hash__(self) -> int:
        return hash((self.template, tuple(sorted(self.values.items()))))

    def fill(self, template: str) -> str:
        """Put the values into ``template``: this sentence's own, or a translation of it."""
        return template.format_map(self.values) if self.values else template

    def dump(self) -> str:
        """Return the sentence as JSON, for the journal."""
        return json.dumps(_parts(self), default=_parts, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def load(cls, dumped: str) -> "Sentence":
        """Return the sentence that ``dump`` wrote."""
        return cls._whole(json.loads(dumped))

    @classmethod
    def _whole(cls, parts: list[Any]) -> "Sentence":  # of JSON
        template, values = parts
        return cls(template, **{k: cls._whole(v) if isinstance(v, list) else v for k, v in values.items()})


def _parts(sentence: Sentence) -> list[object]:
    return [sentence.template, sentence.values]


NOTHING: Final = Sentence("")
