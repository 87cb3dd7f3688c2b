"""Which reader a path gets, and what is said when none will do."""

import subprocess
import sys
from pathlib import Path

import pytest
from openpyxl import Workbook

from lecommercial_batch.contacts import SUPPORTED, open_contacts
from lecommercial_batch.core.errors import ContactsError, Problem

BYTES = b"Nom;Tel\nA;06\n"


def problem(path: Path, *, sheet: str | None = None) -> Problem:
    """Open what cannot be opened, and return what is said of it."""
    with pytest.raises(ContactsError) as caught:
        open_contacts(path, sheet=sheet)
    (only,) = caught.value.problems
    assert only.file == str(path)
    return only


@pytest.mark.parametrize("name", ["c.csv", "c.tsv", "c.txt", "C.CSV", "c.xls", "c.xlsx"])
def test_text_is_read_as_text_whatever_it_is_called(tmp_path: Path, name: str) -> None:
    """A CSV renamed to .xls, as web tools do it, is still a CSV."""
    (tmp_path / name).write_bytes(BYTES)
    assert open_contacts(tmp_path / name).columns == ("Nom", "Tel")


@pytest.mark.parametrize("name", ["c.xlsx", "c.xlsm", "c.xls", "c.csv"])
def test_a_workbook_is_read_as_one_whatever_it_is_called(tmp_path: Path, name: str) -> None:
    """The content is believed before the name."""
    book = Workbook()
    book.worksheets[0].append(["Nom", "Tel"])
    book.save(tmp_path / "made.xlsx")
    (tmp_path / "made.xlsx").rename(tmp_path / name)
    assert open_contacts(tmp_path / name).columns == ("Nom", "Tel")


def test_messages_call_the_file_what_the_operator_called_it(tmp_path: Path) -> None:
    """The name given goes into problems and into the source's name."""
    path = tmp_path / "c.csv"
    path.write_bytes(BYTES + b'B;"07\n')
    source = open_contacts(path, name="../c.csv")
    assert source.name == "../c.csv"
    with pytest.raises(ContactsError) as caught:
        list(source.batches())
    assert caught.value.problems[0].file == "../c.csv"


@pytest.mark.parametrize(
    ("asked", "advice"),
    [
        ("client.xlsx", "Did you mean {folder}/Clients.xlsx?"),
        ("zzz.csv", "Contact files in that folder: Clients.xlsx, liste.csv."),
        ("nowhere/clients.xlsx", "There is no folder {folder}/nowhere either: check the path."),
        ("liste.csv/clients.csv", "There is no folder {folder}/liste.csv either: check the path."),
    ],
)
def test_a_missing_file_is_looked_for(tmp_path: Path, asked: str, advice: str) -> None:
    """The nearest name in the folder is proposed; lock files and others do not count."""
    for name in ("Clients.xlsx", "liste.csv", "~$Clients.xlsx", ".c.csv", "notes.pdf"):
        (tmp_path / name).write_bytes(BYTES)
    found = problem(tmp_path / asked)
    assert (found.code, str(found.advice)) == ("file_not_found", advice.format(folder=tmp_path))


def test_a_folder_is_not_a_file(tmp_path: Path) -> None:
    """The message names a file that is in it."""
    (tmp_path / "c.csv").write_bytes(BYTES)
    found = problem(tmp_path)
    assert (found.code, str(found.advice)) == ("is_a_folder", f"Name a file in it, such as {tmp_path}/c.csv.")


@pytest.mark.parametrize("name", ["c.pdf", "c.doc", "c"])
def test_other_kinds_are_refused(tmp_path: Path, name: str) -> None:
    """The message names every kind that can be read."""
    (tmp_path / name).write_bytes(BYTES)
    found = problem(tmp_path / name)
    assert found.code == "unsupported_file"
    assert all(ending in str(found.advice) for ending in SUPPORTED)


def test_a_text_file_has_no_sheets(tmp_path: Path) -> None:
    """A `sheet` that would be ignored is an error instead."""
    (tmp_path / "c.csv").write_bytes(BYTES)
    assert problem(tmp_path / "c.csv", sheet="Clients").code == "unknown_sheet"


def test_the_readers_libraries_are_loaded_when_a_file_is_opened() -> None:
    """Importing the package costs neither pandas nor calamine."""
    code = "import sys, lecommercial_batch.contacts; print({'pandas', 'python_calamine'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
