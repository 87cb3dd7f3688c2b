"""What stands in a cell, as the text that a number is looked for in."""

import math
import re
from datetime import date, time
from typing import Final

from lecommercial_batch.core.model import Cell, Reason, Unusable
from lecommercial_batch.core.sentence import Sentence
from lecommercial_batch.planning.phones.flaws import EMPTY, NO_NUMBER, invalid
from lecommercial_batch.planning.phones.writing import TIDY

_QUOTED: Final = re.compile(r'="(.*)"')  # how exports keep a spreadsheet from making a number of a text
_LONGEST: Final = 200  #: characters; a longer cell is prose, and looking for numbers in it takes long


def as_text(cell: Cell) -> str | Unusable:
    match cell:
        case bool() | date() | time():
            return invalid(NO_NUMBER, str(cell))
        case float():
            whole = math.isfinite(cell) and cell.is_integer()
            return str(int(cell)) if whole else invalid(NO_NUMBER, str(cell))
        case int():
            return str(cell)
        case str():
            text = cell.translate(TIDY).strip()
            if quoted := _QUOTED.fullmatch(text):
                text = quoted[1].strip()
            text = text.lstrip("'’‘`´").strip()
            if len(text) > _LONGEST:
                return invalid(NO_NUMBER, text)
            return text or Unusable(Reason.INVALID_PHONE, Sentence(EMPTY))
