"""The row of the header, where somebody names it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook

from lecommercial_batch.app.sources import open_file
from lecommercial_batch.contacts import open_contacts
from lecommercial_batch.core.errors import CampaignError, ContactsError, Problem
from lecommercial_batch.planning.campaign.campaign import load_campaign

Writing = Callable[[Path, list[list[str]]], Path]
HEADER = ["Prénom", "Téléphone"]
ZOE = ["Zoé", "0641700001"]
NOTE = ["Note", "du 12 avril"]


def text(folder: Path, rows: list[list[str]]) -> Path:
    path = folder / "c.csv"
    path.write_text("".join(";".join(row) + "\n" for row in rows), encoding="utf-8")
    return path


def told(folder: Path, rows: list[list[str]]) -> Path:
    path = folder / "c.csv"
    path.write_text("sep=,\n" + "".join(",".join(row) + "\n" for row in rows), encoding="utf-8")
    return path


def page(folder: Path, rows: list[list[str]]) -> Path:
    lines = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    (folder / "c.html").write_text(f"<table>{lines}</table>", encoding="utf-8")
    return folder / "c.html"


def book(folder: Path, rows: list[list[str]]) -> Path:
    made = Workbook()
    for number, row in enumerate(rows, start=1):
        for column, cell in enumerate(row, start=2):  # nothing stands in A
            made.worksheets[0].cell(number, column, cell)
    made.save(folder / "c.xlsx")
    return folder / "c.xlsx"


every = pytest.mark.parametrize("write", [text, told, page, book])


def problem(path: Path, header: int) -> Problem:
    with pytest.raises(ContactsError) as caught:
        open_contacts(path, header=header)
    return caught.value.problems[0]


@every
@pytest.mark.parametrize("above", [0, 1, 29, 30, 700])
def test_the_row_that_is_named_is_the_header(tmp_path: Path, write: Writing, above: int) -> None:
    """However far down it is; what stands above is passed over, and rows keep the file's numbers."""
    source = open_contacts(write(tmp_path, [NOTE] * above + [HEADER, ZOE, [], ZOE]), header=above + 1)

    assert source.columns == tuple(HEADER)
    rows = [(row.number, row.cells) for batch in source.batches() for row in batch]
    assert rows == [(above + 2, tuple(ZOE)), (above + 4, tuple(ZOE))]


@every
@pytest.mark.parametrize("header", [2, 5, 5000])
def test_a_row_in_which_there_is_nothing_is_no_header(tmp_path: Path, write: Writing, header: int) -> None:
    """Blank, or beyond the end: the row is named, and where to name another."""
    found = problem(write(tmp_path, [HEADER, [], ZOE, ZOE]), header)

    assert (found.code, found.row) == ("no_header", header)
    assert "--header" in str(found.advice)


@every
def test_a_row_of_contacts_is_no_header(tmp_path: Path, write: Writing) -> None:
    """Whoever counted wrongly would lose it."""
    assert problem(write(tmp_path, [HEADER, ZOE, ZOE]), 2).code == "no_header"


@every
def test_a_header_far_below_blank_rows_is_found(tmp_path: Path, write: Writing) -> None:
    """It is looked for from the first row that holds anything."""
    source = open_contacts(write(tmp_path, [[]] * 40 + [HEADER, ZOE]))

    assert [row.number for batch in source.batches() for row in batch] == [42]


def test_a_line_break_in_a_cell_above_is_no_row(tmp_path: Path) -> None:
    """Rows are counted, not lines."""
    path = tmp_path / "c.csv"
    path.write_text('"Notes\nde la\nréunion";x\nPrénom;Téléphone\nZoé;0641700001\n', encoding="utf-8")

    assert open_contacts(path, header=2).columns == tuple(HEADER)


@pytest.mark.parametrize("name", ["iphone.vcf", "clients.parquet"])
def test_what_has_no_header_row_can_have_none_named(name: str) -> None:
    """A key that would be ignored is an error instead."""
    found = problem(Path(__file__).parents[2] / "samples" / "messy" / name, 2)

    assert (found.code, str(found.advice)) == ("no_header", "Remove `header`.")


def campaign(folder: Path, contacts: str) -> Path:
    path = folder / "c.toml"
    path.write_text(f'name = "x"\n[contacts]\n{contacts}\n[message]\ntext = "Bonjour"\n', encoding="utf-8")
    return path


def test_a_campaign_names_it(tmp_path: Path) -> None:
    """By the row as a spreadsheet shows it."""
    text(tmp_path, [*[NOTE] * 4, HEADER, ZOE])

    source = open_file(load_campaign(campaign(tmp_path, 'file = "c.csv"\nheader = 5')))

    assert source.columns == tuple(HEADER)


@pytest.mark.parametrize("contacts", ['file = "c.csv"\nheader = 0', "list_id = 7\nheader = 2"])
def test_a_campaign_that_cannot_have_one_is_refused(tmp_path: Path, contacts: str) -> None:
    """Rows are counted from one, and a list has none."""
    with pytest.raises(CampaignError):
        load_campaign(campaign(tmp_path, contacts))
