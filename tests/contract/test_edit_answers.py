"""What the answers to changes of lists mean, each over a real socket: in a batch, and in the client."""

import asyncio
import json

import pytest

from lecommercial_batch import AuthError, LeCommercial, QuotaError, ThrottledError, ValidationError
from lecommercial_batch.core.clock import SystemClock
from lecommercial_batch.core.contact_edits import Edit, EditKind
from lecommercial_batch.core.contact_lists import Added
from lecommercial_batch.core.model import Answer, Outcome, Phone
from lecommercial_batch.gateway.editing import EditGateway
from tests.contract.conftest import Connecting
from tests.contract.test_gateway import a_sender, answering, http, read_request, server

PHONE = Phone("+33641000001")
WRONG_KEY = '{"success":false,"message":"Invalid authkey"}'
NOT_FOUND = '{"success":false,"message":"Contact not found"}'


async def change(kind: EditKind, status: str, body: str) -> Answer:
    edit = Edit(kind=kind, list_id=3, name="Léa")
    async with (
        server(answering(http(status, body))) as url,
        EditGateway(url, a_sender(), clock=SystemClock()) as gateway,
    ):
        return await gateway.send(PHONE, edit.content())


@pytest.mark.parametrize("kind", EditKind)
@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (WRONG_KEY, "invalid_keys"),
        ('{"success":false,"message":"Clé invalide"}', "invalid_keys"),
        ('{"message":"Unauthenticated."}', "invalid_keys"),
        ('{"error":"Invalid Auth and AppKey"}', "invalid_keys"),
        ('{"message":"Maximum Monthly Messages Limit Exceeded"}', "quota_exceeded"),
        ('{"message":"Quota mensuel dépassé"}', "quota_exceeded"),
    ],
)
async def test_a_401_is_read_by_its_body(kind: EditKind, body: str, reason: str) -> None:
    """These calls use up no quota: only a text that speaks of one means it."""
    answer = await change(kind, "401 Unauthorized", body)

    assert (answer.outcome, answer.reason) == (Outcome.HALTED, reason)


@pytest.mark.parametrize(
    ("body", "error"), [(WRONG_KEY, AuthError), ('{"message":"Quota atteint"}', QuotaError)], ids=["key", "quota"]
)
async def test_the_client_says_which(body: str, error: type[Exception], connect: Connecting) -> None:
    """A wrong key is to be mended at once, a quota waits for next month."""
    async with server(answering(http("401 Unauthorized", body))) as url, connect(url) as api:
        with pytest.raises(error):
            await api.lists()


THERE = [
    ("409 Conflict", '{"success":false,"message":"Contact already exists in this list"}'),
    ("401 Unauthorized", '{"message":"Contact already exist..!!"}'),
    ("401 Unauthorized", '{"error":"Contact already exist..!!"}'),
    ("200 OK", '{"success":false,"message":"Contact exists already"}'),
    ("422 Unprocessable Content", '{"message":"x","errors":{"phone":["The phone has already been taken."]}}'),
    ("400 Bad Request", '{"success":false,"message":"Ce contact existe déjà"}'),
]


@pytest.mark.parametrize(("status", "body"), THERE)
async def test_a_contact_that_is_there_already_is_what_was_asked_for(
    status: str, body: str, connect: Connecting
) -> None:
    """It settles an addition, whatever status it comes with; no other change."""
    assert (await change(EditKind.ADD, status, body)).outcome is Outcome.ACCEPTED
    assert (await change(EditKind.UPDATE, status, body)).outcome is Outcome.REFUSED
    async with server(answering(http(status, body))) as url, connect(url) as api:
        assert await api.add_contact(3, "33641000001") == Added(contact_id=0, list_id=3)


async def test_a_removal_that_found_nobody_is_not_accepted() -> None:
    """The list may have the contact under another number: it is looked at before anybody believes it."""
    answer = await change(EditKind.REMOVE, "404 Not Found", NOT_FOUND)

    assert (answer.outcome, answer.reason) == (Outcome.UNSURE, "not_found")


async def test_a_change_names_the_number_as_the_api_has_it() -> None:
    """Else it would find nobody."""
    edit = Edit(kind=EditKind.REMOVE, list_id=3, written="+33 6 41 00 00 01")
    bodies: list[bytes] = []

    async def keep(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        bodies.append(await read_request(reader))
        writer.write(http("200 OK", '{"success":true}'))
        await writer.drain()

    async with server(keep) as url, EditGateway(url, a_sender(), clock=SystemClock()) as gateway:
        assert (await gateway.send(PHONE, edit.content())).outcome is Outcome.ACCEPTED
    assert b"phone=%2B33+6+41+00+00+01" in bodies[0]


async def test_a_pause_of_hours_is_no_silence(connect: Connecting) -> None:
    """A success that asks for a day: the next call says so at once instead of waiting."""
    told = ("X-RateLimit-Remaining: 0", "Retry-After: 86400")
    raw = http("200 OK", json.dumps({"success": True, "data": []}), "application/json", *told)
    async with server(answering(raw)) as url, connect(url) as api:
        assert isinstance(api, LeCommercial)
        await api.lists()
        with pytest.raises(ThrottledError):
            await api.lists()


async def test_what_is_wrong_with_a_field_is_shown_without_keys(connect: Connecting) -> None:
    """A server that says what it was given says it without the key, in whatever error."""
    said = {"message": "x", "errors": {"authkey": ["bad: k\u00e9y/of+12345678 \u001b[2J"]}}
    async with (
        server(answering(http("422 Unprocessable Content", json.dumps(said)))) as url,
        connect(url, authkey="k\u00e9y/of+12345678") as api,
    ):
        with pytest.raises(ValidationError) as raised:
            await api.lists()
    assert raised.value.fields == {"authkey": ("bad: ••• \ufffd[2J",)}
