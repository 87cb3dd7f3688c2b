"""CSV files as people have them, read to the row."""

import codecs
import csv
import io
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lecommercial_batch.contacts import open_contacts
from lecommercial_batch.core.errors import ContactsError, Problem
from lecommercial_batch.core.model import Cell, Row
from lecommercial_batch.planning.screening.flawed_rows import FlawedRow

Rows = Sequence[tuple[int, tuple[Cell, ...]]]


def read(folder: Path, content: str | bytes, name: str = "c.csv") -> tuple[tuple[str, ...], Rows]:
    """Write a file and read it: its columns, and its rows with their numbers."""
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    source = open_contacts(path)
    return source.columns, [(row.number, row.cells) for batch in source.batches() for row in batch]


def problem(folder: Path, content: str | bytes) -> Problem:
    """Read a file that cannot be read, and return what is said of it."""
    with pytest.raises(ContactsError) as caught:
        read(folder, content)
    (only,) = caught.value.problems
    return only


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_the_delimiter_is_found(tmp_path: Path, delimiter: str, end: str) -> None:
    """Whatever stands between the cells, and whatever ends the lines."""
    text = end.join(["Nom;Tel;Montant", "A;06;1.5", "B;07;2.5", ""]).replace(";", delimiter)
    assert read(tmp_path, text) == (("Nom", "Tel", "Montant"), [(2, ("A", "06", "1.5")), (3, ("B", "07", "2.5"))])


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("Tel;Montant\n06;1,50\n07;2,50\n", ("06", "1,50")),
        ("Nom;Adresse\nA;1, rue X, Lyon\nB;2, rue Y, Lyon\n", ("A", "1, rue X, Lyon")),
        ('Nom,Note\nA,"x;y;z"\nB,"x;y;z"\n', ("A", "x;y;z")),
        ("Tel\n06 12\n07 12\n", ("06 12",)),
        ("sep=,\r\nA;B,C\r\n1;2,3\r\n", ("1;2", "3")),
        ("SEP=^\nA;B^C\n1;2^3\n", ("1;2", "3")),
        ("sep=\n;A;B\n1;2;3\n", ("1", "2", "3")),
    ],
)
def test_what_looks_like_a_delimiter_may_be_text(tmp_path: Path, text: str, cells: tuple[str, ...]) -> None:
    """Decimal commas and addresses do not cut rows; a `sep=` line settles it."""
    assert read(tmp_path, text)[1][0][1] == cells


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "iso8859-15", "mac_roman"]
)
def test_the_encoding_is_found(tmp_path: Path, encoding: str) -> None:
    """Accents arrive as they were written."""
    text = "Prénom;Tel\nZoé;06\nFrançois;07\nCœur à 3 €;08\n"
    columns, rows = read(tmp_path, text.encode(encoding))
    assert columns == ("Prénom", "Tel")
    assert [cells[0] for _, cells in rows] == ["Zoé", "François", "Cœur à 3 €"]


def test_an_accent_far_down_decides_too(tmp_path: Path) -> None:
    """The encoding is judged by the whole file, not by its beginning."""
    text = "Nom;Tel\n" + "A;06\n" * 300_000 + "Zoé;07\n"
    assert read(tmp_path, text.encode("cp1252"))[1][-1] == (300_002, ("Zoé", "07"))


def test_damaged_utf_8_is_not_taken_for_another_encoding(tmp_path: Path) -> None:
    """One foreign byte must not turn every other accent into two strange letters."""
    found = problem(tmp_path, "Nom\nZoé\n".encode() + b"Zo\xe9\n")
    assert (found.code, found.row) == ("damaged_text", 3)


def test_rows_are_numbered_as_excel_shows_them(tmp_path: Path) -> None:
    """A blank line counts, a quoted line break does not, the `sep=` line does not."""
    text = 'sep=;\r\n\r\nNom;Tel\r\n"A\r\nB";06\r\n\r\n;\r\n   ;\t\r\nC;07\r\n'
    assert read(tmp_path, text) == (("Nom", "Tel"), [(3, ("A\r\nB", "06")), (7, ("C", "07"))])


def test_rows_keep_their_numbers_over_batches(tmp_path: Path) -> None:
    """Numbers are exact however far down, blank lines included, and a second reading gives the same."""
    text = "Nom\n" + "".join("\n" if index % 7 == 0 else f"{index}\n" for index in range(2, 12_000))
    path = tmp_path / "c.csv"
    path.write_text(text)
    source = open_contacts(path)
    for _ in range(2):
        rows = [row for batch in source.batches() for row in batch]
        assert [str(row.number) for row in rows] == [row.cells[0] for row in rows]


def test_titles_above_the_header_are_passed_over(tmp_path: Path) -> None:
    """The header is the first row that is nearly full."""
    text = "Export du 12/04/2026;;;\n;;;\nNom;Tel;Ville;Note\nA;06;Lyon;\n"
    assert read(tmp_path, text) == (("Nom", "Tel", "Ville", "Note"), [(4, ("A", "06", "Lyon", ""))])


@pytest.mark.parametrize(
    ("header", "columns"),
    [
        ("Nom;Nom;nom", ("Nom", "Nom (2)", "nom")),
        ("Nom;Nom;Nom (2)", ("Nom", "Nom (3)", "Nom (2)")),
        ("Nom;;Tel", ("Nom", "Column B", "Tel")),
        ("Nom;Tel;", ("Nom", "Tel", "Column C")),
        (' Nom ;"Nu\nméro";Tel', ("Nom", "Nu méro", "Tel")),
    ],
)
def test_every_column_has_a_name_of_its_own(tmp_path: Path, header: str, columns: tuple[str, ...]) -> None:
    """A repeated header is numbered, an empty one named by its letter, spaces and line breaks are one space."""
    assert read(tmp_path, f"{header}\n1;2;3\n")[0] == columns


def test_empty_columns_at_the_end_are_none(tmp_path: Path) -> None:
    """What Excel adds for cells that were only formatted is not shown as columns."""
    assert read(tmp_path, "Nom;Tel;;;\nA;06;;;\n") == (("Nom", "Tel"), [(2, ("A", "06"))])


def test_cells_are_left_as_they_are(tmp_path: Path) -> None:
    """Zeros, spaces and words that pandas knows as missing values stay text."""
    assert read(tmp_path, "a;b;c;d\n007; x ;NA;null\n")[1] == [(2, ("007", " x ", "NA", "null"))]


def test_short_rows_are_filled_up(tmp_path: Path) -> None:
    """A row always has as many cells as there are columns; empty cells too many at its end are nothing."""
    text = "a;b;c\n1\n1;2\n1;2;3;;\n"
    assert [cells for _, cells in read(tmp_path, text)[1]] == [("1", "", ""), ("1", "2", ""), ("1", "2", "3")]


@pytest.mark.parametrize("above", [2, 10, 20_000])
@pytest.mark.parametrize("row", ["1;rue X;2", ";;x", "1;2" + ";" * 90 + "x"])
def test_a_row_longer_than_its_header_is_marked(tmp_path: Path, above: int, row: str) -> None:
    """Its cells have slipped: it can only be rejected, by its number, and the rows around it are read."""
    path = tmp_path / "c.csv"
    path.write_text("a;b\n" + "1;2\n" * above + f"{row}\n" + "3;4\n", encoding="utf-8")
    rows = [row for batch in open_contacts(path).batches() for row in batch]
    assert [row.number for row in rows if isinstance(row, FlawedRow)] == [above + 2]
    assert (len(rows), rows[-1]) == (above + 2, Row(above + 3, ("3", "4")))


@pytest.mark.parametrize(
    "text",
    [
        "a;b\n1;rue X;2\n",
        "a;b\n" + "1;2\n1;rue X;2\n3;x;4\n" * 10,
        "a;b\n" + "1;2\n" * 6_000 + "1;rue X;2\n" * 1_000,
    ],
)
def test_a_file_of_slipped_rows_is_refused(tmp_path: Path, text: str) -> None:
    """Where many rows are too long, those that are not cannot be trusted either; each is named, up to fifty."""
    with pytest.raises(ContactsError) as caught:
        read(tmp_path, text)
    first = next(index for index, line in enumerate(text.splitlines(), start=1) if line.count(";") == 2)
    assert caught.value.problems[0].row == first
    assert {problem.code for problem in caught.value.problems} == {"long_row"}
    assert len(caught.value.problems) == min(50, sum(line.count(";") == 2 for line in text.splitlines()))


def test_a_row_of_thousands_of_cells_is_damage(tmp_path: Path) -> None:
    """No memory is spent on columns that only a damaged row has."""
    found = problem(tmp_path, "a;b\n" + "1;2\n" * 600 + ";" * 5_000 + "x\n")
    assert (found.code, found.row) == ("long_row", 602)


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ('Nom;Tel\n"Bob;06\nZoé;07\n"Al;08\nEve;09\n', 2),
        ('Nom;Tel;Ville\nA;06;Lyon\nB;"07;Paris\nC;08";Lille\n', 3),
        ('Nom,Tel,Ville\nA,06,"Lyon\nB,07,Paris\nC,08,"Lille\n', 2),
    ],
)
def test_a_stray_quotation_mark_swallows_nothing_in_silence(tmp_path: Path, text: str, row: int) -> None:
    """A cell that holds the end of a row, whole rows and the beginning of one is refused with its row."""
    found = problem(tmp_path, text)
    assert (found.code, found.row) == ("stray_quote", row)


@pytest.mark.parametrize(
    "text",
    [
        'Nom;Adresse\nA;"1, rue X\n69000 Lyon"\n',
        'Nom,Adresse\nA,"rue X\n69000, Lyon"\n',
        'Nom;Note;Ville\nA;"un;deux\ntrois";Lyon\n',
        'Note\n"un\ndeux\ntrois"\n',
    ],
)
def test_line_breaks_in_cells_are_usual(tmp_path: Path, text: str) -> None:
    """Addresses and notes of several lines are cells like others."""
    assert len(read(tmp_path, text)[1]) == 1


@pytest.mark.parametrize("first", ["Zoé;0641700001", "zoe@example.fr;x", "641700001;Zoé"])
def test_a_file_without_a_header_says_so(tmp_path: Path, first: str) -> None:
    """A first row that is somebody's contact is not taken for names, or that person would be lost."""
    found = problem(tmp_path, f"{first}\nLéo;0641700002\n")
    assert (found.code, found.row) == ("no_header", 1)


@pytest.mark.parametrize(
    ("content", "code", "row"),
    [
        (b"", "empty_file", None),
        (b"\n \r\n\n", "empty_file", None),
        (codecs.BOM_UTF8, "empty_file", None),
        (b"\x89PNG\r\n\0\0\0\0", "not_a_table", None),
        (b"<html><p>Bonjour", "not_a_table", None),
        (b'a;b\n1;2\n3;"4\n5;6\n', "open_quote", 3),
        (codecs.BOM_UTF16_LE + "a;b\n1;2\n".encode("utf-16-le") + b"x", "damaged_file", None),
    ],
)
def test_what_cannot_be_read_says_so(tmp_path: Path, content: bytes, code: str, row: int | None) -> None:
    """One problem with the file's name, a code, and what to do."""
    found = problem(tmp_path, content)
    assert (found.code, found.row, found.file) == (code, row, str(tmp_path / "c.csv"))
    assert str(found.advice)


def test_a_header_alone_has_no_rows(tmp_path: Path) -> None:
    """That nobody is in the file is for the planner to say."""
    assert read(tmp_path, "Nom;Tel\r\n") == (("Nom", "Tel"), [])


CELL = st.text(st.characters(codec="utf-8", exclude_characters="\0", exclude_categories=["Cs"]), max_size=12)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
@given(
    rows=st.lists(st.lists(CELL, min_size=3, max_size=3), max_size=12),
    delimiter=st.sampled_from(";,\t|"),
    end=st.sampled_from(["\n", "\r\n"]),
    bom=st.booleans(),
)
def test_no_row_is_lost(tmp_path: Path, rows: list[list[str]], delimiter: str, end: str, *, bom: bool) -> None:
    """Whatever Excel can quote into a CSV comes out again, each row under its number."""
    written = io.StringIO()
    writer = csv.writer(written, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL)
    writer.writerows([["Nom", "Tel", "Ville"], *rows])
    columns, found = read(tmp_path, written.getvalue().encode("utf-8-sig" if bom else "utf-8"))
    assert columns == ("Nom", "Tel", "Ville")
    assert found == [(number, tuple(row)) for number, row in enumerate(rows, start=2) if "".join(row).strip()]


def test_lines_in_two_encodings_are_refused_with_the_first(tmp_path: Path) -> None:
    """As when one export is pasted under another: whoever is called Zoé would be greeted as ZoÃ©."""
    text = "Prénom;Tel\nFrançois;06\n".encode("cp1252") + "Zoé;07\n".encode() + "Léa;08\n".encode("cp1252")
    found = problem(tmp_path, text)
    assert (found.code, found.row) == ("damaged_text", 3)


def test_byte_order_marks_of_joined_files_are_no_text(tmp_path: Path) -> None:
    """The header's first name is what it looks like."""
    text = "\ufeff\ufeffPrénom;Tel\nZoé;06\n\ufeffLéa;07\n"
    assert read(tmp_path, text.encode()) == (("Prénom", "Tel"), [(2, ("Zoé", "06")), (3, ("Léa", "07"))])


@pytest.mark.parametrize(
    "phone", ["Tél. 06 12 34 50 10", "tel:+33612345010", "Portable 06 12 34 50 10", "0470/12.34.56 (GSM)"]
)
def test_a_first_contact_with_a_word_beside_its_number_is_no_header(tmp_path: Path, phone: str) -> None:
    """The file has none, and is refused rather than read without its first contact."""
    assert problem(tmp_path, f"Zoé;{phone}\nLéo;06 41 70 00 02\n").code == "no_header"


def wide(questions: int, *, title: str = "") -> str:
    """Write a survey's export: two columns, and so many questions that take 120 characters each."""
    header = ["Prénom", "Téléphone portable", *(f"Participant {n} : {title}{'x' * 110}" for n in range(questions))]
    row = ["Zoé", "06 11 11 11 11", *(f"06 99 00 {n // 100:02} {n % 100:02}" for n in range(questions))]
    return f"{';'.join(header)}\n{';'.join(row)}\n"


@pytest.mark.parametrize("title", ["", 'de "'])
def test_a_header_may_be_longer_than_what_a_file_is_judged_by(tmp_path: Path, title: str) -> None:
    """Every name stands over its own cells, however long the line of names."""
    text = wide(900, title=title)
    if title:
        text = "\n".join(
            ";".join('"' + cell.replace('"', '""').replace(":", "\n") + '"' for cell in line.split(";"))
            for line in text.splitlines()
        )
    columns, rows = read(tmp_path, text)

    assert len(columns) == 902
    assert rows[0][1][:3] == ("Zoé", "06 11 11 11 11", "06 99 00 00 00")


@pytest.mark.parametrize("first", ["x" * 200_000 + ";y", ";".join("x" * 300)])
def test_a_first_line_that_pandas_cuts_otherwise_shifts_no_column(tmp_path: Path, first: str) -> None:
    """Where the width of a row cannot be explained, the file is refused; no cell moves to another name."""
    table = "Nom;Tel\nZoé;0641700001\nLéo;0641700002\n"
    try:
        _, rows = read(tmp_path, f"{first}\n{table}")
    except ContactsError:
        return
    assert rows[-1][1][:2] == ("Léo", "0641700002")


@given(st.lists(st.lists(st.text('ab;"\n\r x', max_size=6), min_size=1, max_size=5), min_size=1, max_size=5))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
def test_the_first_row_never_moves_the_others(tmp_path: Path, rows: list[list[str]]) -> None:
    """Whatever stands in it, the rows below keep their cells in their columns or the file is refused."""
    written = io.StringIO()
    csv.writer(written, delimiter=";").writerows([*rows, ["Nom", "Tel"], ["Zoé", "0641700001"]])
    try:
        _, found = read(tmp_path, written.getvalue())
    except ContactsError:
        return
    for _, cells in found:
        assert "0641700001" not in cells or cells.index("0641700001") == 1
