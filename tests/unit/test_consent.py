"""How old consents are."""

from datetime import UTC, date, datetime

import pytest

from lecommercial_batch.core.errors import Severity
from lecommercial_batch.core.model import Cell, Row
from lecommercial_batch.planning.consent import Consents, date_of

NOW = datetime(2026, 3, 3, 10, 0, tzinfo=UTC)


def codes(*cells: Cell) -> dict[str, tuple[tuple[int, ...], int]]:
    """Return what is said of rows 2 and on, whose dates these are."""
    consents = Consents(column=1, columns=("Nom", "Accord le"), source="clients.csv", now=NOW)
    for number, cell in enumerate(cells, 2):
        consents.see(Row(number, ("x", cell)))
    found = consents.problems()
    assert all((each.severity, each.column) == (Severity.WARNING, "Accord le") for each in found)
    return {each.code: (each.rows, each.count) for each in found}


@pytest.mark.parametrize(
    "cell",
    ["03/03/2023", "2023-03-03", "2023-03-03T00:00:00", "02/03/2026", date(2024, 1, 1), datetime(2025, 1, 1, 9)],  # noqa: DTZ001 - as cells are
)
def test_a_consent_of_three_years_is_fine(cell: Cell) -> None:
    assert codes(cell) == {}


@pytest.mark.parametrize("cell", ["02/03/2023", "2019-12-31", date(2023, 3, 2)])
def test_an_older_one_is_not(cell: Cell) -> None:
    assert codes(cell) == {"old_consent": ((2,), 1)}


def test_each_oddity_is_said_once_with_its_first_rows() -> None:
    """The commonest first; a date in the future is none."""
    found = codes("oui", "", " ", "04/03/2026", *["2001-01-01"] * 9)
    assert found == {
        "old_consent": ((6, 7, 8, 9, 10), 9),
        "bad_consent_date": ((2, 5), 2),
        "no_consent_date": ((3, 4), 2),
    }
    assert next(iter(found)) == "old_consent"


def test_days_are_read_as_they_are_written() -> None:
    assert date_of("1/2/2024") == date(2024, 2, 1)
    assert date_of("2024-02-29T23:30:00+00:00") == date(2024, 2, 29)
    assert date_of("le 3 mars") is None
