"""Tables in web pages, as CRMs write them."""

from pathlib import Path

import pytest

from lecommercial_batch.contacts import open_contacts
from lecommercial_batch.core.errors import ContactsError
from lecommercial_batch.core.model import Cell
from lecommercial_batch.planning.screening.flawed_rows import FlawedRow

HEAD = "<tr><th>Nom</th><th>Tel</th></tr>"
A, B = "<tr><td>A</td><td>06</td></tr>", "<tr><td>B</td><td>07</td></tr>"


def rows(folder: Path, page: str, encoding: str = "utf-8") -> list[tuple[int, tuple[Cell, ...]]]:
    (folder / "c.xls").write_bytes(page.encode(encoding))
    source = open_contacts(folder / "c.xls")
    assert source.columns == ("Nom", "Tel")
    return [(row.number, row.cells) for batch in source.batches() for row in batch]


@pytest.mark.parametrize(
    "page",
    [
        f"<table>{HEAD}{A}{B}</table>",
        f"<table><thead>{HEAD}</thead><tbody>{A}{B}</tbody></table><p>fin",
        f"<TABLE BORDER=1>{HEAD}{A}{B}".upper().replace("NOM", "Nom").replace("TEL", "Tel"),
        f"<html><body><table><tr><td>Titre</td></tr></table><table>{HEAD}{A}{B}</table></body></html>",
        f"<table><tr><td><table>{HEAD}{A}{B}</table></td></tr></table>",
        f"<!-- x --><table>{HEAD}{A}{B}</table><table><tr><td>x<td>y<tr><td>1<td>2</table>",
        "<table><tr><th>Nom<th>Tel<tr><td>A<td>06<tr><td>B<td>07</table>",
        f"<style>td>b{{}}</style><table>{HEAD}<script>'<tr>'</script>{A}{B}</table>",
    ],
)
def test_the_table_of_contacts_is_found(tmp_path: Path, page: str) -> None:
    """Whatever stands around it, and whether or not its cells are closed."""
    assert rows(tmp_path, page) == [(2, ("A", "06")), (3, ("B", "07"))]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<tr><td rowspan=2>A</td><td>06</td></tr><tr><td>07</td></tr>", [("A", "06"), ("", "07")]),
        ("<tr><td colspan=2>A</td></tr>" + B, [("A", ""), ("B", "07")]),
        ("<tr><td>a<br/>b &amp; c</td><td> 06\n 12 </td></tr>", [("a\nb & c", "06 12")]),
        ('<tr><td>A</td><td x:num="33612345678">3,36E+10</td></tr>', [("A", "33612345678")]),
        ("<tr><td><b>A</b> <i>B</i></td><td>06</td></tr>", [("A B", "06")]),
    ],
)
def test_cells_are_what_a_browser_shows(tmp_path: Path, body: str, expected: list[tuple[str, ...]]) -> None:
    """Merged cells keep the others in their columns; a number is taken whole where the page has it whole."""
    assert [cells for _, cells in rows(tmp_path, f"<table>{HEAD}{body}</table>")] == expected


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_the_encoding_is_found(tmp_path: Path, encoding: str) -> None:
    """As in any text."""
    page = f"<table>{HEAD}<tr><td>Zoé</td><td>06</td></tr></table>"
    assert rows(tmp_path, page, encoding) == [(2, ("Zoé", "06"))]


def test_a_long_row_far_down_is_marked(tmp_path: Path) -> None:
    """As in a CSV."""
    (tmp_path / "c.xls").write_text(f"<table>{HEAD}{A * 600}<tr><td>1<td>2<td>3</tr>{B}</table>", encoding="utf-8")
    read = [row for batch in open_contacts(tmp_path / "c.xls").batches() for row in batch]
    assert [row.number for row in read if isinstance(row, FlawedRow)] == [602]
    assert len(read) == 602


@pytest.mark.parametrize(
    ("page", "code"),
    [
        ("<html><p>Bonjour</html>", "not_a_table"),
        ("<table></table>", "not_a_table"),
        ("<table>" + HEAD + "<" + "x" * 200_000, "damaged_file"),
        ("<table><tr><td>A<td>0641700001<tr><td>B<td>0641700002</table>", "no_header"),
    ],
)
def test_what_cannot_be_read_says_so(tmp_path: Path, page: str, code: str) -> None:
    """A page without contacts, one that goes on and on, one without a header."""
    with pytest.raises(ContactsError) as caught:
        rows(tmp_path, page)
    assert caught.value.problems[0].code == code


@pytest.mark.parametrize(
    ("shown", "exact", "cell"),
    [
        ("+212 661234510", "661234510", "+212 661234510"),
        ("00 212 661 23 45 10", "661234510", "00 212 661 23 45 10"),
        ("(+34) 612345678", "612345678", "(+34) 612345678"),
        ("3,36E+10", "33612345678", "33612345678"),
        ("06 12 34 56 78", "612345678", "612345678"),
        ("+5", "5", "5"),
        ("1 234,50 €", "1234.5", "1234.5"),
    ],
)
def test_a_country_code_that_only_the_text_shows_is_kept(
    tmp_path: Path, shown: str, exact: str, cell: str
) -> None:
    """Excel has the code in the number's format, and its own number without it; else that is the whole one."""
    page = f'<table>{HEAD}<tr><td>A</td><td x:num="{exact}">{shown}</td></tr></table>'
    assert rows(tmp_path, page) == [(2, ("A", cell))]


STYLED = """<?xml version="1.0"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"
 xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Styles><Style ss:ID="Default" ss:Name="Normal"/>
<Style ss:ID="s1"><Font ss:Bold="1"/><NumberFormat ss:Format="{format}"/></Style></Styles>
<Worksheet ss:Name="A"><Table>{column}<Row><Cell><Data ss:Type="String">Nom</Data></Cell>
<Cell><Data ss:Type="String">Tel</Data></Cell></Row><Row{row}><Cell><Data ss:Type="String">A</Data></Cell>
<Cell{cell}><Data ss:Type="{kind}">661234510</Data></Cell></Row></Table></Worksheet></Workbook>"""


@pytest.mark.parametrize("where", ["column", "row", "cell"])
@pytest.mark.parametrize(
    ("code", "kind", "read"),
    [
        ("&quot;+212 &quot;0", "Number", "+212661234510"),
        ("\\+\\2\\1\\2\\ 0", "Number", "+212661234510"),
        ("&quot;+212 &quot;0", "String", "661234510"),
        ("0", "Number", "661234510"),
    ],
)
def test_a_country_code_in_a_format_of_excels_xml_is_read(
    tmp_path: Path, where: str, code: str, kind: str, read: str
) -> None:
    """Whether the cell, its row or its column has the style."""
    places = {
        "column": '<Column ss:Index="2" ss:StyleID="s1"/>',
        "row": ' ss:StyleID="s1"',
        "cell": ' ss:StyleID="s1"',
    }
    styled = {place: places[place] if place == where else "" for place in places}
    assert rows(tmp_path, STYLED.format(format=code, kind=kind, **styled)) == [(2, ("A", read))]
