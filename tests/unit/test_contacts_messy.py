"""Every messy sample: what must come out of it, or what must be said."""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import pytest

from lecommercial_batch.contacts import open_contacts
from lecommercial_batch.core.errors import ContactsError
from lecommercial_batch.core.model import Cell
from lecommercial_batch.planning.screening.flawed_rows import FlawedRow
from tests.unit.messy_checked import CHECKED

Rows = Sequence[tuple[int, tuple[Cell, ...]]]

MESSY = Path(__file__).parents[2] / "samples" / "messy"
COLUMNS = ("Prénom", "Téléphone", "Ville")
ZOE = (2, ("Zoé", "06 41 70 00 01", "Lyon"))
FRANCOIS = (3, ("François", "+33 6 41 70 00 02", "Besançon"))
COEUR = (4, ("Cœur", "0641700003", "Nîmes"))
CLEAN: tuple[tuple[str, ...], Rows] = (COLUMNS, [ZOE, FRANCOIS, COEUR])
LIMITED = (*COLUMNS, "Limite")
BY_LIBREOFFICE: Rows = [
    (2, (*ZOE[1], date(2026, 12, 24))),
    (3, ("Léo", 641700002, "#N/A", "")),
    (4, (*COEUR[1], "")),
]

READ: Mapping[str, tuple[tuple[str, ...], Rows]] = {
    "semicolon-cp1252.csv": CLEAN,
    "comma-utf8.csv": CLEAN,
    "tab.tsv": CLEAN,
    "pipe.txt": CLEAN,
    "bom.csv": CLEAN,
    "utf16-excel.txt": CLEAN,
    "utf16-no-bom.csv": CLEAN,
    "latin9.csv": (COLUMNS, [ZOE, FRANCOIS, COEUR, (5, ("Maëlle", "0641700004", "12 € à Œuilly"))]),
    "mac-roman.csv": CLEAN,
    "sep-line.csv": CLEAN,
    "cr-only.csv": CLEAN,
    "nul-bytes.csv": CLEAN,
    "nul-tail.csv": CLEAN,
    "hidden-sheet.xlsx": CLEAN,
    "formatted-but-empty.xlsx": CLEAN,
    "line-breaks-in-cells.csv": (
        ("Prénom", "Adresse", "Téléphone"),
        [(2, ("Zoé", "1, rue X\r\n69000 Lyon", "0641700001")), (3, ("Léo", 'dit "le Grand"', "0641700002"))],
    ),
    "short-and-long-rows.csv": (
        COLUMNS,
        [
            *(ZOE, FRANCOIS, COEUR),
            (5, ("Léo", "0641700004", "")),
            (6, ("Eve", "0641700005", "Aix")),
            (7, ("Ada", "0641700006", "Pau")),
        ],
    ),
    "titles-and-blank-lines.csv": (COLUMNS, [(4, ZOE[1]), (7, FRANCOIS[1]), (8, COEUR[1])]),
    "duplicate-and-empty-headers.csv": (
        ("Nom", "Tel", "Tel (2)", "Column D", "Nom (2)"),
        [(2, ("Zoé", "0641700001", "0641700002", "x", "Roy"))],
    ),
    "crm-export.xls": (
        ("Prénom", "Téléphone", "Note"),
        [
            (2, ("Zoé", "33641700001", "a & b\nc")),
            (3, ("Léo", "06 41 70 00 02", "")),
            (5, ("Eve", "0641700003", "été")),
        ],
    ),
    "excel-2003.xls": (("Prénom", "Column B", "Mobile"), [(4, ("Zoé", "", "641700001"))]),
    "error-cells.xlsx": (COLUMNS, [(2, ("Zoé", "#N/A", "Lyon")), (3, ("#REF!", 641700002, ""))]),
    "formulas-dates-amounts.xlsx": (
        ("Client", "Téléphone", "Limite", "Montant", "Dossier"),
        [(2, ("Zoé", "0641700001", date(2026, 12, 24), 1234.5, 20260412001))],
    ),
    "merged-headers.xlsx": (
        ("Client", "Téléphone", "E-mail", "Ville"),
        [(3, ("Zoé", "0641700001", "zoe@example.fr", "Lyon"))],
    ),
    "libreoffice.ods": (LIMITED, BY_LIBREOFFICE),
    "libreoffice.xlsx": (LIMITED, BY_LIBREOFFICE),
    "clients.parquet": (
        (*COLUMNS, "Montant", "Limite"),
        [
            (2, (*ZOE[1], 1234.5, date(2026, 12, 24))),
            (3, (*FRANCOIS[1], 2, "")),
            (4, (*COEUR[1], "", date(2026, 12, 26))),
        ],
    ),
}
REFUSED = {
    "open-quote.csv": ("open_quote", 3),
    "stray-quote.csv": ("stray_quote", 2),
    "slipped-everywhere.csv": ("long_row", 2),
    "no-header.csv": ("no_header", 1),
    "damaged-utf8.csv": ("damaged_text", 5),
    "picture.csv": ("not_a_table", None),
    "empty.csv": ("empty_file", None),
    "truncated.xlsx": ("damaged_file", None),
    "password.xlsx": ("password", None),
    "corrupt.xls": ("damaged_file", None),
    "cell-far-away.xlsx": ("damaged_file", None),
    "xml-bomb.xlsx": ("damaged_file", None),
    "bomb.csv.gz": ("hostile_file", None),
    "zip-bomb.xlsx": ("hostile_file", None),
}
NOT_HERE = {"excel-numbers.csv", "countries.csv", "libreoffice.xls", "make_messy.py", "make_more.py", "README.md"}
ELSEWHERE = NOT_HERE | CHECKED.keys()

HARMFUL = [name for name in REFUSED if Path(name).suffix in {".xlsx", ".xls", ".gz"}]
MEASURED = """
import json, resource, sys
from pathlib import Path
from lecommercial_batch.contacts import open_contacts
from lecommercial_batch.core.errors import ContactsError
try:
    code = sum(map(len, open_contacts(Path(sys.argv[1])).batches()))
except ContactsError as error:
    code = error.problems[0].code
used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
seconds = sum(each.ru_utime + each.ru_stime for each in used)
print(json.dumps([code, seconds, sum(each.ru_maxrss for each in used) // 1024]))
"""

#: Starts it from a small process: Linux counts the memory of whoever starts a process into its peak.
SMALL = "import subprocess, sys; sys.exit(subprocess.call([sys.executable, '-c', *sys.argv[1:]]))"


def test_every_sample_has_its_test() -> None:
    """No file lies there of which nobody knows what must come out."""
    assert {path.name for path in MESSY.iterdir() if path.is_file()} == {*READ, *REFUSED, *ELSEWHERE}


@pytest.mark.parametrize("name", READ)
def test_what_can_be_read_is(name: str) -> None:
    """Columns, cells with their kinds, and rows by Excel's numbers, whatever wrote the file."""
    source = open_contacts(MESSY / name)
    rows = [(row.number, row.cells) for batch in source.batches() for row in batch]
    assert (source.columns, rows) == READ[name]
    assert [list(map(type, cells)) for _, cells in rows] == [list(map(type, cells)) for _, cells in READ[name][1]]


def test_the_xls_reads_like_the_others() -> None:
    """Only its error cell is read as an empty one."""
    source = open_contacts(MESSY / "libreoffice.xls")
    rows = [(row.number, row.cells) for batch in source.batches() for row in batch]
    spoilt = [
        (number, tuple("" if cell == "#N/A" else cell for cell in cells)) for number, cells in BY_LIBREOFFICE
    ]
    assert (source.columns, rows) == (LIMITED, spoilt)


def test_the_long_row_among_good_ones_is_marked() -> None:
    """It is known by its number, and the rows around it can be written to."""
    rows = [row for batch in open_contacts(MESSY / "short-and-long-rows.csv").batches() for row in batch]
    assert [(row.number, row.column) for row in rows if isinstance(row, FlawedRow)] == [(6, "D")]


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_says_why(name: str, capfd: pytest.CaptureFixture[str]) -> None:
    """The file's name, a code, the row where there is one, advice; nothing on the terminal from below."""
    with pytest.raises(ContactsError) as caught:
        list(open_contacts(MESSY / name).batches())
    found = caught.value.problems[0]
    assert (found.code, found.row) == REFUSED[name]
    assert found.file.endswith(name)
    assert str(found.advice)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("name", [*HARMFUL, "formatted-but-empty.xlsx"])
def test_harm_is_bounded(name: str) -> None:
    """Two seconds of processor time and 300 MB are enough to refuse any of them, or to pass over what is empty."""
    command = [sys.executable, "-c", SMALL, MEASURED, str(MESSY / name)]
    done = subprocess.run(command, capture_output=True, check=True)
    code, seconds, megabytes = json.loads(done.stdout)
    assert code == (REFUSED[name][0] if name in REFUSED else 3)
    assert seconds < 2
    assert megabytes < 300
