"""Files that were made to take all memory or time: wide, long, spanning, repeating, and packed."""

import random
import zipfile
from io import BytesIO

try:
    import pyarrow as pa
    from pyarrow import parquet
except ImportError:  # pragma: no cover - the extra is installed where this is run
    pa = None

_PIECES = (
    "n",
    "",
    "Téléphone",
    "0612345678",
    "06 92 00",
    "+" + "1" * 300,
    "x" * 300,
    "{{ 7*7 }}",
    "=1+1",
    "@.",
    "a'",
)
_CONTROL = "\x00\x1b[2J\x07\x85\u202e\u200b\ufeff\r"
_MARKUP = (
    *(
        "<td>",
        "<tr>",
        "<table>",
        "</table>",
        "<br>",
        "<",
        "</",
        "<!--",
        "<?",
        "&",
        "&#",
        "<td a='",
        "<script>",
        "<![CDATA[",
    ),
    *(
        "<td colspan=16384>x",
        "<td rowspan=1048576 colspan=99>x",
        "<tr></tr>",
        "<Cell ss:Index='16384'>",
        "word ",
        "\n",
    ),
)
_PARTS = (("worksheet", "worksheets/s.xml"), ("sharedStrings", "sharedStrings.xml"))
_LINE_ENDS = ("\n", "\r\n", "\r")


def text(chance: random.Random) -> tuple[str, bytes]:
    """Make a table with a wide header, long cells, or rows that slip."""
    width = chance.choice([2, 3, 60, 300, 1_001, 4_000, 16_384, 17_000])
    name = chance.choice(
        ["n", "c{0}", "", "n ({0})", "Téléphone", "0612345678", chance.choice(_CONTROL) * 3 + "{0}"]
    )
    mark, end = chance.choice(";,\t|"), chance.choice(_LINE_ENDS)
    header = mark.join(["Tel", *(name.format(number) for number in range(1, width))])
    rows = chance.choice([1, 5, 40, 400]) if width < 1_000 else chance.choice([1, 3, 30])
    lines = [header]
    for number in range(rows):
        length = chance.choice([1, 2, width, width, width + 1, width + 300])
        piece = chance.choice(_PIECES)
        lines.append(mark.join([f"06123{number:05}", *[piece] * (length - 1)]))
    if chance.random() < 0.3:
        unit = chance.choice(
            ["a", "06 12 ", "de la ", "a'", "@.", "é", '"', "\n", mark, '"\n', "1", "+", "(", "\t"]
        )
        long = unit * chance.choice([20_000, 40_000, 1_000_000])
        lines.insert(chance.randrange(len(lines) + 1), chance.choice(["", "x" + mark, '"']) + long)
    return ".csv", end.join(lines).encode("utf-8", "replace")


def page(chance: random.Random) -> tuple[str, bytes]:
    """Make a page that repeats some markup very often."""
    body = "".join(
        chance.choice(_MARKUP) * chance.choice([1, 3, 1_000, 30_000]) for _ in range(chance.choice([1, 3, 8]))
    )
    head = "<table><tr><td>Nom</td><td>Tel</td></tr><tr><td>x</td><td>0612345678</td></tr>"
    return chance.choice([".html", ".xls"]), f"<html>{head}{body}</table></html>".encode()


def book(chance: random.Random) -> tuple[str, bytes]:
    """Make a workbook whose one sheet says much in a few bytes."""
    letters = chance.choice(["A", "XFD", "ZZ"])
    row = chance.choice([2, 1_000, 1_048_576])
    shared = chance.choice(["x", "y" * 40_000, "&amp;" * 100_000])
    cells = "".join(
        f'<row r="{number}"><c r="A{number}" t="s"><v>0</v></c></row>'
        for number in range(1, chance.choice([3, 20_000]))
    )
    far = f'<row r="{row}"><c r="{letters}{row}" t="s"><v>{chance.choice([0, 7, 10**9])}</v></c></row>'
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    sheet = '<sheet name="S" sheetId="1" r:id="r1"/>'
    links = "".join(
        f'<Relationship Id="r{number}" Type="{office}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(_PARTS, start=1)
    )
    parts = {
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>{sheet}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}">{links}</Relationships>',
        "xl/worksheets/s.xml": f'<worksheet xmlns="{main}"><sheetData>{cells}{far}</sheetData></worksheet>',
        "xl/sharedStrings.xml": f'<sst xmlns="{main}"><si><t>{shared}</t></si></sst>',
        "[Content_Types].xml": f'<Types xmlns="{package.replace("relationships", "content-types")}"/>',
    }
    if chance.random() < 0.2:
        parts["xl/worksheets/s.xml"] += " " * chance.choice([10_000_000, 60_000_000])
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return ".xlsx", made.getvalue()


def packed(chance: random.Random) -> tuple[str, bytes]:
    """Make a Parquet file that unpacks to much more than it is."""
    if pa is None:
        return text(chance)
    count = chance.choice([1, 100, 5_000, 200_000])
    value = chance.choice(["0612345678", "x" * 40_000, "x" * 1_000_000])
    column = pa.DictionaryArray.from_arrays(pa.array([0] * count, pa.int8()), pa.array([value]))
    width = chance.choice([1, 3, 200])
    table = pa.table([column] * width, names=[chance.choice(["n", f"c{number}"]) for number in range(width)])
    made = BytesIO()
    parquet.write_table(table, made, compression="gzip", row_group_size=chance.choice([1_000, 1_000_000]))
    return ".parquet", made.getvalue()
