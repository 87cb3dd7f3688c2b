"""A report as the next campaign's contacts."""

import csv
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from lecommercial_batch.testing import SandboxServer
from tests.acceptance.conftest import Desk

FAILED = 'file = "reports/{name}"\nonly = {{ lc_status = ["failed"] }}'


def results(path: Path) -> tuple[list[Any], list[dict[str, Any]]]:
    """Return a report's columns and rows."""
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            found: list[list[Any]] = list(csv.reader(file, delimiter=";"))
    else:
        found = [list(row) for row in openpyxl.load_workbook(path)["Results"].values]
    return found[0], [dict(zip(found[0], row, strict=True)) for row in found[1:]]


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_those_who_failed_are_written_to_again(kind: str, desk: Desk, sandbox: SandboxServer) -> None:
    """Nobody else is, the columns are not doubled, and what became of each is the newest."""
    desk.contacts(8)
    desk.campaign()
    sandbox.set_faults("401_failed@2", "401_failed@5")
    first = desk.run("send", "campaign.toml", "--yes", "--json")
    had = {message.to for message in sandbox.received()}
    sandbox.clear()
    sandbox.set_faults()
    desk.campaign(contacts=FAILED.format(name=f"essai-ete-1.{kind}"))

    second = desk.run("send", "campaign.toml", "--yes", "--json")

    assert (first.code, second.code) == (1, 0), second.err
    assert second.json["rejected"] == {"not_selected": 6}
    now = {message.to for message in sandbox.received()}
    assert len(now) == 2
    assert not now & had
    before, _ = results(desk.folder / "reports" / f"essai-ete-1.{kind}")
    columns, rows = results(desk.folder / "reports" / f"essai-ete-2.{kind}")
    assert columns == before
    assert len(set(columns)) == len(columns)
    assert [row["lc_status"] for row in rows].count("accepted") == 2
    assert {f"+{number}" for number in now} == {row["lc_phone"] for row in rows if row["lc_phone"]}


def test_the_number_that_was_written_to_is_written_to_again(desk: Desk, sandbox: SandboxServer) -> None:
    """Of two columns of numbers, the one the first campaign named, though its successor names none."""
    desk.write(
        "clients.csv", "Prénom;Mobile;Perso\r\nLéa;0641000001;06 41 00 00 11\r\nMax;0641000002;0641000012\r\n"
    )
    desk.campaign(contacts='file = "clients.csv"\nphone = "Perso"')
    sandbox.set_faults("401_failed@1")
    desk.run("send", "campaign.toml", "--yes", "--json")
    sandbox.clear()
    sandbox.set_faults()
    desk.campaign(contacts=FAILED.format(name="essai-ete-1.xlsx"))

    done = desk.run("send", "campaign.toml", "--yes", "--json")

    assert done.code == 0, done.err
    assert [message.to for message in sandbox.received()] in (["33641000011"], ["33641000012"])


def test_a_number_put_right_in_the_report_is_used(desk: Desk, sandbox: SandboxServer) -> None:
    """A rejected row that was corrected in its own column of the CSV report is written to."""
    desk.write("clients.csv", "Prénom;Téléphone\r\nLéa;0641000001\r\nMax;06 41\r\n")
    desk.campaign()
    desk.run("send", "campaign.toml", "--yes", "--json")
    report = desk.folder / "reports" / "essai-ete-1.csv"
    report.write_text(
        report.read_text(encoding="utf-8-sig").replace(";06 41;", ";0641000002;"), encoding="utf-8-sig"
    )
    desk.campaign(contacts='file = "reports/essai-ete-1.csv"\nonly = { lc_status = ["rejected"] }')

    done = desk.run("send", "campaign.toml", "--yes", "--json")

    assert done.code == 0, done.err
    assert sorted(message.to for message in sandbox.received()) == ["33641000001", "33641000002"]


NAMES = [
    "O'Connor",
    "Ngọc Trần",
    "Jean-Luc de la Tour",
    "👩‍👩‍👧 Zoé 🇫🇷",
    "محمد بن سلمان",
    "יעל \u200f(Yaël)",
    "Łukasz Żółć",
    "山田 太郎",
    "Anne\u00a0Le\u202fGall",
    'dit "le Grand"; Paul',
    '=HYPERLINK("http://x.fr";"gagné")',
    "+33 6 41 00 00 01",
    "+33641000001",
    "0123",
    "-2+3",
    "@SUM(1)",
    "'=1+1",
    "NA",
    "nan",
    "1e5",
    "TRUE",
    "é" * 300,
    "<b>&amp;",
]


def test_names_of_real_life_come_out_as_they_went_in(desk: Desk, sandbox: SandboxServer) -> None:
    """In the message, in both tables, and again where the CSV report is fed back; text is never a formula."""
    with (desk.folder / "clients.csv").open("w", encoding="utf-8-sig", newline="") as file:
        rows = [(name, f"06411{number:05d}") for number, name in enumerate(NAMES)]
        csv.writer(file, delimiter=";").writerows([("Prénom", "Téléphone"), *rows])
    desk.campaign(message='text = "Bonjour {{ prenom }}."')

    first = desk.run("send", "campaign.toml", "--yes", "--json", "--report", "reports")
    desk.campaign(message='text = "Encore {{ prenom }}."', contacts='file = "reports/essai-ete-1.csv"')
    again = desk.run("send", "campaign.toml", "--yes", "--json", "--again")

    assert (first.code, again.code) == (0, 0), again.err
    said = {message.message for message in sandbox.received()}
    assert said == {f"{word} {name}." for name in NAMES for word in ("Bonjour", "Encore")}
    for run in ("essai-ete-1", "essai-ete-2"):
        path = desk.folder / "reports" / f"{run}.xlsx"
        _, rows_of_book = results(path)
        assert [row["Prénom"] for row in rows_of_book] == NAMES
        cells = [cell for row in openpyxl.load_workbook(path)["Results"].iter_rows() for cell in row]
        assert "f" not in {cell.data_type for cell in cells}
        _, rows_of_text = results(path.with_suffix(".csv"))
        assert [row["Prénom"].lstrip("\t'") for row in rows_of_text] == [name.lstrip("'") for name in NAMES]
        assert not [row for row in rows_of_text if row["Prénom"].startswith(("=", "+", "@", "0"))]


def test_the_json_report_names_the_campaign_as_it_is(desk: Desk, sandbox: SandboxServer) -> None:
    """Accents, emoji and right-to-left in a campaign's name are written out, not escaped."""
    desk.contacts(1)
    text = desk.campaign().read_text(encoding="utf-8").replace("Essai été", "Noël 🎄 مرحبا O'Connor")
    desk.write("campaign.toml", f'{text}\n[report]\nformats = ["json"]\n')

    done = desk.run("send", "campaign.toml", "--yes", "--json")

    (path,) = done.json["reports"]
    assert '"Noël 🎄 مرحبا O\'Connor"' in (desk.folder / path).read_text(encoding="utf-8")
    assert len(sandbox.received()) == 1
