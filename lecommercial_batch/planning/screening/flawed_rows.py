"""Rows that are read, and can only be rejected."""

from lecommercial_batch.core.mass_dataclass import many
from lecommercial_batch.core.model import Row
from lecommercial_batch.core.sentence import Sentence


@many()
class FlawedRow(Row):
    """A row whose cells cannot be told apart, so that nothing can be made of it but a rejection."""

    flaw: Sentence
    column: str = ""  #: the letters of the column where it shows


@many()
class HiddenRow(Row):
    """A row that the spreadsheet does not show, by a filter or by hand: whoever looked did not mean them."""
