"""Write the other messy samples beside this script: cards, archives, and tables that say other things than they seem to.

The people and numbers are invented, as in `clients.csv`.
"""

# ruff: noqa: E501 - files as they stand on disk are easier to read unbroken
import gzip
import struct
import zipfile
from collections.abc import Mapping
from pathlib import Path

from make_messy import CLEAN, EPOCH, HEADER, LINKS, MAIN, PEOPLE, row, table, workbook

HERE = Path(__file__).parent
NOTES = 34  #: rows of notes above a header: more than it is looked for in
EXCEL = (
    'xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"'
)

IPHONE = """BEGIN:VCARD
VERSION:3.0
PRODID:-//Apple Inc.//iPhone OS 17.4//EN
N:Roy;Zoé;;;
FN:Zoé Roy
ORG:Garage Martin;
TEL;type=HOME;type=VOICE:01 99 00 12 34
TEL;type=CELL;type=VOICE;type=pref:06 41 70 00 01
item1.EMAIL;type=INTERNET:zoe@example.fr
item2.ADR;type=HOME;type=pref:;;1 rue X;Lyon;;69000;France
item2.X-ABADR:fr
PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQSkZJRgABAQ
 AAAQABAAD/2wBDAAgG
END:VCARD
BEGIN:VCARD
VERSION:3.0
N:Besson;François;;;
FN:François Bes
 son
item1.TEL:+33 6 41 70 00 02
item1.X-ABLabel:_$!<Mobile>!$_
NOTE:Vu le 12\\, à Besançon
END:VCARD
"""
ANDROID = """BEGIN:VCARD
VERSION:2.1
N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Roy;=5A=6F=C3=A9;;;
FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=5A=6F=C3=A9=
=20=52=6F=79
TEL;HOME:0199001234
TEL;CELL;PREF:0641700001
TEL;FAX;WORK:0199005678
END:VCARD
BEGIN:VCARD
VERSION:2.1
N:Dupont;Luc;;;
FN:Luc Dupont
TEL;CELL:0641700002
TEL;CELL:0641700003
END:VCARD
"""
OUTLOOK = """BEGIN:VCARD
VERSION:2.1
N;LANGUAGE=fr;CHARSET=Windows-1252:Lefèvre;Zoé
FN;CHARSET=Windows-1252:Zoé Lefèvre
ORG;CHARSET=Windows-1252:Société Générique
TEL;WORK;VOICE:01 99 00 12 34
TEL;CELL;VOICE:06 41 70 00 01
ADR;WORK;PREF;ENCODING=QUOTED-PRINTABLE;CHARSET=Windows-1252:;;1, rue de l'=C9glise=0D=0A2e =E9tage;Nîmes;;30000;France
EMAIL;PREF;INTERNET:zoe@example.fr
X-MS-OL-DESIGN;CHARSET=utf-8:<card xmlns="http://schemas.microsoft.com/office/outlook/12/electronicbusinesscards"/>
END:VCARD
"""
FOUR = """BEGIN:VCARD
VERSION:4.0
FN:Zoé Roy
N:Roy;Zoé;;;
TEL;VALUE=uri;TYPE="voice,home":tel:+33-1-99-00-12-34;ext=12
TEL;VALUE=uri;PREF=1;TYPE="voice,cell":tel:+33-6-41-70-00-01
CATEGORIES:Clients,VIP
END:VCARD
"""

#: The texts by name: what is in them, and how it is written.
TEXTS: Mapping[str, bytes] = {
    "iphone.vcf": IPHONE.replace("\n", "\r\n").encode(),
    "android.vcf": ANDROID.replace("\n", "\r\n").encode(),
    "outlook.vcf": OUTLOOK.replace("\n", "\r\n").encode("cp1252"),
    "version-4.vcf": FOUR.encode(),
    "cards-called.csv": IPHONE.encode(),
    "cut-short.vcf": IPHONE[:-60].encode(),
    "wide-header.csv": table(
        ["Prénom", "Téléphone", *[f"Question {n} : {'x' * 110}" for n in range(600)]],
        ["Zoé", "06 41 70 00 01", *[f"06 99 00 {n // 100:02} {n % 100:02}" for n in range(600)]],
    ).encode(),
    "below-notes.csv": (
        "".join(f"Note {n};le 12/04/2026;\r\n" for n in range(NOTES)) + table(HEADER, *PEOPLE)
    ).encode(),
    "below-blank-lines.csv": ("\r\n" * NOTES + table(HEADER, *PEOPLE)).encode(),
    "edited-on.csv": ("Édité le;12/06/2026;\r\n" + table(HEADER, *PEOPLE)).encode(),
    "dos-850.csv": table(HEADER, PEOPLE[0], PEOPLE[1], ["Hélène", "0641700003", "Angoulême"]).encode("cp850"),
    "read-twice.csv": table(HEADER, ["Hélène", "0641700001", "Lyon"]).encode().decode("cp1252").encode(),
    "lost-letters.csv": table(
        HEADER, ["H\ufffdlène", "0641700001", "Lyon"], ["H?l?ne", "0641700002", "Lyon"]
    ).encode(),
    "countries-three-letters.csv": table(
        ["Nom", "Téléphone", "Pays"], ["Zoé", "0641700001", "FRA"], ["Amine", "06 61 23 45 10", "MAR"]
    ).encode(),
    "countries-not-known.csv": table(
        ["Nom", "Téléphone", "Pays"], ["Zoé", "0641700001", "Poudlard"], ["Léo", "0641700002", "Narnia"]
    ).encode(),
    "hidden-caller.csv": table(
        ["Nom", "Téléphone"], ["Zoé", "#31#0641700001"], ["Léo", "*31#0641700002"], ["Eve", "*21*0641700003"]
    ).encode(),
    "do-not-call.csv": table(
        ["Nom", "Téléphone"],
        *(["Zoé", "NE PLUS APPELER 06 41 70 00 01"], ["Léo", "STOP 0641700002"], ["Eve", "décédé 0641700003"]),
        *(["Ada", "ancien : 06 41 70 00 04, nouveau : 06 41 70 00 05"], ["Max", "0641700006"]),
    ).encode(),
    "second-table.csv": table(
        HEADER, *PEOPLE, ["Fournisseur", "Téléphone", "Code"], ["Garage", "0641700009", "12"]
    ).encode(),
    "spain.csv": table(
        ["Nombre", "Móvil"],
        *(["Ana", f"6{n % 89:02} {n % 83 + 10} {n % 71 + 12} {n % 67 + 14}"] for n in range(100, 2000, 97)),
    ).encode(),
    "no-header-word.csv": table(["Zoé", "Tél. 06 41 70 00 01"], ["Léo", "06 41 70 00 02"]).encode(),
    "empty-mobile.csv": table(
        ["NOM", "SMS", "WHATSAPP"], ["Roy", "33641700001", ""], ["Besson", "33641700002", ""]
    ).encode(),
    "json.csv": b'[\n  {"prenom": "Zo\xc3\xa9", "telephone": "0641700001"}\n]\n',
    "markdown.txt": "| Prénom | Téléphone |\n|--------|:---------:|\n| Zoé | 0641700001 |\n".encode(),
    "fixed-width.txt": "Prénom    Téléphone     Ville\nZoé       0641700001    Lyon\nFrançois  0641700002    Besançon\n".encode(),
    "charset.html": (
        '<html><head><meta http-equiv="Content-Type" content="text/html; charset=windows-1250"></head><body><table>'
        "<tr><th>Jméno</th><th>Telefon</th></tr><tr><td>Přemysl</td><td>0641700001</td></tr></table></body></html>"
    ).encode("cp1250"),
    "country-code.html": (
        '<html xmlns:x="urn:schemas-microsoft-com:office:excel"><body><table><tr><td>Nom</td><td>Téléphone</td></tr>'
        '<tr><td>Amine</td><td x:num="661234510">+212 661234510</td></tr></table></body></html>'
    ).encode(),
    "country-code-2003.xls": (
        f'<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n<Workbook {EXCEL}><Styles><Style ss:ID="Default"/>'
        '<Style ss:ID="s62"><NumberFormat ss:Format="&quot;+212 &quot;0"/></Style></Styles><Worksheet ss:Name="Clients"><Table>'
        '<Row><Cell><Data ss:Type="String">Nom</Data></Cell><Cell><Data ss:Type="String">Téléphone</Data></Cell></Row>'
        '<Row><Cell><Data ss:Type="String">Amine</Data></Cell><Cell ss:StyleID="s62"><Data ss:Type="Number">661234510</Data></Cell>'
        "</Row></Table></Worksheet></Workbook>"
    ).encode(),
    "hidden-2003.xls": (
        f'<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n<Workbook {EXCEL}>'
        '<Worksheet ss:Name="Anciens"><Table><Row><Cell><Data ss:Type="String">Téléphone</Data></Cell></Row>'
        '<Row><Cell><Data ss:Type="String">0641700009</Data></Cell></Row></Table><WorksheetOptions '
        'xmlns="urn:schemas-microsoft-com:office:excel"><Visible>SheetHidden</Visible></WorksheetOptions></Worksheet>'
        '<Worksheet ss:Name="Actuels"><Table><Column ss:Hidden="1"/>'
        '<Row><Cell><Data ss:Type="String">Mobile</Data></Cell><Cell><Data ss:Type="String">Téléphone portable</Data></Cell></Row>'
        '<Row><Cell><Data ss:Type="String">0641700008</Data></Cell><Cell><Data ss:Type="String">0641700001</Data></Cell></Row>'
        '<Row ss:Hidden="1"><Cell/><Cell><Data ss:Type="String">0641700002</Data></Cell></Row></Table></Worksheet></Workbook>'
    ).encode(),
}


def workbooks(folder: Path) -> None:
    """Write the workbooks."""
    head, people = row(1, *HEADER), "".join(row(index, *person) for index, person in enumerate(PEOPLE, start=2))
    notes = "".join(row(index, f"Note {index}", "le 12/04/2026", None) for index in range(1, NOTES + 1))
    below = row(NOTES + 1, *HEADER) + row(NOTES + 2, *PEOPLE[0])
    workbook(folder / "below-notes.xlsx", ("Clients", notes + below))
    workbook(folder / "two-sheets.xlsx", ("Janvier", head + people), ("Février", head + row(2, *PEOPLE[2])))
    workbook(folder / "beside-notes.xlsx", ("Clients", head + people), ("Notes", row(1, "Lisez-moi")))
    hidden = row(1, "Mobile", "Téléphone portable") + row(2, "0641700008", "0641700001")
    workbook(
        folder / "hidden-column.xlsx",
        ("Clients", hidden),
        before='<cols><col min="1" max="1" width="9" hidden="1"/></cols>',
    )
    styles = (
        f'<styleSheet xmlns="{MAIN}"><numFmts count="1"><numFmt numFmtId="164" formatCode="&quot;+212 &quot;0"/></numFmts>'
        '<cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="164"/></cellXfs></styleSheet>'
    )
    numbers = row(1, "Nom", "Téléphone") + row(2, "Amine", None).replace(
        "</row>", '<c r="B2" s="1"><v>661234510</v></c></row>'
    )
    workbook(folder / "country-code.xlsx", ("Clients", numbers), styles=styles)
    formula = row(1, "Nom", "Téléphone", "Montant") + row(2, "Zoé", "0641700001").replace(
        "</row>", '<c r="C2"><f>SUM(1,2)</f><v></v></c></row>'
    )
    workbook(folder / "never-computed.xlsx", ("Clients", formula))


def archives(folder: Path) -> None:
    """Write the archives, as people pack one file or several."""
    content = CLEAN.encode()
    packed = {
        "packed.zip": {"export/clients.csv": content, "__MACOSX/export/._clients.csv": b"\0\5\26\7"},
        "several.zip": {"janvier.csv": content, "fevrier.csv": content},
        "no-table.zip": {"photo.jpg": b"\xff\xd8\xff"},
    }
    for name, files in packed.items():
        with zipfile.ZipFile(folder / name, "w") as archive:
            for file, inside in files.items():
                archive.writestr(zipfile.ZipInfo(file, EPOCH), inside, zipfile.ZIP_DEFLATED, 9)
    (folder / "zip-called.csv").write_bytes((folder / "packed.zip").read_bytes())
    (folder / "packed.csv.gz").write_bytes(gzip.compress(content, mtime=0))
    (folder / "bomb.csv.gz").write_bytes(gzip.compress(bytes(60_000_000), mtime=0))


def binary(folder: Path) -> None:
    """Write an .xlsb, its records as Excel writes them: one row and one column of it are hidden."""
    book = record(131) + record(143)
    book += record(156, struct.pack("<LL", 0, 1) + wide("rId1") + wide("Clients")) + record(144) + record(132)
    sheet = (
        record(129)
        + record(148, struct.pack("<LLLL", 0, 4, 0, 3))
        + record(390)
        + record(60, struct.pack("<LLLLH", 3, 3, 0, 0, 1))
        + record(391)
    )
    sheet += record(145)
    rows = [[*HEADER, "Mobile"], *([*person, "0641700008"] for person in PEOPLE), ["Max", 641700004.0, "Pau", ""]]
    for number, cells in enumerate(rows):
        flags = 0x10 if number == 2 else 0  # noqa: PLR2004 - François is hidden
        sheet += record(0, struct.pack("<LLHBBBL", number, 0, 300, 0, flags, 0, 0))
        for column, cell in enumerate(cells):
            at = struct.pack("<LL", column, 0)
            sheet += (
                record(6, at + wide(cell)) if isinstance(cell, str) else record(5, at + struct.pack("<d", cell))
            )
    sheet += record(146) + record(130)
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="bin" ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/></Types>',
        "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{LINKS}/officeDocument" Target="xl/workbook.bin"/></Relationships>',
        "xl/_rels/workbook.bin.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{LINKS}/worksheet" Target="worksheets/sheet1.bin"/></Relationships>',
        "xl/workbook.bin": book,
        "xl/worksheets/sheet1.bin": sheet,
    }
    with zipfile.ZipFile(folder / "binary.xlsb", "w") as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name, EPOCH), content, zipfile.ZIP_DEFLATED, 9)


def record(kind: int, content: bytes = b"") -> bytes:
    """Write a record of an .xlsb: its kind and length seven bits a byte, then what it holds."""
    head = bytes([kind]) if kind < 0x80 else bytes([kind & 0x7F | 0x80, kind >> 7])  # noqa: PLR2004 - seven bits
    size = len(content)
    while size > 0x7F:  # noqa: PLR2004 - as above
        head += bytes([size & 0x7F | 0x80])
        size >>= 7
    return head + bytes([size]) + content


def wide(text: str) -> bytes:
    return struct.pack("<L", len(text)) + text.encode("utf-16-le")


def main(folder: Path = HERE) -> None:
    """Write all files into a folder."""
    for name, content in TEXTS.items():
        (folder / name).write_bytes(content)
    workbooks(folder)
    archives(folder)
    binary(folder)


if __name__ == "__main__":
    main()
