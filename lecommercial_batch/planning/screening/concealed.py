"""What a spreadsheet does not show of a contact file: columns it hides, and results it never computed."""

from collections.abc import Collection, Iterable, Sequence

from lecommercial_batch.core.enumeration import enumerated
from lecommercial_batch.core.errors import Problem, Severity
from lecommercial_batch.core.model import Row
from lecommercial_batch.core.ports import Source, Spreadsheet
from lecommercial_batch.core.sentence import NOTHING, Sentence
from lecommercial_batch.planning.screening import columns
from lecommercial_batch.planning.screening.garbled import is_garbled
from lecommercial_batch.planning.screening.phone_columns import guess_phone


def hidden_columns(source: Source) -> Collection[str]:
    """Return the columns that the spreadsheet does not show: whoever looked did not mean them."""
    return source.hidden_columns if isinstance(source, Spreadsheet) else ()


def hidden_and_used(source: Source, used: Iterable[int | None]) -> Sequence[Problem]:
    """Return a warning of the columns that are used though nobody sees them."""
    names = [source.columns[index] for index in dict.fromkeys(used) if index is not None]
    unseen = [name for name in names if name in hidden_columns(source)]
    message = Sentence("used, though the spreadsheet hides them: {columns}", columns=_quoted(unseen))
    advice = Sentence("Look at these columns: select all, right click on the letters above, Unhide.")
    problem = Problem(
        code="hidden_column", file=source.name, message=message, advice=advice, severity=Severity.WARNING
    )
    return [problem] if unseen else []


def uncomputed(source: Source) -> Sequence[Problem]:
    """Return a warning of formulas that have no value in the file: their cells read as empty."""
    count = source.uncomputed if isinstance(source, Spreadsheet) else 0
    message = Sentence(
        "cells with a formula that no spreadsheet has computed, and so read as empty: {count}", count=count
    )
    advice = Sentence("Open the file in a spreadsheet and save it: that computes them.")
    problem = Problem(
        code="uncomputed_formula", file=source.name, message=message, advice=advice, severity=Severity.WARNING
    )
    return [problem] if count else []


def where_numbers_may_be(
    source: Source, rows: Sequence[Row], *, region: str, otherwise: Sentence = NOTHING
) -> Sentence:
    """Say where the numbers of a file may be in which no column of them was found."""
    if garbled := next(filter(is_garbled, source.columns), ""):
        return Sentence(
            "Letters were lost on their way into the file (“{column}”): have it exported again as CSV UTF-8 or"
            " .xlsx.",
            column=garbled,
        )
    for row in rows:
        if any(columns.is_header(row.cells, phone=index) for index in range(len(row.cells))):
            return Sentence(
                "Row {row} looks like the header: [contacts] header = {row} in the campaign, or --header {row}.",
                row=row.number,
            )
    found = guess_phone(source.columns, [row.cells for row in rows], region=region)
    if found is not None:
        return Sentence(
            "The spreadsheet hides the column “{column}”: if it is meant, name it: [contacts] phone = “{column}”.",
            column=source.columns[found],
        )
    return otherwise


def _quoted(names: Sequence[str]) -> str:
    return enumerated([f"“{name}”" for name in names])
