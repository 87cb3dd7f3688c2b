"""The report page in a browser: what is forwarded to whoever asks how it went."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from lecommercial_batch.core import language
from lecommercial_batch.core.model import Rate, Reason, ReportRow, RunState, Status
from lecommercial_batch.report.page import write_page
from tests.browser.conftest import Open, serious_faults
from tests.browser.people import HOSTILE
from tests.unit.report_rows import STARTED, a_rejected_row, a_reported_run, a_sent_row


@pytest.fixture(autouse=True)
def _english_afterwards() -> Iterator[None]:
    yield
    language.use("en")


def rows() -> list[ReportRow]:
    """A run of ninety people in a minute, with all that can become of them."""
    statuses = [Status.ACCEPTED] * 80 + [Status.FAILED] * 6 + [Status.UNKNOWN] * 3 + [Status.PENDING]
    sent = [
        a_sent_row(
            row,
            status=status,
            reason="request_failed" if status is Status.FAILED else "",
            answered_at=STARTED + timedelta(seconds=row),
            sender=("lyon", "paris")[row % 2],
            variant=("court", "chaleureux")[row % 2],
        )
        for row, status in enumerate(statuses, start=2)
    ]
    return [*sent, *(a_rejected_row(200 + n) for n in range(7)), a_rejected_row(300, reason=Reason.DUPLICATE)]


def write(path: Path, rows: Sequence[ReportRow], **changes: object) -> str:
    run = a_reported_run()
    options = replace(run.new.options, rate=Rate(count=55, period=60))
    run = replace(run, new=replace(run.new, options=options), **changes)  # type: ignore[arg-type]  # as each test has it
    write_page(path, run=run, rows=lambda: iter(rows))
    return path.as_uri()


def test_its_figures_are_the_journals(tmp_path: Path, open_page: Open) -> None:
    """In a sentence, in a table, and in charts of the right proportions."""
    page = open_page(write(tmp_path / "page.html", rows()))
    expect(page.get_by_role("heading", name="80 of 90 messages accepted, 89%")).to_be_visible()
    table = page.get_by_role("table", name="What became of every row")
    for outcome in ("accepted by the API 80 82%", "failed 6 6.1%", "unknown: may have been delivered 3 3.1%"):
        expect(table.get_by_role("row", name=outcome)).to_be_visible()
    expect(table.get_by_role("row", name="rows read 98")).to_be_visible()

    titles = page.locator("section h2")
    expect(titles).to_contain_text(
        ["Accepted over time", "Rows left out", "failed or is unknown", "By sender", "By variant"]
    )
    charts = page.locator("svg.pygal-chart:visible")
    expect(charts).to_have_count(6)
    for chart in charts.all():
        box = chart.bounding_box()
        assert box is not None
        assert box["width"] > 150
        assert box["height"] > 50
    widths = (
        page.locator(".horizontalbar-graph")
        .first.locator("rect.reactive")
        .evaluate_all("bars => bars.map(bar => bar.getBBox().width)")
    )
    assert max(widths) / min(widths) == pytest.approx(7, rel=0.05)
    shown = page.locator(".pie-graph .reactive").first.evaluate("slice => getComputedStyle(slice).fill")
    assert shown == "rgb(47, 154, 106)"


def test_nobody_is_in_it(tmp_path: Path, open_page: Open) -> None:
    """It is made to be passed on: nobody's name, number, message or cells; what is named is text."""
    path = tmp_path / "page.html"
    page = open_page(write(path, [*rows(), a_sent_row(400, sender=HOSTILE, variant=HOSTILE)]))
    page.on("dialog", lambda _: pytest.fail("a name was run"))
    text = path.read_text(encoding="utf-8")
    for private in ("Jean", "641000001", "Bonjour", "Anna", "06 12"):
        assert private not in text
    assert page.locator("main img, main script").count() == 0
    page.locator("summary").last.click()
    expect(page.get_by_role("rowheader", name=HOSTILE)).to_be_visible()


def test_a_run_that_goes_on_says_how_it_stood(tmp_path: Path, open_page: Open) -> None:
    """As does one that has not begun, and one in which nothing can be drawn."""
    going = open_page(write(tmp_path / "1.html", rows(), state=RunState.RUNNING, ended_at=None))
    expect(going.locator("header")).to_contain_text(re.compile("as it stood at .*: being sent"))
    waiting = [a_sent_row(status=Status.PENDING, answered_at=None)]
    planned = open_page(write(tmp_path / "2.html", waiting, state=RunState.PLANNED, started_at=None))
    expect(planned.get_by_role("heading", name="1 waits and has not been sent yet")).to_be_visible()
    open_page(write(tmp_path / "3.html", []))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("spoken", "width"), [("en", 1280), ("fr", 390)])
def test_it_is_there_for_everybody(tmp_path: Path, open_page: Open, scheme: str, spoken: str, width: int) -> None:
    """No serious fault to axe-core, in either language and light, on a phone either."""
    language.use(spoken)
    profile = {"color_scheme": scheme, "viewport": {"width": width, "height": 800}}
    page = open_page(write(tmp_path / "page.html", rows()), **profile)
    page.locator("summary").first.click()
    assert serious_faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
