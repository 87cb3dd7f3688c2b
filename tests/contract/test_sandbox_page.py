"""What the sandbox's page is made of, over real sockets; how it behaves is in tests/browser."""

import asyncio
import json
import socket
from collections.abc import Iterator

import httpx
import pytest
from starlette.types import Message

from lecommercial_batch.sandbox.events import Events
from lecommercial_batch.sandbox.settings import APPKEY, AUTHKEY, Settings
from lecommercial_batch.sandbox.state import State
from lecommercial_batch.sandbox.wire import TRANSPORT
from lecommercial_batch.testing import SandboxServer

GOOD = {"authkey": AUTHKEY, "appkey": APPKEY, "to": "33612345678", "message": "*Bonjour*"}


@pytest.fixture
def sandbox() -> Iterator[SandboxServer]:
    with SandboxServer() as server:
        yield server


@pytest.fixture
def client(sandbox: SandboxServer) -> Iterator[httpx.Client]:
    with httpx.Client(trust_env=False, base_url=sandbox.url.removesuffix("/api")) as client:
        yield client


@pytest.mark.parametrize(
    ("accepted", "language", "word"),
    [
        ("fr-FR,fr;q=0.9,en;q=0.8", "fr", "Rechercher un numéro"),
        ("en-GB", "en", "Search by number"),
        ("de, fr;q=0.5, en;q=0.7", "en", "Search by number"),
        ("de;q=x, fr", "fr", "Rechercher un numéro"),
        ("", "en", "Search by number"),
    ],
)
def test_the_page_speaks_the_readers_language(
    client: httpx.Client, accepted: str, language: str, word: str
) -> None:
    """The first of those the reader accepts that there is; otherwise English."""
    page = client.get("/", headers={"Accept-Language": accepted})
    assert f'<html lang="{language}">' in page.text
    assert word in page.text
    assert page.headers["vary"] == "Accept-Language"


def test_the_page_takes_nothing_from_elsewhere(client: httpx.Client) -> None:
    """Every part is the sandbox's own, and the policy lets nothing else in, nor anything inline."""
    page = client.get("/")
    assert "script-src 'self'" in page.headers["content-security-policy"]
    assert "http://" not in page.text.replace(str(client.base_url), "")
    assert "https://" not in page.text
    for part in ("page.css", "theme.css", "bubble.css", "page.js", "icon.svg"):
        assert f"/page/{part}" in page.text
        assert client.get(f"/page/{part}").status_code == 200
    for absent in ("nothing.js", "index.html", "..%2Fapp.py", "%2e%2e%2fpage.py"):
        assert client.get(f"/page/{absent}").status_code == 404


def test_another_sites_name_is_not_let_in(client: httpx.Client) -> None:
    """A website that leads its own name to this computer cannot read messages, change faults or forget."""
    evil = {"Host": "evil.example"}
    for method, path in [("GET", "/"), ("GET", "/received"), ("PUT", "/sandbox/faults"), ("DELETE", "/received")]:
        assert client.request(method, path, headers=evil).status_code == 400
    assert client.get("/", headers={"Host": "localhost:1"}).status_code == 200


def test_messages_are_shown_as_on_the_phone(sandbox: SandboxServer, client: httpx.Client) -> None:
    """Newest first, found by number, in pages."""
    for to in ("33612345678", "33698765432", "33612345678"):
        client.post("/api/create-message", data=GOOD | {"to": to})

    shown = client.get("/sandbox/messages", params={"limit": 2}).json()
    assert (shown["total"], shown["matching"]) == (3, 3)
    assert [message["id"] for message in shown["messages"]] == [3, 2]
    assert shown["messages"][0]["number"] == "+33 6 12 34 56 78"
    assert shown["messages"][0]["spans"] == [{"text": "Bonjour", "styles": ["bold"]}]
    found = client.get("/sandbox/messages", params={"number": "06 12", "before": 3}).json()
    assert (found["matching"], [message["id"] for message in found["messages"]]) == (1, [1])
    sandbox.clear()
    assert client.get("/sandbox/messages").json()["epoch"] != shown["epoch"]


def test_contacts_are_shown_and_found(client: httpx.Client) -> None:
    """A page of a list, by number; a list that is not there is 404."""
    shown = client.get("/sandbox/contacts", params={"list_id": 3, "number": "06 12 34"}).json()
    assert [row["number"] for row in shown["data"]] == ["+33 6 12 34 56 78"]
    assert shown["meta"]["total"] == 1
    assert client.get("/sandbox/contacts", params={"list_id": 9}).status_code == 404


def test_changes_are_told_at_once(sandbox: SandboxServer, client: httpx.Client) -> None:
    """An open page hears of a message, a contact and a switch without asking."""
    with client.stream("GET", "/sandbox/events") as events:
        told = (json.loads(line.removeprefix("data: ")) for line in events.iter_lines() if line)
        assert next(told)["messages"] == 0
        httpx.post(f"{sandbox.url}/create-message", data=GOOD, trust_env=False)
        assert next(each for each in told if each["messages"])["stats"]["accepted"] == 1
        contact = {"authkey": AUTHKEY, "list_id": "7", "phone": "33698765432"}
        httpx.post(f"{sandbox.url}/add-contact", data=contact, trust_env=False)
        assert next(each["lists"][1] for each in told if each["stats"]["carried_out"])["contacts_count"] == 16
        sandbox.set_faults("500@9")
        assert next(each for each in told if each["switches"]["faults"])["switches"]["faults"] == ["500@9-9"]


@pytest.mark.parametrize("gone", [False, True], ids=["cancelled", "gone"])
async def test_an_open_page_is_told_its_end(gone: bool) -> None:
    """Cancelled as the server stops, or its reader gone: the answer is completed, or the server would complain."""
    sent: list[Message] = []
    looked = asyncio.Event()

    class Line(asyncio.Transport):
        def is_closing(self) -> bool:
            return gone and looked.is_set()

    async def send(message: Message) -> None:
        sent.append(message)
        if message["type"] == "http.response.body":
            looked.set()

    async def receive() -> Message:
        return {"type": "http.request"}

    state = State(Settings(), None)
    page = asyncio.create_task(Events(state)({"type": "http", "state": {TRANSPORT: Line()}}, receive, send))
    await looked.wait()
    if not gone:
        page.cancel()
    await page
    state.close()

    assert [each.get("more_body") for each in sent] == [None, True, False]


def test_it_stops_with_a_page_open(caplog: pytest.LogCaptureFixture) -> None:
    """The line to the page is cut, and nobody complains."""
    with SandboxServer(Settings()) as sandbox:
        host, port = sandbox.url.removeprefix("http://").removesuffix("/api").split(":")
        page = socket.create_connection((host, int(port)), timeout=10)
        page.sendall(b"GET /sandbox/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert page.recv(12) == b"HTTP/1.1 200"
    with page:
        while page.recv(4096):
            pass
    assert caplog.records == []
