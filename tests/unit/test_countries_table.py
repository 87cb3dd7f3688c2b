"""The table in docs/contacts.md: what becomes of other countries' national writings in a French campaign."""

import random
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest

from lecommercial_batch.app.checking import checked_contacts
from lecommercial_batch.core.model import Cell, Rejection
from tests.unit.national_writings import WRITINGS, numbers, written

DOCS = Path(__file__).parents[2] / "docs" / "contacts.md"
COUNT = 200


def checked(folder: Path, cells: Sequence[Cell]) -> tuple[Counter[str], str]:
    """Run the check over a file of these cells: what became of the rows, and what was warned of."""
    if isinstance(cells[0], int):
        path = folder / "clients.xlsx"
        book = openpyxl.Workbook()
        sheet = book.worksheets[0]
        for row in [("Mobile", "Nom"), *((cell, "x") for cell in cells)]:
            sheet.append(row)
        book.save(path)
    else:
        path = folder / "clients.csv"
        path.write_text("Mobile;Nom\n" + "".join(f"{cell};x\n" for cell in cells), encoding="utf-8")
    found = checked_contacts(path, sheet=None, region="FR")
    became: Counter[str] = Counter()
    for each in found.rows():
        if isinstance(each, Rejection):
            became["rejected"] += 1
        else:
            became["french" if each.phone.e164.startswith("+33") else "other"] += 1
            became["noted"] += bool(each.repair.template)
    return became, " ".join(str(each.message) for each in (*found.problems, *found.remarks()))


def lines(folder: Path, region: str) -> list[str]:
    """Write the table's lines of one country, from what really happens."""
    made = []
    for writing in (*WRITINGS[region], ""):
        cells = written(region, writing, list(numbers(region, COUNT, random.Random(region))))
        became, said = checked(folder, cells)
        shown = f"`{cells[0]}`" + ("" if writing else " as a number")
        shares = " | ".join(f"{became[each] / COUNT:.0%}" for each in ("french", "other", "rejected", "noted"))
        warned = f"warned, {region} is named" if f"{region} (" in said else "nothing"
        made.append(f"| {region} | {shown} | {shares} | {warned} |")
    return made


@pytest.mark.parametrize("region", WRITINGS)
def test_no_stranger_is_written_to_without_a_word(region: str, tmp_path: Path) -> None:
    """Each country's usual writings, as texts and as numbers: the file is warned of, and the table says so."""
    made = lines(tmp_path, region)
    text = DOCS.read_text(encoding="utf-8")

    assert [line for line in made if "| nothing |" in line] == []
    assert [line for line in made if line not in text] == []
