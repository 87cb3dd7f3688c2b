"""Names and cells from real life come out right: as sent, in every format, and in a spreadsheet program."""

import csv
import json
import re
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET

import pytest
from openpyxl import load_workbook

from lecommercial_batch.core.spreadsheet_text import restored
from lecommercial_batch.testing import SandboxServer
from tests.acceptance.conftest import Desk
from tools.programs import REMEDY, find

HYPERLINK: Final = '=HYPERLINK("http://evil.example","a")'
NAMES: Final = (
    *("O'Connor", "O’Connor", "Ngọc", "Jean-Luc", "de la Tour", "Zoé 👩‍👩‍👧", "ليلى", "נועה", "N" * 300),
    *("Zoë", "<b>Léa</b> & co", HYPERLINK, "+33 6 41 99 99 99", "0612", "-2+3", "@SUM(1)", "TRUE", "1E5"),
)
FORMATS: Final = ("xlsx", "csv", "html", "json")
#: How LibreOffice reads our CSV: semicolons, quotation marks, UTF-8.
_CSV: Final = "--infilter=CSV:59,34,76,1"


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a campaign that was previewed and sent, in every format."""
    folder = tmp_path_factory.mktemp("names")
    desk = Desk(folder, {"LECOMMERCIAL_RUNTIME_DIR": str(folder / "run")})
    with SandboxServer() as sandbox:
        desk.connect(sandbox.url)
        send(desk)
        # By number: on several connections a later call may arrive first.
        messages = {each.to: each.message for each in sandbox.received()}
        assert messages == {f"336410000{row:02d}": f"Bonjour {name} ! STOP" for row, name in enumerate(NAMES)}
        assert len(sandbox.received()) == len(NAMES)
    return folder


def send(desk: Desk) -> None:
    with (desk.folder / "clients.csv").open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(["Prénom", "Téléphone", HYPERLINK])
        writer.writerows([name, f"+336410000{row:02d}", name] for row, name in enumerate(NAMES))
        writer.writerow([HYPERLINK, "06 12", "+33"])
    formats = f"[report]\nformats = {json.dumps(FORMATS)}\n"
    desk.campaign(message='text = "Bonjour {{ prenom }} ! STOP"', extra=formats)
    shown = desk.run("preview", "campaign.toml", "--html", "preview.html", "--xlsx", "preview.xlsx")
    assert shown.code == 0, shown.err
    done = desk.run("send", "campaign.toml", "--yes")
    assert done.code == 0, done.err


def rows_of_page(page: Path) -> Iterator[dict[str, object]]:
    found = re.findall(r'<script type="application/json" class="rows">(.*?)</script>', page.read_text("utf-8"))
    return (row for chunk in found for row in json.loads(chunk))


def test_names_come_out_right_in_every_format(sent: Path) -> None:
    """CSV, workbooks, and the preview's page; the report's page and figures hold nobody."""
    with (sent / "reports" / "essai-ete-1.csv").open(encoding="utf-8-sig", newline="") as file:
        in_csv = list(csv.DictReader(file, delimiter=";"))
    assert [restored(row["Prénom"]) for row in in_csv] == [*NAMES, HYPERLINK]

    for path, column in ((sent / "reports" / "essai-ete-1.xlsx", 0), (sent / "preview.xlsx", 7)):
        _, *rows = load_workbook(path).worksheets[0].iter_rows()
        names = [str(row[column].value) for row in rows]
        assert names[: len(NAMES)] == list(NAMES)
        assert all(cell.data_type != "f" for row in rows for cell in row)

    shown = list(rows_of_page(sent / "preview.html"))
    assert [row["name"] for row in shown] == [*NAMES, HYPERLINK]
    texts = ["".join(span["text"] for span in row["spans"]) for row in shown if "spans" in row]  # type: ignore[attr-defined]  # JSON
    assert texts == [f"Bonjour {name} ! STOP" for name in NAMES]

    for name in ("essai-ete-1.html", "essai-ete-1.json"):
        text = (sent / "reports" / name).read_text(encoding="utf-8")
        assert not [each for each in NAMES if each in text and len(each) > 4]  # `TRUE` is none
        assert "3364100" not in text


def test_a_spreadsheet_program_opens_them_as_they_are(sent: Path) -> None:
    """LibreOffice repairs and runs nothing: text is text, and the charts show the journal's figures."""
    for name in ("reports/essai-ete-1.xlsx", "preview.xlsx", "reports/essai-ete-1.csv"):
        document = converted(sent / name, *([_CSV] if name.endswith(".csv") else []))
        cells = list(document.iter(_tag("table", "table-cell")))
        assert not [cell for cell in cells if cell.get(_tag("table", "formula"))], name
        texts = {text_of(cell) for cell in cells if cell.get(_tag("office", "value-type")) == "string"}
        kept = {f"'{name}" for name in (HYPERLINK, "-2+3", "@SUM(1)")} if name.endswith(".csv") else set()
        expected = {each for each in NAMES if f"'{each}" not in kept} | kept
        assert expected <= {text.lstrip("\t") for text in texts} | {"TRUE", "1E5"}, name
        assert "+33641000003" in {text.lstrip("\t") for text in texts}, name
        if name == "reports/essai-ete-1.xlsx":
            assert charted(document) == [[0, 0, len(NAMES), 0, 0, 0, 1], [1]]


def converted(path: Path, *options: str) -> ET.Element:
    """Return a file as LibreOffice understands it."""
    program = find("soffice")
    if program is None:
        pytest.fail(f"soffice is missing: {REMEDY}")
    folder = path.parent / "converted"
    profile = f"-env:UserInstallation={(path.parent / 'profile').as_uri()}"
    command = [
        str(program),
        profile,
        "--headless",
        *options,
        "--convert-to",
        "fods",
        "--outdir",
        str(folder),
        str(path),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    assert "Error" not in done.stderr
    return ET.parse(folder / f"{path.stem}.fods").getroot()  # noqa: S314 - LibreOffice wrote it


def charted(document: ET.Element) -> Sequence[Sequence[float]]:
    """Return the figures that each chart shows."""
    return [
        [
            float(cell.get(_tag("office", "value"), "nan"))
            for table in chart.iter(_tag("table", "table"))
            for cell in table.iter(_tag("table", "table-cell"))
            if cell.get(_tag("office", "value-type")) == "float"
        ]
        for chart in document.iter(_tag("chart", "chart"))
    ]


def text_of(cell: ET.Element) -> str:
    return "\n".join("".join(paragraph.itertext()) for paragraph in cell.iter(_tag("text", "p")))


def _tag(space: str, name: str) -> str:
    return f"{{urn:oasis:names:tc:opendocument:xmlns:{space}:1.0}}{name}"
