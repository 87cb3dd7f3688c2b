"""What holds of the readers whatever is in the file."""

import html
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from lecommercial_batch.contacts import open_contacts
from lecommercial_batch.core.errors import InputError
from lecommercial_batch.core.model import Cell, Row

pa = pytest.importorskip("pyarrow", reason="the extra `parquet` is not installed")
parquet = pytest.importorskip("pyarrow.parquet", reason="as above")

HEADER = ("Nom", "Tel", "Ville")
#: What people type, without what spreadsheets refuse, and without the signs by which cells are told to be errors.
TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"], exclude_characters="_#"), max_size=10)
#: A cell of nothing but space is not always told from an empty one.
CELL = TEXT.map(lambda text: text if text.strip() else "")
ROWS = st.lists(st.lists(CELL, min_size=3, max_size=3), max_size=8)
WRITTEN = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)


def read(path: Path) -> tuple[tuple[str, ...], list[Row]]:
    source = open_contacts(path)
    return source.columns, [row for batch in source.batches() for row in batch]


def numbered(rows: Sequence[Sequence[Cell]]) -> list[Row]:
    """Return the rows that are not blank, as they are numbered under a header."""
    return [Row(number, tuple(row)) for number, row in enumerate(rows, start=2) if "".join(map(str, row)).strip()]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300, deadline=None)
@given(content=st.binary(max_size=400), name=st.sampled_from(["c.csv", "c.txt", "c.html", "c.parquet", "c.xls"]))
def test_bytes_are_rows_or_input_to_fix(tmp_path: Path, content: bytes, name: str) -> None:
    """Nothing but an InputError comes out of a reader, and a row has as many cells as there are columns."""
    path = tmp_path / name
    path.write_bytes(content)
    try:
        columns, rows = read(path)
    except InputError:
        return
    assert {len(row.cells) for row in rows} <= {len(columns)}
    assert len(set(columns)) == len(columns)
    assert [row.number for row in rows] == sorted({row.number for row in rows})


@WRITTEN
@given(rows=ROWS)
def test_a_workbook_gives_back_its_rows(tmp_path: Path, rows: list[list[str]]) -> None:
    """Each under its number, text as text."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Clients")
    for row in [HEADER, *rows]:
        sheet.append([f"'{cell}" if cell.startswith("=") else cell for cell in row])
    book.save(tmp_path / "c.xlsx")
    guarded = [[f"'{cell}" if cell.startswith("=") else cell for cell in row] for row in rows]
    assert read(tmp_path / "c.xlsx") == (HEADER, numbered(guarded))


@WRITTEN
@given(rows=ROWS)
def test_a_web_page_gives_back_its_rows(tmp_path: Path, rows: list[list[str]]) -> None:
    """Each under its number; runs of spaces are one space there."""
    lines = [
        "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>" for row in [HEADER, *rows]
    ]
    (tmp_path / "c.xls").write_text(f"<html><table>{''.join(lines)}</table></html>", encoding="utf-8")
    assert read(tmp_path / "c.xls") == (
        HEADER,
        numbered([[" ".join(cell.split()) for cell in row] for row in rows]),
    )


@settings(WRITTEN, max_examples=8)  # each has a process of its own
@given(rows=ROWS)
def test_a_parquet_file_gives_back_its_rows(tmp_path: Path, rows: list[list[str]]) -> None:
    """Each under its number."""
    columns = {name: pa.array([row[index] for row in rows], pa.string()) for index, name in enumerate(HEADER)}
    parquet.write_table(pa.table(columns), tmp_path / "c.parquet")
    assert read(tmp_path / "c.parquet") == (HEADER, numbered(rows))


def test_parquet_without_its_package_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command to paste is in the advice."""
    (tmp_path / "c.parquet").write_bytes(b"PAR1")
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(InputError) as caught:
        open_contacts(tmp_path / "c.parquet")
    assert caught.value.problems[0].code == "missing_package"
    assert "pip install 'lecommercial-batch[parquet]'" in str(caught.value.problems[0].advice)
