"""The preview page in a browser: what whoever approves a campaign looks at."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from lecommercial_batch.core import language
from lecommercial_batch.core.model import ReportRow
from lecommercial_batch.report.preview_page import write_preview_page
from tests.browser.conftest import Open, serious_faults
from tests.browser.people import ARABIC, HOSTILE, LONG, a_message, people
from tests.unit.report_rows import COLUMNS, a_rejected_row, a_reported_run, counts_of

MANY = 20_000


@pytest.fixture(autouse=True)
def _english_afterwards() -> Iterator[None]:
    yield
    language.use("en")


def write(path: Path, rows: Sequence[ReportRow]) -> str:
    run = a_reported_run(COLUMNS)
    write_preview_page(path, run=run, counts=counts_of(rows), rows=lambda: iter(rows), ending="at 16:23")
    return path.as_uri()


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> str:
    return write(tmp_path_factory.mktemp("preview") / "page.html", list(people(MANY)))


def filtered_in(page: Page) -> float:
    """Return the milliseconds that the page took, by its own clock, from the last key to the next frame."""
    took = page.evaluate("""() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => {
        done(performance.getEntriesByName("search").at(-1).duration);
        performance.clearMeasures();
    })))""")
    return float(took)


def test_a_person_is_found_among_twenty_thousand(many: str, open_page: Open) -> None:
    """By name, whatever its accents and the order of its words, or by number; within a second."""
    page = open_page(many)
    search, feed = page.get_by_role("searchbox", name="Search by name or number"), page.locator("#feed > li")
    expect(feed.first).to_contain_text("row 2")
    filtered_in(page)
    for typed in ("oeuvrard lucja", "Œuvrard-d’É", "lucja d'ete", "06 41 02 00 00", "+33641020000", "20000"):
        search.fill(typed)
        expect(feed).to_have_count(1)
        expect(feed).to_contain_text("Łucja Œuvrard-d’Été")
        expect(page.locator("#found")).to_have_text("1 of 19,601")
        assert filtered_in(page) < 1000
    search.fill("nobody at all")
    expect(page.get_by_text("Nobody here is called so")).to_be_visible()
    search.fill("")
    expect(feed.first).to_contain_text("row 2")


def test_all_of_a_long_list_is_there(many: str, open_page: Open) -> None:
    """More comes as one nears the end; by the keyboard too."""
    page = open_page(many)
    page.get_by_role("searchbox").fill("zoe o'connor")
    expect(page.locator("#found")).to_have_text(re.compile(r"^\d+ of 19,601$"))
    total = int((page.locator("#found").text_content() or "").split()[0])
    assert 200 < total < 300
    for _ in range(5):
        page.locator("#feed > li").last.scroll_into_view_if_needed()
        page.keyboard.press("End")
        page.wait_for_timeout(100)
    expect(page.locator("#feed > li")).to_have_count(total)
    expect(page.get_by_role("button", name="Show more")).to_be_hidden()


def test_messages_are_filtered_by_length_and_rows_by_reason(many: str, open_page: Open) -> None:
    """The longest first, those of some length, those left out for one reason, with what to do."""
    page = open_page(many)
    page.get_by_label("Order").select_option("Longest first")
    expect(page.locator("#feed .foot").first).to_contain_text(re.compile(r"· 2[4-9]\d characters"))
    page.get_by_label("Length").select_option("100")
    shown = page.locator("#feed .foot").all_text_contents()
    assert {re.search(r"(\d+) characters", text)[1][0] for text in shown} == {"1"}  # type: ignore[index]  # each has

    page.get_by_role("button", name=re.compile("no valid phone number")).click()
    expect(page.get_by_role("button", name="Left out")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#feed > li").first).to_contain_text("Write the whole number as text")
    page.get_by_label("Reason").select_option("duplicate")
    expect(page.locator("#feed > li").first).to_contain_text("same number as row 2")
    expect(page.locator("#found")).to_have_text("200 of 399")


def test_a_message_looks_as_on_the_phone(tmp_path: Path, open_page: Open) -> None:
    """Marks, lines, links, an attachment's card, a template's values; names from real life; the proof above."""
    rows = [
        *people(1),
        a_message(3, "Zoé", text="a\nb", file="https://example.fr/d/devis%20n%C2%B07.pdf"),
        a_message(4, ARABIC, text=ARABIC),
        a_message(5, LONG, text="👩‍👩‍👧 " + "x" * 900),
    ]
    page = open_page(write(tmp_path / "page.html", rows))
    feed = page.locator("#feed > li")
    for style, text in {"bold": "Offre", "italic": "Noël", "strike": "49 €", "mono": "39 €"}.items():
        expect(feed.first.locator(f".{style}")).to_have_text(text)
    expect(feed.first.get_by_role("link")).to_have_attribute("href", "https://example.fr/2")
    expect(feed.nth(1).get_by_role("link", name="devis n°7.pdf")).to_contain_text("from example.fr")
    assert feed.nth(1).locator(".said").evaluate("said => getComputedStyle(said).whiteSpace") == "pre-wrap"
    assert feed.nth(2).locator(".said").evaluate("said => getComputedStyle(said).direction") == "rtl"
    expect(page.locator(".proof")).to_contain_text("7F3A-91C2")
    expect(page.get_by_text("at 16:23")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280


def test_what_a_row_holds_is_shown_and_never_run(tmp_path: Path, open_page: Open) -> None:
    """Names, texts, addresses and cells; the file asks no network."""
    rows = [a_message(2, HOSTILE, text=HOSTILE), a_rejected_row(3, HOSTILE, HOSTILE, 8)]
    page = open_page(write(tmp_path / "page.html", rows))
    page.on("dialog", lambda _: pytest.fail("a cell was run"))
    expect(page.locator("#feed .said")).to_have_text(HOSTILE)
    page.get_by_role("button", name="Left out").click()
    expect(page.locator("#feed .name")).to_have_text(HOSTILE)
    assert page.locator("main img, main script").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("spoken", "width"), [("en", 1280), ("fr", 390)])
def test_it_is_there_for_everybody(tmp_path: Path, open_page: Open, scheme: str, spoken: str, width: int) -> None:
    """No serious fault to axe-core, in either language and light, on a phone either."""
    language.use(spoken)
    rows = [*people(120), a_message(200, LONG, text="x" * 999)]
    profile = {"color_scheme": scheme, "viewport": {"width": width, "height": 800}}
    page = open_page(write(tmp_path / "page.html", rows), **profile)
    assert page.evaluate("document.documentElement.lang") == spoken
    assert serious_faults(page) == []
    page.locator("#tab-left-out").click()
    assert serious_faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
