"""Contact cards (.vcf), as telephones and Outlook export them: one row a card."""

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Final

from lecommercial_batch.contacts.card import Card, card_of, order_columns
from lecommercial_batch.contacts.card_lines import Property, properties
from lecommercial_batch.contacts.encoding import find_encoding
from lecommercial_batch.contacts.flaw import flaw
from lecommercial_batch.contacts.text import open_text
from lecommercial_batch.core.errors import ContactsError
from lecommercial_batch.core.model import Row
from lecommercial_batch.core.sentence import Sentence

_BATCH: Final = 5_000
_MARK: Final = "vcard"


class VCards:
    """A file of cards, numbered as if the names of their columns were row 1; no more of it in memory than a batch.

    Its columns are those that some card fills, and those that a message is written with.
    """

    def __init__(self, path: Path, *, file: str) -> None:
        self._path = path
        self._file = file
        self._encoding = find_encoding(path, file=file)
        filled = {name for card in self._cards() for name, value in card.values.items() if value}
        self._columns = order_columns(filled | {"Prénom", "Nom", "Mobile"})

    @property
    def name(self) -> str:
        """The file as messages call it."""
        return self._file

    @property
    def columns(self) -> tuple[str, ...]:
        """What the cards say, in French as the first users of it speak."""
        return self._columns

    def batches(self) -> Iterator[Sequence[Row]]:
        """Yield a row a card, in their order."""
        rows = (
            Row(number, tuple(card.values.get(name, "") for name in self._columns))
            for number, card in enumerate(self._cards(), start=2)
        )
        while batch := list(islice(rows, _BATCH)):
            yield batch

    def _cards(self) -> Iterator[Card]:
        number, depth = 1, 0
        held: list[Property] = []
        for each in self._properties():
            begins = each.name == "BEGIN" and each.value.strip().lower() == _MARK
            if begins and depth and (not held or held[-1].name != "AGENT"):
                raise self._cut(number)
            number, depth = number + (begins and not depth), depth + begins
            if depth == 1 and not begins:
                held.append(each)
            if depth and each.name == "END" and each.value.strip().lower() == _MARK:
                depth -= 1
                if not depth:
                    yield card_of(held)
                    held = []
        if depth:
            raise self._cut(number)

    def _properties(self) -> Iterator[Property]:
        try:
            with open_text(self._path, self._encoding) as opened:
                yield from properties(opened)
        except (UnicodeError, OSError) as error:
            message = Sentence("the cards are damaged, and cannot be read to the end")
            raise flaw(self._file, "damaged_file", message, Sentence("Have them exported again.")) from error

    def _cut(self, row: int) -> ContactsError:
        message = Sentence("this card begins and does not end: the file is damaged or cut short")
        return flaw(self._file, "damaged_file", message, Sentence("Have them exported again."), row=row)
