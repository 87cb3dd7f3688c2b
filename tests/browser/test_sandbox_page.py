"""The sandbox's page in a browser: what a person sees who rehearses."""

import re
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import expect

from lecommercial_batch.sandbox.settings import APPKEY, AUTHKEY, TEMPLATE
from lecommercial_batch.testing import SandboxServer
from tests.browser.conftest import Open, serious_faults

JEAN = "33612345678"
ZOE = "33698765432"
HOSTILE = "<img src=x onerror=alert(1)><script>alert(2)</script>"


@pytest.fixture
def sandbox() -> Iterator[SandboxServer]:
    with SandboxServer() as server:
        yield server


@pytest.fixture
def root(sandbox: SandboxServer) -> str:
    return sandbox.url.removesuffix("api")


def send(sandbox: SandboxServer, to: str = JEAN, message: str = "Bonjour", **fields: str) -> None:
    keys = {"authkey": AUTHKEY, "appkey": APPKEY}
    reply = httpx.post(
        f"{sandbox.url}/create-message", data=keys | {"to": to, "message": message} | fields, trust_env=False
    )
    assert reply.json()["message_status"] == "Success"


def test_a_message_arrives_while_one_looks(sandbox: SandboxServer, root: str, open_page: Open) -> None:
    """The empty page says how to send; then the newest stands first, as on the phone, without a reload."""
    page = open_page(root)
    expect(page.get_by_role("heading", name="No message yet")).to_be_visible()
    expect(page.locator("#none")).to_contain_text(f"export LECOMMERCIAL_BASE_URL={sandbox.url}")

    send(sandbox, message="Premier")
    send(sandbox, to=ZOE, message="*Offre* de _Noël_ : ~49 €~ `39 €`", file="https://example.fr/d/devis.pdf")

    bubbles = page.locator("#feed > li")
    expect(bubbles).to_have_count(2)
    newest = bubbles.first
    expect(newest).to_contain_text("+33 6 98 76 54 32")
    expect(newest.locator(".said")).to_have_text("Offre de Noël : 49 € 39 €")
    for style, text in {"bold": "Offre", "italic": "Noël", "strike": "49 €", "mono": "39 €"}.items():
        expect(newest.locator(f".{style}")).to_have_text(text)
    expect(newest.get_by_role("link", name="devis.pdf")).to_contain_text("from example.fr")
    expect(page.locator("[data-count=messages]")).to_have_text("2")
    expect(page.get_by_role("log")).to_have_text("New message to +33 6 98 76 54 32")


def test_a_template_is_filled_in(sandbox: SandboxServer, root: str, open_page: Open) -> None:
    """By the server's own substitution."""
    values = {"variables[{prenom}]": "Zoé", "variables[{numero}]": "D-7"}
    send(sandbox, message="", template_id=TEMPLATE, **values)
    bubble = open_page(root).locator("#feed > li")
    expect(bubble).to_contain_text("Bonjour Zoé, votre devis D-7 vous attend.")
    expect(bubble.locator(".tag")).to_have_text("Template")


def test_messages_are_found_by_number(sandbox: SandboxServer, root: str, open_page: Open) -> None:
    """As people write it; what arrives later is shown if it matches; a click on a number shows its messages."""
    send(sandbox, to=JEAN)
    send(sandbox, to=ZOE)
    page = open_page(root)
    bubbles = page.locator("#feed > li")
    expect(bubbles).to_have_count(2)

    page.get_by_role("searchbox", name="Search by number").fill("06 12 34")
    expect(bubbles).to_have_count(1)
    expect(page.locator("#found")).to_have_text("1 of 2")
    send(sandbox, to=ZOE)
    send(sandbox, to=JEAN, message="Encore")
    expect(bubbles).to_have_count(2)
    expect(bubbles.first).to_contain_text("Encore")

    page.get_by_role("searchbox").fill("0799")
    expect(page.get_by_text("No message to a number with 0799")).to_be_visible()
    page.get_by_role("searchbox").fill("")
    page.get_by_role("button", name="+33 6 98 76 54 32").first.click()
    expect(bubbles).to_have_count(2)
    expect(page.get_by_role("searchbox")).to_have_value(ZOE)


def test_older_messages_are_a_click_away(sandbox: SandboxServer, root: str, open_page: Open) -> None:
    """Fifty at first, then the others, none twice."""
    for number in range(60):
        send(sandbox, message=f"Message {number}")
    page = open_page(root)
    expect(page.locator("#feed > li")).to_have_count(50)
    page.get_by_role("button", name="Show older messages").click()
    expect(page.locator("#feed > li")).to_have_count(60)
    expect(page.locator("#feed > li").last).to_contain_text("Message 0")
    expect(page.get_by_role("button", name="Show older messages")).to_be_hidden()


def test_what_a_message_holds_is_shown_and_never_run(sandbox: SandboxServer, root: str, open_page: Open) -> None:
    """Text, names and attachments alike; no dialog opens, no picture is fetched."""
    send(sandbox, message=HOSTILE, file="http://example.fr/<script>alert(3)</script>.pdf")
    contact = {"authkey": AUTHKEY, "list_id": "3", "phone": ZOE, "name": HOSTILE}
    httpx.post(f"{sandbox.url}/add-contact", data=contact, trust_env=False)
    page = open_page(root)
    page.on("dialog", lambda _: pytest.fail("a message was run"))
    expect(page.locator("#feed .said")).to_have_text(HOSTILE)
    page.get_by_role("button", name="Lists").click()
    expect(page.get_by_role("cell", name=HOSTILE)).to_be_visible()
    assert page.locator("main img, main script").count() == 0


def test_lists_are_there_to_look_at(sandbox: SandboxServer, root: str, open_page: Open) -> None:
    """Each with its contacts, in pages, found by number; a contact that is added shows by itself."""
    page = open_page(root)
    page.get_by_role("button", name="Lists").click()
    expect(page.locator("#contacts tr")).to_have_count(41)
    page.get_by_role("button", name=re.compile("Clients VIP")).click()
    expect(page.locator("#contacts tr")).to_have_count(15)
    contact = {"authkey": AUTHKEY, "list_id": "7", "phone": ZOE, "name": "Zoé"}
    httpx.post(f"{sandbox.url}/add-contact", data=contact, trust_env=False)
    expect(page.locator("#contacts tr").last).to_contain_text("+33 6 98 76 54 32")
    page.get_by_role("searchbox").fill("0612")
    expect(page.locator("#contacts tr")).to_have_text([re.compile("Jean")])


def test_messages_can_be_forgotten(sandbox: SandboxServer, root: str, open_page: Open) -> None:
    """After asking."""
    send(sandbox)
    page = open_page(root)
    expect(page.locator("#feed > li")).to_have_count(1)
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Forget all messages").click()
    expect(page.get_by_role("heading", name="No message yet")).to_be_visible()
    assert sandbox.received() == ()


def test_switches_are_shown_as_they_are_set(sandbox: SandboxServer, root: str, open_page: Open) -> None:
    """Who looks knows why calls fail."""
    page = open_page(root)
    expect(page.get_by_text("Nothing: every good call is answered at once.")).to_be_visible()
    sandbox.set_faults("429@2%", latency=1.5, plan_expired=True)
    expect(page.locator("#switches")).to_contain_text(re.compile(r"429@2%/0.*1\.5 s.*Plan expired"))
    expect(page.get_by_text("Nothing: every good call is answered at once.")).to_be_hidden()


@pytest.mark.parametrize(
    ("locale", "word"), [("fr-FR", "Aucun message pour l’instant"), ("en-GB", "No message yet")]
)
@pytest.mark.parametrize(("scheme", "dark"), [("light", False), ("dark", True)])
@pytest.mark.parametrize("width", [1280, 390])
def test_it_fits_the_reader(
    root: str, open_page: Open, locale: str, word: str, scheme: str, *, dark: bool, width: int
) -> None:
    """Language and light are the browser's, and nothing sticks out sideways, on a phone either."""
    page = open_page(root, locale=locale, color_scheme=scheme, viewport={"width": width, "height": 800})
    expect(page.get_by_role("heading", name=word)).to_be_visible()
    red = page.evaluate("Number(getComputedStyle(document.body).backgroundColor.match(/\\d+/)[0])")
    assert (red < 60) == dark
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_there_for_everybody(sandbox: SandboxServer, root: str, open_page: Open, scheme: str) -> None:
    """No serious fault to axe-core, in either light, empty, with messages and lists."""
    page = open_page(root, color_scheme=scheme, reduced_motion="reduce")  # nothing fades in
    expect(page.locator("#none")).to_be_visible()
    assert serious_faults(page) == []
    for number in range(10):
        send(sandbox, to=f"3361234567{number}", message="*Offre* : ~49 €~ `39 €`", file="https://a.fr/devis.pdf")
    expect(page.locator("#feed > li")).to_have_count(10)
    assert serious_faults(page) == []
    page.get_by_role("button", name="Lists").click()
    expect(page.locator("#contacts tr").first).to_be_visible()
    assert serious_faults(page) == []
