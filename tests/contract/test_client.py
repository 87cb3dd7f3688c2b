"""The client `LeCommercial` over real sockets: what it returns, how it waits, what it never does twice."""

import asyncio
import json
import logging
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest

import lecommercial_batch
from lecommercial_batch import Accepted, Added, Contact, ContactList, Phone, UnknownOutcomeError, ValidationError
from lecommercial_batch.sandbox.people import PROSPECTS, VIP, invented
from lecommercial_batch.sandbox.settings import APPKEY, AUTHKEY, TEMPLATE, Limit, Settings
from lecommercial_batch.testing import SandboxServer
from tests.contract.conftest import Connecting
from tests.contract.test_gateway import http, server

JEAN = "33612345678"
ZOE = "+33 6 98 76 54 32"


@pytest.fixture
def sandbox() -> Iterator[SandboxServer]:
    with SandboxServer() as server:
        yield server


async def test_the_six_calls(sandbox: SandboxServer, connect: Connecting) -> None:
    """Each returns what the API's page shows, as a type of its own."""
    async with connect(sandbox.url) as api:
        sent = await api.create_message(Phone(f"+{JEAN}"), "  Bonjour  ", file="https://example.fr/devis.pdf")
        assert sent == Accepted(sender="33700000001", to=JEAN)
        assert await api.add_contact(PROSPECTS, ZOE, name="Zoé") == Added(contact_id=42, list_id=PROSPECTS)
        assert await api.lists() == [
            ContactList(id=3, name="Prospects", contacts_count=42),
            ContactList(id=7, name="Clients VIP", contacts_count=15),
        ]
        renamed = await api.update_contact(ZOE, lastname="Petit")
        assert renamed == Contact(id=42, phone="33698765432", name="Zoé", lastname="Petit")
        assert [contact async for contact in api.contacts(PROSPECTS)][-1] == renamed
        await api.remove_contact(PROSPECTS, ZOE)
    assert len(sandbox.contacts(PROSPECTS)) == 41
    assert [message.text for message in sandbox.received()] == ["Bonjour"]


@pytest.mark.parametrize(("style", "name", "number"), [("braced", "Jean", "D-1"), ("bare", "{Jean}", "{D-1}")])
async def test_variables_are_written_in_the_servers_style(
    style: str, name: str, number: str, sandbox: SandboxServer, connect: Connecting
) -> None:
    """Braced keys are replaced whole; bare ones leave the braces standing, as the server does it."""
    async with connect(sandbox.url, variables_style=style) as api:
        await api.create_message(JEAN, template_id=TEMPLATE, variables={"prenom": "Jean", "numero": "D-1"})
    assert sandbox.received()[0].text == f"Bonjour {name}, votre devis {number} vous attend."


@pytest.mark.parametrize(
    ("encoding", "switch"),
    [("urlencoded", False), ("urlencoded", True), ("multipart", True), ("method_override", False)],
)
async def test_changes_arrive_in_each_encoding(encoding: str, switch: bool, connect: Connecting) -> None:
    """Urlencoded and `_method` with any PHP, multipart with one that reads it on PUT and DELETE."""
    with SandboxServer(Settings(multipart_on_put=switch)) as sandbox:
        async with connect(sandbox.url, encoding=encoding) as api:
            assert (await api.update_contact(JEAN, lastname="Martin & fils")).lastname == "Martin & fils"
            await api.remove_contact(PROSPECTS, JEAN)
        assert JEAN not in [contact.phone for contact in sandbox.contacts(PROSPECTS)]


async def test_multipart_to_the_letter_fails_as_php_makes_it(sandbox: SandboxServer, connect: Connecting) -> None:
    async with connect(sandbox.url, encoding="multipart") as api:
        with pytest.raises(ValidationError) as raised:
            await api.update_contact(JEAN, name="J")
    assert set(raised.value.fields) == {"authkey", "phone"}


async def test_all_pages_of_a_list_each_contact_once(connect: Connecting) -> None:
    """120 contacts on three pages, with the total known from the first."""
    with SandboxServer(Settings(people=invented(120))) as sandbox:
        async with connect(sandbox.url) as api:
            listing = api.contacts(PROSPECTS)
            assert listing.total is None
            ids = [contact.id async for contact in listing]
        assert sandbox.stats().calls == 3
    assert ids == list(range(1, 121))
    assert listing.total == 120


async def test_a_list_that_changes_while_it_is_read(connect: Connecting) -> None:
    """A contact removed behind us moves the others up a page: who slipped past comes once all the same."""
    with SandboxServer(Settings(people=invented(120))) as sandbox:
        async with connect(sandbox.url) as api:
            seen: list[int] = []
            async for contact in api.contacts(PROSPECTS):
                seen.append(contact.id)
                if contact.id == 50:
                    await api.remove_contact(PROSPECTS, sandbox.contacts(PROSPECTS)[0].phone)
    assert sorted(seen) == list(range(1, 121))


async def test_a_call_that_was_not_executed_is_tried_again(sandbox: SandboxServer, connect: Connecting) -> None:
    """After a 429, for as long as it asks, and after a 503."""
    sandbox.set_faults("429@1", "503@2", retry_after=1)
    async with connect(sandbox.url, patience=30, jitter=lambda: 0.0) as api:
        begun = asyncio.get_running_loop().time()
        assert (await api.add_contact(VIP, ZOE)).contact_id == 42
        assert asyncio.get_running_loop().time() - begun >= 1.5
    assert sandbox.stats().calls == 3


@pytest.mark.parametrize("fault", ["500_after@1", "drop_after@1", "200_html@1"])
async def test_what_may_have_been_done_is_done_again_only_where_that_changes_nothing(
    fault: str, sandbox: SandboxServer, connect: Connecting
) -> None:
    """Reading, renaming and removing are repeated; a message and a new contact never are."""
    async with connect(sandbox.url, patience=30, jitter=lambda: 0.0) as api:
        sandbox.set_faults(fault)
        assert (await api.update_contact(JEAN, name="J")).name == "J"
        sandbox.set_faults(fault)
        await api.remove_contact(VIP, JEAN)
        sandbox.set_faults(fault)
        assert len(await api.lists()) == 2
        before = sandbox.stats().calls
        for call in (api.create_message(JEAN, "Bonjour"), api.add_contact(VIP, ZOE)):
            sandbox.set_faults(fault)
            with pytest.raises(UnknownOutcomeError):
                await call
    assert sandbox.stats().calls == before + 2


async def test_a_change_is_not_repeated_below_us(connect: Connecting) -> None:
    """Where a kept connection is closed under a PUT, the transport does not send it again by itself."""
    heads: list[bytes] = []

    async def close_on_the_second(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for answered in (True, False):
            heads.append(await reader.readuntil(b"\r\n\r\n"))
            length = [line for line in heads[-1].lower().split(b"\r\n") if line.startswith(b"content-length:")]
            await reader.readexactly(int(length[0].split(b":")[1]))
            if answered:
                writer.write(http("200 OK", '{"success":true,"data":{"contact_id":1,"phone":"33612345678"}}'))
                await writer.drain()

    async with server(close_on_the_second) as url, connect(url) as api:
        await api.update_contact(JEAN, name="J")
        with pytest.raises(UnknownOutcomeError):
            await api.update_contact(JEAN, name="J")
    assert [head.split(b" ")[0] for head in heads] == [b"PUT", b"PUT"]


async def test_all_calls_keep_one_pace(connect: Connecting) -> None:
    """However many tasks call at once, with two clients of one machine: together they keep the rate of one."""
    with SandboxServer(Settings(limit=Limit(count=13, period=1, sliding=True))) as sandbox:
        async with connect(sandbox.url, rate="10/s") as one, connect(sandbox.url, rate="10/s") as other:
            await asyncio.gather(
                *(one.add_contact(VIP, f"3373000{n:04d}") for n in range(8)),
                *(other.lists() for _ in range(8)),
                one.create_message(JEAN, "Bonjour"),
            )
        assert sandbox.stats().throttled == 0
        assert sandbox.stats().calls == 17


async def test_calls_wait_when_the_window_is_used_up(connect: Connecting) -> None:
    """`X-RateLimit-Remaining: 0` with a reset: the next call waits for it, so that no 429 comes."""
    told: list[float] = []

    async def last_of_the_window(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for _ in range(2):
            await reader.readuntil(b"\r\n\r\n")
            told.append(asyncio.get_running_loop().time())
            spent = ("X-RateLimit-Remaining: 0", "X-RateLimit-Reset: 1")
            writer.write(http("200 OK", '{"success":true,"data":[]}', "application/json", *spent))
            await writer.drain()

    async with server(last_of_the_window) as url, connect(url) as api:
        await api.lists()
        await api.lists()
    assert all(after - before >= 0.99 for before, after in pairwise(told))


async def test_keys_stay_out_of_logs_reprs_and_errors(
    sandbox: SandboxServer, connect: Connecting, caplog: pytest.LogCaptureFixture
) -> None:
    """The keys of a GET stand in its address, which errors and logs love to show."""
    key = "clé+très secrète"
    echo = json.dumps({"error": f"authkey={key} cl%C3%A9%2Btr%C3%A8s+secr%C3%A8te"})

    async def echoing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(http("401 Unauthorized", echo))
        await writer.drain()

    caplog.set_level(logging.DEBUG)
    async with server(echoing) as url, connect(url, authkey=key) as api:
        with pytest.raises(lecommercial_batch.AuthError) as raised:
            await api.lists()
        shown = [repr(api), repr(raised.value), str(raised.value), repr(raised.value.problems)]
    async with connect(sandbox.url) as api:
        await api.lists()
        await api.add_contact(VIP, ZOE)
    assert "path=lists" in caplog.text
    for text in [*shown, caplog.text]:
        assert not any(secret in text for secret in (key, "%C3%A9", AUTHKEY, APPKEY, "33698765432"))


@pytest.mark.parametrize(("to", "text"), [("bonjour", "x"), (JEAN, "  "), (JEAN, "x" * 1001)])
async def test_what_the_api_would_refuse_is_not_sent(
    to: str, text: str, sandbox: SandboxServer, connect: Connecting
) -> None:
    async with connect(sandbox.url) as api:
        with pytest.raises(ValidationError):
            await api.create_message(to, text)
    assert sandbox.stats().calls == 0


async def test_contacts_need_no_app_key(sandbox: SandboxServer, connect: Connecting) -> None:
    """An auth key opens lists; a message without an app key is refused before it is sent."""
    async with connect(sandbox.url, appkey="") as api:
        assert len(await api.lists()) == 2
        with pytest.raises(lecommercial_batch.InputError) as raised:
            await api.create_message(JEAN, "Bonjour")
    assert raised.value.problems[0].code == "missing_key"


@pytest.mark.parametrize(
    ("message", "given"),
    [
        ("Bonjour", {"template_id": TEMPLATE}),
        ("", {"template_id": TEMPLATE, "file": "https://example.fr/devis.pdf"}),
        ("", {"template_id": TEMPLATE, "variables": {"{prenom}": "Jean"}}),
        ("", {"template_id": TEMPLATE, "variables": {"x]": "Jean"}}),
        ("", {"template_id": TEMPLATE, "variables": {"prenom": "{prenom}"}}),
        ("Bonjour", {"variables": {"prenom": "Jean"}}),
    ],
)
async def test_what_the_server_would_drop_is_refused(
    sandbox: SandboxServer, connect: Connecting, message: str, given: dict[str, Any]
) -> None:
    """As in a campaign: it would count as accepted, and people would read something else."""
    async with connect(sandbox.url) as api:
        with pytest.raises(ValidationError):
            await api.create_message(JEAN, message, **given)
    assert sandbox.received() == ()
