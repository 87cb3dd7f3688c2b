"""Which of several sheets holds the contacts; where more than one does, a person says which is meant."""

from collections.abc import Callable, Sequence
from typing import Final

from lecommercial_batch.contacts.flaw import flaw
from lecommercial_batch.contacts.header import find_header, is_filled, name_columns
from lecommercial_batch.core.errors import ContactsError
from lecommercial_batch.core.language import _
from lecommercial_batch.core.model import Cell, Reading
from lecommercial_batch.core.sentence import NOTHING, Sentence
from lecommercial_batch.planning.phones import normalise
from lecommercial_batch.planning.screening.columns import find_column, is_ours, suggest
from lecommercial_batch.planning.screening.phone_columns import guess_phone

_LOOKED_AT: Final = 20  #: sheets whose first rows are read


def choose_sheet(
    sheets: Sequence[tuple[str, bool]],
    wanted: str | None,
    *,
    file: str,
    rows: Callable[[str], Sequence[Sequence[Cell]]],
) -> str:
    """Return the sheet to read: the one that is wanted, else the first visible one.

    ``sheets`` are their names with whether they are shown, ``rows`` returns the first rows of one.

    Raises:
        ContactsError: there is no such sheet, or none is named and several hold contacts.
    """
    names = [name for name, _ in sheets]
    if wanted is not None:
        if (index := find_column(wanted, names)) is not None:
            return names[index]
        raise _unknown(wanted, names, file)
    visible = [name for name, shown in sheets if shown]
    if not visible:
        message = Sentence("the workbook has no visible sheet")
        raise flaw(file, "empty_file", message, _others(names))
    if len(visible) > 1:
        holding = [name for name in visible[:_LOOKED_AT] if holds_contacts(rows(name))]
        if len(holding) > 1 and not _is_ours(rows(visible[0])):
            raise _several(holding, file)
    return visible[0]


def holds_contacts(rows: Sequence[Sequence[Cell]]) -> bool:
    """Tell whether the first rows of a sheet are a table with mobiles in it."""
    header = find_header(rows)
    if header is None:
        return False
    columns = name_columns(rows[header])
    below = [[*row, *[""] * (len(columns) - len(row))] for row in rows[header + 1 :] if any(map(is_filled, row))]
    phone = guess_phone(columns, below)
    if phone is None or {"What is wrong", _("What is wrong")} & set(
        columns
    ):  # our own sheet of what is to be fixed
        return False
    return any(isinstance(normalise(row[phone], region="FR"), Reading) for row in below)


def _is_ours(rows: Sequence[Sequence[Cell]]) -> bool:
    header = find_header(rows)
    return header is not None and is_ours(name_columns(rows[header]))


def _several(holding: Sequence[str], file: str) -> ContactsError:
    message = Sentence(
        "contacts stand in several sheets: {sheets}", sheets=", ".join(f"“{name}”" for name in holding)
    )
    advice = Sentence(
        "Name the one that is meant: [contacts] sheet = “{sheet}” in the campaign, --sheet for `init` and"
        " `check`.",
        sheet=holding[0],
    )
    return flaw(file, "several_sheets", message, advice)


def _unknown(wanted: str, names: Sequence[str], file: str) -> ContactsError:
    message = Sentence("the workbook has no sheet “{sheet}”", sheet=wanted)
    near = suggest(wanted, names)
    advice = Sentence("Did you mean “{sheet}”?", sheet=near) if near else _others(names)
    return flaw(file, "unknown_sheet", message, advice)


def _others(names: Sequence[str]) -> Sentence:
    return Sentence("Its sheets are: {sheets}.", sheets=", ".join(names)) if names else NOTHING
