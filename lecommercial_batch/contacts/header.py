"""Where a table's header stands, and what its columns are called."""

import re
from collections.abc import Container, Sequence
from typing import Final

from lecommercial_batch.contacts.flaw import flaw
from lecommercial_batch.core.model import Cell, Reading
from lecommercial_batch.core.sentence import Sentence
from lecommercial_batch.planning.phones import normalise

_LETTERS: Final = 26
LOOKED_FOR_IN: Final = 30  #: rows, from the first that holds anything
_DIGIT: Final = re.compile(r"\d")
_NUMBER: Final = 7  #: digits of the shortest number
_LONGEST: Final = 320  #: characters of an e-mail address; a longer name is not looked through for one
_JUDGED: Final = 1_000  #: names
_ADDRESS: Final = re.compile(r"\S+@\S+\.\w+")


def is_filled(cell: Cell) -> bool:
    """Tell whether a cell holds anything but space."""
    return not isinstance(cell, str) or not (cell == "" or cell.isspace())


def find_header(rows: Sequence[Sequence[Cell]]) -> int | None:
    """Return the index of the header among a table's first rows; None where all are blank.

    It is the first row that fills more than half of the cells that the fullest row does: titles fill fewer.
    """
    begin = next((index for index, row in enumerate(rows) if any(map(is_filled, row))), 0)
    filled = [sum(map(is_filled, row)) for row in rows[begin : begin + LOOKED_FOR_IN]]
    fullest = max(filled, default=0)
    return next((index for index, count in enumerate(filled, begin) if count and count * 2 > fullest), None)


def header_of(rows: Sequence[Sequence[Cell]], wanted: int | None, *, file: str) -> int | None:
    """Return the index of the header: of the row that is ``wanted``, else of the one that looks like it.

    Raises:
        ContactsError: there is nothing in the row that is wanted.
    """
    if wanted is None:
        return find_header(rows)
    if wanted <= len(rows) and any(map(is_filled, rows[wanted - 1])):
        return wanted - 1
    message = Sentence("this row is to be the header, and there is nothing in it")
    advice = Sentence(
        "Give the header's row as the spreadsheet shows it: [contacts] header in the campaign, --header for `init`"
        " and `check`."
    )
    raise flaw(file, "no_header", message, advice, row=wanted)


def name_columns(cells: Sequence[Cell], *, first: int = 0) -> tuple[str, ...]:
    """Return one name a column, each once: `Nom`, `Nom (2)`, and `Column D` where the header is empty.

    ``first`` is the position in the sheet of the first of them.
    """
    texts = [_text(cell) for cell in cells]
    taken, given, counts = set(texts), set[str](), dict[str, int]()
    names: list[str] = []
    for index, text in enumerate(texts, start=first):
        name = text or f"Column {column_letter(index)}"
        if name in given:
            name = _once(name, counts, (taken, given))
        given.add(name)
        names.append(name)
    return tuple(names)


def under_merged(
    rows: Sequence[Sequence[Cell]], header: int, merged: Sequence[tuple[int, int]]
) -> tuple[Sequence[Cell], int]:
    """Return the names of a header and the index of its last row.

    Where cells of the header are merged sideways (`Contact` over `Téléphone` and `E-mail`), the names below them
    are those of the columns. ``merged`` holds the first and last index of each such range.
    """
    top = rows[header]
    below = rows[header + 1] if len(rows) > header + 1 else ()
    wide = {index for first, last in merged if last > first for index in range(first, last + 1)}
    if not wide or not all(index < len(below) and is_filled(below[index]) for index in wide):
        return top, header
    return [below[index] if index in wide else cell for index, cell in enumerate(top)], header + 1


def refuse_data(names: Sequence[Cell], *, file: str, row: int) -> None:
    """Refuse a header that is somebody's contact: the file has none, and its first row would be lost.

    Raises:
        ContactsError: a name is a phone number or an e-mail address.
    """
    found = next((str(name) for name in names[:_JUDGED] if _is_data(name)), None)
    if found is not None:
        message = Sentence("there is no header: this row holds “{value}”, which is no column's name", value=found)
        advice = Sentence("Insert a row above it with the columns' names, such as Prénom and Téléphone.")
        raise flaw(file, "no_header", message, advice, row=row)


def _is_data(name: Cell) -> bool:
    text = str(name).strip()
    if len(text) > _LONGEST:
        return False
    if _ADDRESS.fullmatch(text):
        return True
    return len(_DIGIT.findall(text)) >= _NUMBER and isinstance(
        normalise(name, region="FR", accept_any=True), Reading
    )


def column_letter(index: int) -> str:
    """Return the letters that a spreadsheet shows above a column: A for 0, AA for 26."""
    letters = ""
    index += 1
    while index:
        index, place = divmod(index - 1, _LETTERS)
        letters = chr(ord("A") + place) + letters
    return letters


def _once(name: str, counts: dict[str, int], taken: Sequence[Container[str]]) -> str:
    """Number a name that is there already; ``counts`` remembers how far each has come, or many would take ages."""
    count = counts.get(name, 1) + 1
    while any(f"{name} ({count})" in names for names in taken):
        count += 1
    counts[name] = count
    return f"{name} ({count})"


def _text(cell: Cell) -> str:
    return " ".join(str(cell).split())
