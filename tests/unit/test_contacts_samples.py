"""The samples are what their README says, and can be written again."""

import hashlib
import runpy
from pathlib import Path

import phonenumbers
import pytest
from phonenumbers import carrier

from lecommercial_batch.contacts import open_contacts
from lecommercial_batch.core.model import Reading, Row, Unusable
from lecommercial_batch.planning.phones import normalise
from lecommercial_batch.planning.screening.columns import guess_consent, guess_name
from lecommercial_batch.planning.screening.phone_columns import guess_phone

SAMPLES = Path(__file__).parents[2] / "samples"
FILES = ["clients.csv", "clients.xlsx"]


def rows(name: str) -> list[Row]:
    return [row for batch in open_contacts(SAMPLES / name).batches() for row in batch]


@pytest.mark.parametrize("name", FILES)
def test_the_columns_are_recognised(name: str) -> None:
    """Phone, consent and first name are guessed, and `Numéro` is not taken for a phone."""
    columns = open_contacts(SAMPLES / name).columns
    samples = [row.cells for row in rows(name)[:50]]
    guesses = (guess_phone(columns, samples), guess_consent(columns), guess_name(columns))
    assert [columns[index] for index in guesses if index is not None] == ["Téléphone", "Opt-in", "Prénom"]


@pytest.mark.parametrize("name", FILES)
def test_most_rows_are_clean_and_some_are_not(name: str) -> None:
    """There are 200 people; numbers are rejected in some rows and repaired in others."""
    readings = [normalise(row.cells[2], region="FR") for row in rows(name)]
    refused = sum(isinstance(reading, Unusable) for reading in readings)
    repaired = sum(isinstance(reading, Reading) and bool(str(reading.repair)) for reading in readings)
    assert (len(readings), refused, repaired) == (200, 8, 3)


def test_both_files_hold_the_same_numbers() -> None:
    """The workbook and the CSV are two writings of one list."""
    one, other = ([normalise(row.cells[2], region="FR") for row in rows(name)] for name in FILES)
    assert [type(reading) for reading in one] == [type(reading) for reading in other]
    assert [r.phone for r in one if isinstance(r, Reading)] == [r.phone for r in other if isinstance(r, Reading)]


@pytest.mark.parametrize("name", FILES)
def test_no_mobile_has_a_known_operator(name: str) -> None:
    """The numbers come from ranges that the library knows no operator for."""
    for row in rows(name):
        reading = normalise(row.cells[2], region="FR")
        if isinstance(reading, Reading):
            assert carrier.name_for_number(phonenumbers.parse(reading.phone.e164), "en") == ""


def test_the_script_writes_the_same_content_again(tmp_path: Path) -> None:
    """The files in the repository are what the script beside them makes."""
    runpy.run_path(str(SAMPLES / "make_samples.py"))["main"](tmp_path)
    for name in FILES:
        made, kept = ((folder / name).read_bytes() for folder in (tmp_path, SAMPLES))
        if name.endswith(".csv"):
            assert hashlib.sha256(made).digest() == hashlib.sha256(kept).digest()
        again = [row for batch in open_contacts(tmp_path / name).batches() for row in batch]
        assert again == rows(name)
