"""Write the messy samples beside this script: a file of each kind that people have, damaged the way theirs are.

LibreOffice, where it is installed, writes the .xls and the .ods and one .xlsx; the rest is written by hand, as the
programs write it that no script can drive. The people and numbers are invented, as in `clients.csv`.
"""

# ruff: noqa: E501 - files as they stand on disk are easier to read unbroken
import codecs
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from xml.sax.saxutils import escape

HERE = Path(__file__).parent
HEADER = ["Prénom", "Téléphone", "Ville"]
# fmt: off
PEOPLE = [
    ["Zoé", "06 41 70 00 01", "Lyon"],
    ["François", "+33 6 41 70 00 02", "Besançon"],
    ["Cœur", "0641700003", "Nîmes"],
]
# fmt: on
EPOCH = (2026, 1, 1, 0, 0, 0)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
BOMB = 60_000_000


def table(*rows: list[str], delimiter: str = ";", end: str = "\r\n") -> str:
    """Join rows the way an export does that quotes nothing."""
    return "".join(delimiter.join(row) + end for row in rows)


CLEAN = table(HEADER, *PEOPLE)
LINES = CLEAN.splitlines(keepends=True)

#: The texts by name: what is in them, and how it is written.
TEXTS: Mapping[str, bytes] = {
    "semicolon-cp1252.csv": CLEAN.encode("cp1252"),
    "comma-utf8.csv": table(HEADER, *PEOPLE, delimiter=",").encode(),
    "tab.tsv": table(HEADER, *PEOPLE, delimiter="\t", end="\n").encode(),
    "pipe.txt": table(HEADER, *PEOPLE, delimiter="|").encode(),
    "bom.csv": CLEAN.encode("utf-8-sig"),
    "utf16-excel.txt": codecs.BOM_UTF16_LE + table(HEADER, *PEOPLE, delimiter="\t").encode("utf-16-le"),
    "utf16-no-bom.csv": CLEAN.encode("utf-16-le"),
    "latin9.csv": (CLEAN + "Maëlle;0641700004;12 € à Œuilly\r\n").encode("iso8859-15"),
    "mac-roman.csv": CLEAN.replace("\r\n", "\r").encode("mac_roman"),
    "sep-line.csv": ("sep=,\r\n" + table(HEADER, *PEOPLE, delimiter=",")).encode("utf-8-sig"),
    "cr-only.csv": CLEAN.replace("\r\n", "\r").encode("cp1252"),
    "line-breaks-in-cells.csv": 'Prénom;Adresse;Téléphone\r\nZoé;"1, rue X\r\n69000 Lyon";0641700001\r\n'
    'Léo;"dit ""le Grand""";0641700002\r\n'.encode("cp1252"),
    "open-quote.csv": f'{LINES[0]}{LINES[1]}"{LINES[2]}{LINES[3]}'.encode(),
    "stray-quote.csv": f'{LINES[0]}"{LINES[1]}{LINES[2]}"{LINES[3]}'.encode(),
    "short-and-long-rows.csv": f"{CLEAN}Léo;0641700004\r\nEve;0641700005;Aix;en;Provence\r\nAda;0641700006;Pau\r\n".encode(),
    "slipped-everywhere.csv": table(
        HEADER, *([f"P{n}", f"064170{n:04}", "12", " rue X"] for n in range(40))
    ).encode(),
    "nul-bytes.csv": CLEAN.replace("Lyon", "Ly\0on").encode(),
    "nul-tail.csv": CLEAN.encode("cp1252") + bytes(2048),
    "titles-and-blank-lines.csv": f"Export du 12/04/2026;;\r\n;;\r\n{LINES[0]}{LINES[1]}\r\n;;\r\n{LINES[2]}{LINES[3]}".encode(),
    "duplicate-and-empty-headers.csv": "Nom;Tel;Tel;;Nom\r\nZoé;0641700001;0641700002;x;Roy\r\n".encode(),
    "no-header.csv": table(*PEOPLE).encode(),
    "damaged-utf8.csv": CLEAN.encode() + b"Zo\xe9;0641700004;Pau\r\n",
    "excel-numbers.csv": table(
        ["Prénom", "Téléphone"],
        ["Zéro perdu", "641700001"],
        ["Décimales", "33641700002.0"],
        ["Scientifique", "3.3641700003E+10"],
        ["Chiffres perdus", "3,36E+10"],
        ["Apostrophe", "'0641700004"],
        ["Formule", '="0641700005"'],
        ["Deux", "01 99 00 12 34 / 0641700006"],
        ["Lien", "https://wa.me/33641700007"],
        ["Fixe", "01 99 00 12 34"],
        ["Erreur", "#N/A"],
        ["Réunion", "0692 12 34 56"],
        ["Parenthèses", "+33 (0)6 41 70 00 08"],
        ["Vide", ""],
        ["Doublon", "00 33 6 41 70 00 08"],
    ).encode("utf-8-sig"),
    "countries.csv": table(
        ["Name", "Mobile", "Country"],
        ["Zoé", "0641700001", "FR"],
        ["Jan", "0470 12 34 56", "BE"],
        ["Urs", "078 123 45 67", "ch"],
        ["Ann", "07400 123456", "Royaume-Uni"],
        ["Bob", "0641700002", "XX"],
        ["Eve", "0641700003", ""],
    ).encode("utf-8-sig"),
    "crm-export.xls": (
        '<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><meta charset="utf-8">'
        "<style>td{color:red}</style></head><body><table border=1><tr><th>Prénom</th><th>Téléphone</th>"
        '<th>Note</th></tr>\n<tr><td>Zoé</td><td x:num="33641700001">3,36E+10</td><td>a&nbsp;&amp; b<br>c</td>\n'
        "<tr><td>Léo<td>06 41 70 00 02<td colspan=2></tr><tr><td></td><td></td><td></td></tr>"
        "<tr><td>Eve</td><td>0641700003</td><td>&eacute;t&eacute;</td></tr></table></body></html>"
    ).encode(),
    "excel-2003.xls": (
        '<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n'
        '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
        'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="Clients"><Table>'
        '<Row><Cell><Data ss:Type="String">Prénom</Data></Cell><Cell ss:Index="3"><Data ss:Type="String">Mobile</Data>'
        '</Cell></Row><Row ss:Index="4"><Cell><Data ss:Type="String">Zoé</Data><Comment><Data>non</Data></Comment>'
        '</Cell><Cell ss:Index="3"><Data ss:Type="Number">641700001</Data></Cell></Row></Table></Worksheet></Workbook>'
    ).encode(),
    "picture.csv": b"\x89PNG\r\n\x1a\n" + bytes(100),
    "empty.csv": b"",
}


def cell(place: str, value: object, *, kind: str = "") -> str:
    """Write a cell as Excel does: texts inline, numbers bare; ``kind`` is the style or type it has."""
    match kind, value:
        case "error", _:
            return f'<c r="{place}" t="e"><v>{escape(str(value))}</v></c>'
        case "formula", _:
            return f'<c r="{place}" t="str"><f>CONCATENATE("0",641700001)</f><v>{value}</v></c>'
        case "date", date():
            return f'<c r="{place}" s="1"><v>{(value - date(1899, 12, 30)).days}</v></c>'
        case "blank", _:
            return f'<c r="{place}" s="1"/>'
        case _, str():
            return f'<c r="{place}" t="inlineStr"><is><t>{escape(value)}</t></is></c>'
        case _:
            return f'<c r="{place}"><v>{value}</v></c>'


def row(number: int, *values: object, kinds: str = "") -> str:
    """Write a row; ``kinds`` names what its cells are, parted by spaces, where that is not plain."""
    named = dict(enumerate(kinds.split()))
    cells = "".join(
        cell(f"{'ABCDEFGH'[index]}{number}", value, kind=named.get(index, ""))
        for index, value in enumerate(values)
        if value is not None
    )
    return f'<row r="{number}">{cells}</row>'


def workbook(
    path: Path, *sheets: tuple[str, str], before: str = "", after: str = "", prolog: str = "", styles: str = ""
) -> None:
    """Write a workbook as Excel's files are made; a sheet's name that begins with a point is hidden."""
    names = "".join(
        f'<sheet name="{name.lstrip(".")}" sheetId="{index}" r:id="rId{index}"{hidden(name)}/>'
        for index, (name, _) in enumerate(sheets, start=1)
    )
    links = "".join(
        f'<Relationship Id="rId{index}" Type="{LINKS}/worksheet" Target="worksheets/sheet{index}.xml"/>'
        for index in range(1, len(sheets) + 1)
    )
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{XLSX}.sheet.main+xml"/></Types>',
        "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{LINKS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{LINKS}"><sheets>{names}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
        f'relationships">{links}<Relationship Id="rId99" Type="{LINKS}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": styles
        or f'<styleSheet xmlns="{MAIN}"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>'
        "</styleSheet>",
    }
    for index, (_, rows) in enumerate(sheets, start=1):
        parts[f"xl/worksheets/sheet{index}.xml"] = (
            f'<?xml version="1.0"?>{prolog}<worksheet xmlns="{MAIN}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'
        )
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name, EPOCH), content, zipfile.ZIP_DEFLATED, 9)


def hidden(name: str) -> str:
    return ' state="hidden"' if name.startswith(".") else ""


def by_hand(folder: Path) -> None:
    """Write the workbooks that Excel would."""
    head, people = row(1, *HEADER), "".join(row(index, *person) for index, person in enumerate(PEOPLE, start=2))
    workbook(
        folder / "error-cells.xlsx",
        (
            "Clients",
            head + row(2, "Zoé", "#N/A", "Lyon", kinds="text error") + row(3, "#REF!", 641700002, kinds="error"),
        ),
    )
    workbook(
        folder / "formulas-dates-amounts.xlsx",
        (
            "Clients",
            row(1, "Client", "Téléphone", "Limite", "Montant", "Dossier")
            + row(2, "Zoé", "0641700001", date(2026, 12, 24), 1234.5, 20260412001, kinds="text formula date"),
        ),
    )
    workbook(folder / "hidden-sheet.xlsx", (".Calculs", row(1, "x", "y")), ("Clients", head + people))
    workbook(
        folder / "merged-headers.xlsx",
        (
            "Clients",
            row(1, "Client", "Contact", None, "Ville")
            + row(2, None, "Téléphone", "E-mail")
            + row(3, "Zoé", "0641700001", "zoe@example.fr", "Lyon"),
        ),
        after='<mergeCells><mergeCell ref="A1:A2"/><mergeCell ref="B1:C1"/><mergeCell ref="D1:D2"/></mergeCells>',
    )
    blank = "".join(f'<row r="{number}" s="1" customFormat="1"/>' for number in range(5, 50_001))
    workbook(folder / "formatted-but-empty.xlsx", ("Clients", head + people + blank))
    far = '<row r="1048576"><c r="CZ1048576"><v>1</v></c></row>'  # 2.6 GB, if all between were kept
    workbook(folder / "cell-far-away.xlsx", ("Clients", head + people + far))
    workbook(folder / "zip-bomb.xlsx", ("Clients", head + " " * BOMB))
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    laughs = f'<!DOCTYPE worksheet [<!ENTITY l0 "ha">{entities}]>'
    named = head + row(2, "LAUGH", "0641700001").replace("LAUGH", "&l11;")
    workbook(folder / "xml-bomb.xlsx", ("Clients", named), prolog=laughs)
    whole = folder / "hidden-sheet.xlsx"
    (folder / "truncated.xlsx").write_bytes(whole.read_bytes()[:1200])
    locked = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "EncryptedPackage".encode("utf-16-le") + bytes(480)
    (folder / "password.xlsx").write_bytes(locked)


def by_libreoffice(folder: Path) -> None:
    """Have LibreOffice write what it can: from a workbook with an error cell and a date, in three formats."""
    with tempfile.TemporaryDirectory() as work:
        source = Path(work) / "libreoffice.xlsx"
        rows = row(1, *HEADER, "Limite") + row(2, *PEOPLE[0], date(2026, 12, 24), kinds="text text text date")
        rows += row(3, "Léo", 641700002, "#N/A", kinds="text text error") + row(4, *PEOPLE[2])
        workbook(source, ("Clients", rows))
        for ending in ("xls", "ods", "xlsx"):
            command = [
                "soffice",
                "--headless",
                f"-env:UserInstallation=file://{work}/profile",
                "--convert-to",
                ending,
            ]
            subprocess.run(  # noqa: S603 - LibreOffice over our own file
                [*command, "--outdir", str(Path(work) / "out"), str(source)],
                check=True,
                timeout=100,
                stderr=subprocess.DEVNULL,
            )
            shutil.copy(Path(work) / "out" / f"libreoffice.{ending}", folder)
    content = bytearray((folder / "libreoffice.xls").read_bytes())
    size = content.index(b"\x00\x02\x0e\x00")  # the record of the sheet's dimensions
    content[size + 8 : size + 12] = b"\xff\xff\xff\x7f"  # two thousand million rows, it now says
    (folder / "corrupt.xls").write_bytes(content)


def by_pyarrow(folder: Path) -> None:
    """Write the Parquet file."""
    import pyarrow as pa  # noqa: PLC0415 - an extra
    from pyarrow import parquet  # noqa: PLC0415 - as above

    columns = {name: [person[index] for person in PEOPLE] for index, name in enumerate(HEADER)}
    limits = [date(2026, 12, 24), None, date(2026, 12, 26)]
    parquet.write_table(
        pa.table({**columns, "Montant": [1234.5, 2.0, None], "Limite": limits}), folder / "clients.parquet"
    )


def main(folder: Path = HERE) -> None:
    """Write all files into a folder."""
    for name, content in TEXTS.items():
        (folder / name).write_bytes(content)
    by_hand(folder)
    by_pyarrow(folder)
    if shutil.which("soffice"):
        by_libreoffice(folder)
    else:
        print("LibreOffice is not installed: its files are left as they are.", file=sys.stderr)


if __name__ == "__main__":
    main()
