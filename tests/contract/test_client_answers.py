"""The contract's table "What comes back", each row through the client over a real socket."""

import socket
from collections.abc import Awaitable, Callable, Iterator

import pytest

from lecommercial_batch import (
    AuthError,
    CallError,
    LeCommercial,
    NotFoundError,
    QuotaError,
    RefusedError,
    ThrottledError,
    UnavailableError,
    UnknownOutcomeError,
    ValidationError,
)
from lecommercial_batch.gateway import wire
from lecommercial_batch.testing import SandboxServer
from tests.contract.conftest import Connecting
from tests.contract.test_gateway import answering, http, server

TO = "33641000001"

#: Fault of the sandbox, the error that it is, and its reason.
ROWS: list[tuple[str, type[CallError], str]] = [
    ("200_validation", ValidationError, "invalid_message"),
    ("422_validation", ValidationError, "invalid_message"),
    ("401_keys", AuthError, "invalid_keys"),
    ("401_quota", QuotaError, "quota_exceeded"),
    ("401_template", RefusedError, "template_not_found"),
    ("401_failed", RefusedError, "request_failed"),
    ("403_file", RefusedError, "bad_file"),
    ("422_device", UnavailableError, "device_unavailable"),
    ("429", ThrottledError, "throttled"),
    ("503", UnavailableError, "unavailable"),
    ("503_bare", UnknownOutcomeError, "unreadable_answer"),
    ("503_after", UnknownOutcomeError, "unreadable_answer"),
    ("500", UnknownOutcomeError, "server_error"),
    ("500_after", UnknownOutcomeError, "server_error"),
    ("502", UnknownOutcomeError, "unreadable_answer"),
    ("504", UnknownOutcomeError, "unreadable_answer"),
    ("html", UnknownOutcomeError, "unreadable_answer"),
    ("200_html", UnknownOutcomeError, "unreadable_answer"),
    ("drop", UnknownOutcomeError, "connection_lost"),
    ("drop_after", UnknownOutcomeError, "connection_lost"),
    ("hang", UnknownOutcomeError, "no_answer"),
]
ABOUT_CONTACTS = {"invalid_message": "invalid_call", "bad_file": "call_refused"}

Call = Callable[[LeCommercial], Awaitable[object]]
CALLS: dict[str, Call] = {
    "create-message": lambda api: api.create_message(TO, "Bonjour"),
    "add-contact": lambda api: api.add_contact(3, TO),
    "lists": lambda api: api.lists(),
    "contacts": lambda api: anext(aiter(api.contacts(3))),
    "update-contact": lambda api: api.update_contact("33612345678", name="J"),
    "remove-contact": lambda api: api.remove_contact(3, "33612345678"),
}


@pytest.fixture
def sandbox() -> Iterator[SandboxServer]:
    with SandboxServer() as server:
        yield server


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
async def test_what_comes_back(
    row: tuple[str, type[CallError], str],
    call: str,
    sandbox: SandboxServer,
    connect: Connecting,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each answer of servers of the API's kind is the error that says what to do."""
    fault, expected, reason = row
    monkeypatch.setitem(wire.TIMEOUT, "read", 0.5 if fault == "hang" else 30.0)
    sandbox.set_faults(fault)
    code = reason if call == "create-message" else ABOUT_CONTACTS.get(reason, reason)

    async with connect(sandbox.url) as api:
        with pytest.raises(CallError) as raised:
            await CALLS[call](api)

    assert (type(raised.value), raised.value.reason) == (expected, code)
    assert [problem.code for problem in raised.value.problems] == [code]


@pytest.mark.parametrize("fault", ["200_validation", "422_validation"])
async def test_a_malformed_call_says_which_field(fault: str, sandbox: SandboxServer, connect: Connecting) -> None:
    """In the family's way, and in Laravel's own."""
    sandbox.set_faults(fault)
    async with connect(sandbox.url) as api:
        with pytest.raises(ValidationError) as raised:
            await api.create_message(TO, "Bonjour")
    assert raised.value.fields == {"to": ("The to field is refused by a fault of the sandbox.",)}


async def test_what_is_not_there_is_not_found(sandbox: SandboxServer, connect: Connecting) -> None:
    """A list, a contact, a contact of a list; and an address that is not the API's is no lack of a contact."""
    sandbox.set_faults()
    async with connect(sandbox.url) as api:
        for call in (api.add_contact(99, TO), api.update_contact(TO, name="x"), api.remove_contact(7, TO)):
            with pytest.raises(NotFoundError):
                await call
    async with connect(sandbox.url.removesuffix("/api") + "/api/v2") as api:
        with pytest.raises(AuthError) as raised:
            await api.lists()
    assert raised.value.reason == "wrong_address"


@pytest.mark.parametrize(("style", "taken"), [("documented", False), ("cloud", True)])
async def test_a_forks_success_counts_when_asked_for(style: str, taken: bool, connect: Connecting) -> None:
    """`Request Processed`, with no `message_status`."""
    processed = answering(http("200 OK", '{"message":"Request Processed"}'))
    async with server(processed) as url, connect(url, success_style=style) as api:
        if taken:
            assert not (await api.create_message(TO, "Bonjour")).to
        else:
            with pytest.raises(UnknownOutcomeError):
                await api.create_message(TO, "Bonjour")


async def test_a_503_without_a_word_is_tried_again_when_asked_for(
    sandbox: SandboxServer, connect: Connecting
) -> None:
    """Of a server that is known to answer so before it does anything."""
    sandbox.set_faults("503_bare@1")
    async with connect(sandbox.url, unexplained_503="not_sent", patience=60.0, jitter=lambda: 0.0) as api:
        await api.create_message(TO, "Bonjour")

    assert len(sandbox.received()) == 1


async def test_nobody_there_is_surely_not_executed(connect: Connecting) -> None:
    """A refused connection, a name that does not resolve, a handshake that fails."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        addresses = [f"http://127.0.0.1:{unused.getsockname()[1]}/api", "https://no-such-host.invalid/api"]
        async with server(answering(b"")) as plain:
            for url in [*addresses, plain.replace("http://", "https://")]:
                async with connect(url) as api:
                    with pytest.raises(UnavailableError) as raised:
                        await api.add_contact(3, TO)
                assert raised.value.reason == "unreachable"


BODIES = {
    "lists": ['{"success":true}', '{"success":true,"data":{"3":{}}}', '{"success":true,"data":[{"id":"x"}]}'],
    "contacts": ['{"success":true,"data":null}', '{"success":true,"data":["Jean"]}'],
    "add-contact": ['{"success":true}', '{"data":{"contact_id":1}}', '{"success":"yes","data":{"contact_id":1}}'],
    "update-contact": ['{"success":true,"data":[]}'],
}


@pytest.mark.parametrize(("call", "body"), [(call, body) for call, bodies in BODIES.items() for body in bodies])
async def test_a_success_that_is_none_is_unknown(call: str, body: str, connect: Connecting) -> None:
    """`success` must be true, and what was asked for must be there."""
    async with server(answering(http("200 OK", body))) as url, connect(url) as api:
        with pytest.raises(UnknownOutcomeError):
            await CALLS[call](api)
