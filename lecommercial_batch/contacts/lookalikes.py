"""Texts that look like tables to a person, and have nothing between their cells that a program could go by."""

import re
from collections.abc import Sequence
from typing import Final

from lecommercial_batch.contacts.flaw import flaw
from lecommercial_batch.core.sentence import Sentence

_LINES: Final = 50
_CELL_RULE: Final = r"\s*(?::?-{3,}:?|:-+:?|-+:)\s*"
_RULE: Final = re.compile(rf"\s*\|?(?:{_CELL_RULE}\|)+(?:{_CELL_RULE})?\s*|[+|](?:[-=]{{3,}}[+|])+\s*")
_GAP: Final = re.compile(r"\S {2,}\S")
_MOST: Final = 0.8  #: of the lines


def refuse_lookalikes(sample: str, *, columns: Sequence[str], file: str) -> None:
    """Refuse a table of Markdown, and one whose columns are set apart by spaces.

    Raises:
        ContactsError: it is one of these.
    """
    lines = [line for line in sample[: 1 << 16].splitlines() if line.strip()][:_LINES]
    if any(map(_RULE.fullmatch, lines[:3])):
        message = Sentence("this is a table drawn with lines, as in Markdown, and no CSV")
        raise flaw(file, "not_a_table", message, Sentence("Copy it into a spreadsheet, and save it as .xlsx."))
    if len(columns) == 1 and len(lines) > 1 and sum(map(_has_gap, lines)) >= _MOST * len(lines):
        message = Sentence("the columns are set apart by spaces alone: where one ends cannot be told")
        advice = Sentence(
            "Open it in a spreadsheet, have its columns split (Data, Text to Columns, Fixed width), and save it as"
            " .xlsx."
        )
        raise flaw(file, "not_a_table", message, advice)


def _has_gap(line: str) -> bool:
    return bool(_GAP.search(line))
