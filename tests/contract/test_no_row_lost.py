"""Promise two: rows read = rejected + messages, in every report, whatever the file holds."""

import asyncio
import csv
import json
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Self

import openpyxl
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lecommercial_batch.contacts import open_contacts
from lecommercial_batch.core.clock import SystemClock
from lecommercial_batch.core.errors import InputError
from lecommercial_batch.core.model import Answer, Content, Counts, Outcome, Phone, Run, Status
from lecommercial_batch.core.sender import Secret, Sender
from lecommercial_batch.delivery.engine.local import Engine
from lecommercial_batch.delivery.pacing.shared_budget import CELLS
from lecommercial_batch.delivery.pacing.shared_memory import OwnCells
from lecommercial_batch.journal import open_journal
from lecommercial_batch.planning.campaign.campaign import load_campaign
from lecommercial_batch.planning.pipeline import Way
from lecommercial_batch.planning.plan import make_plan
from lecommercial_batch.report import summary, write_reports

CAMPAIGN = """
name = "Essai"
[contacts]
file = "clients.csv"
phone = "Téléphone"
consent = "Accord"
only = { ville = ["Lyon", "Paris", ""] }
[message]
text = "Bonjour {{ prenom }}, {{ montant|euros }}"
[sending]
rate = "100000/s"
stop_after_failures = 1000
"""

PHONES = st.one_of(
    st.integers(0, 99).map(lambda n: f"06410000{n:02d}"),
    st.sampled_from(
        ["", "n/a", "612345678", "01 99 00 12 34", "3,36E+10", "+32 470 12 34 56", "0641000001;0641000002"]
    ),
    st.text(max_size=20),
)
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r\n"), max_size=12)
ROW = st.tuples(
    TEXT,
    PHONES.filter(lambda text: not {"\0", "\r", "\n"} & set(text)),
    st.sampled_from(["Lyon", "Paris", "Lille", ""]),
    st.sampled_from(["oui", "non", "x", ""]),
    st.sampled_from(["12,50", "1 234", "", "beaucoup", "=1+1"]),
)


class Chance:
    """A gateway that answers by the number's last digit: some accepted, some refused, some in doubt."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        """Hold nothing."""

    async def send(self, phone: Phone, content: Content, *, left: Callable[[], None]) -> Answer:
        del content
        left()
        outcomes = {"1": Outcome.REFUSED, "2": Outcome.UNSURE}
        return Answer(outcome=outcomes.get(phone.digits[-1], Outcome.ACCEPTED))


def write(folder: Path, rows: Sequence[Sequence[str]]) -> Path:
    with (folder / "clients.csv").open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(["Prénom", "Téléphone", "Ville", "Accord", "Montant"])
        writer.writerows(rows)
    path = folder / "campaign.toml"
    path.write_text(CAMPAIGN, encoding="utf-8")
    return path


async def send(folder: Path, path: Path) -> tuple[Run, Counts, list[Path]]:
    campaign = load_campaign(path)
    clock = SystemClock()
    journal = open_journal(f"sqlite:///{folder}/journal.db", clock=clock, durable=False)
    try:
        plan = await make_plan(Way(campaign, open_contacts(folder / "clients.csv")), journal)
        sender = Sender(name="default", authkey=Secret("a"), appkey=Secret("b"))
        engine = Engine(
            journal=journal, gateway=lambda _: Chance(), clock=clock, locks=folder, cells=lambda _: OwnCells(CELLS)
        )
        run = await engine.send(await journal.find(plan.run), [sender], stop=asyncio.Event())
        counts = await journal.counts(run.id)
        reports = write_reports(
            folder / "reports", ["xlsx", "csv", "json"], run=run, counts=counts, rows=lambda: journal.rows(run.id)
        )
    finally:
        journal.close()
    return run, counts, reports


def is_filled(cell: str) -> bool:
    """Tell whether a cell holds anything: byte order marks are what joined files leave behind, and no text."""
    return bool(cell.replace("\ufeff", "").strip())


@settings(max_examples=40, deadline=None)
@example([("\ufeff", "", "", "", ""), ("Léa", "0641000001", "Lyon", "oui", "1")])
@given(st.lists(ROW, min_size=1, max_size=30))
def test_every_row_is_in_every_report(rows: list[tuple[str, ...]]) -> None:
    """Each row of the file stands once in each report, as a message or a rejection, in the order of the file."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        path = write(folder, rows)
        try:
            run, counts, (workbook, text, figures) = asyncio.run(send(folder, path))
        except InputError:  # a file that is refused as a whole; tests of the readers say when
            return
        filled = [number for number, row in enumerate(rows, start=2) if any(is_filled(cell) for cell in row)]
        results = openpyxl.load_workbook(workbook)["Results"].iter_rows(min_row=2, values_only=True)
        in_workbook = [(row[5], row[7]) for row in results]
        with text.open(encoding="utf-8-sig", newline="") as file:
            in_text = [(int(row["lc_row"]), row["lc_status"]) for row in csv.DictReader(file, delimiter=";")]
        shown = json.loads(figures.read_text(encoding="utf-8"))

    assert [number for number, _ in in_text] == filled
    assert in_workbook == in_text
    by_status = Counter(status for _, status in in_text)
    assert by_status.pop("rejected", 0) == sum(shown["rejected"].values())
    assert dict(by_status) == {status: n for status, n in shown["messages"].items() if n}
    assert shown["rows"] == sum(shown["rejected"].values()) + sum(shown["messages"].values()) == len(filled)
    assert summary(run, counts, [])["rows"] == shown["rows"]
    assert counts.messages[Status.PENDING] == counts.messages[Status.SENDING] == 0
