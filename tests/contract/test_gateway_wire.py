"""What goes over the wire, byte for byte, and answers in wrappings."""

import asyncio
import gzip
import socket
import zlib
from email import message_from_bytes
from email.message import Message
from email.policy import HTTP

import pytest

from lecommercial_batch.core.clock import SystemClock
from lecommercial_batch.core.model import Content, Outcome
from lecommercial_batch.gateway import ApiGateway
from lecommercial_batch.gateway.form import Fields, Multipart
from lecommercial_batch.gateway.wire import Wire
from tests.contract.test_gateway import CONTENT, PHONE, a_sender, answering, call, http, read_request, server

SUCCESS = '{"message_status": "Success", "data": {}}'


def parsed(content_type: str, body: bytes) -> Fields:
    """Read a form as an independent reader does: Python's own, made for mail."""
    message = message_from_bytes(f"Content-Type: {content_type}\n\n".encode() + body, policy=HTTP)
    return [_field(part) for part in message.walk() if not part.is_multipart()]


def _field(part: Message) -> tuple[str, str]:
    name = part.get_param("name", header="Content-Disposition")
    return str(name), bytes(part.get_payload(decode=True)).decode()


@pytest.mark.parametrize(
    "fields",
    [
        [("to", "33641000001"), ("message", "Bonjour Léa 🎉,\r\n\r\n--x\r\nà demain")],
        [("variables[{prénom}]", "Jean"), ("variables[{montant ttc}]", "1\u202f284,50\u00a0€")],
        [("message", "--"), ("file", "https://example.fr/a.pdf")],
    ],
)
def test_a_form_is_read_back_as_it_was_written(fields: Fields) -> None:
    form = Multipart()
    assert parsed(form.content_type, form.encode(fields)) == fields


def test_a_name_cannot_end_its_header() -> None:
    """A column's name goes into a header: quotes and line breaks in it are escaped."""
    form = Multipart()
    body = form.encode([('variables[{a"\r\nX: y}]', "v")])
    assert b'name="variables[{a%22%0D%0AX: y}]"\r\n\r\nv\r\n' in body


def test_nobody_can_guess_the_boundary() -> None:
    """Else a value could hold it, and with it fields of its own."""
    assert Multipart().content_type != Multipart().content_type


PACKED = {
    "gzip": gzip.compress(SUCCESS.encode()),
    "x-gzip": gzip.compress(SUCCESS.encode()),
    "deflate": zlib.compress(SUCCESS.encode()),
    "Deflate": zlib.compress(SUCCESS.encode(), wbits=-15),  # without its header, as some write it
    "identity": SUCCESS.encode(),
}


@pytest.mark.parametrize("encoding", PACKED)
async def test_a_compressed_answer_is_read(encoding: str) -> None:
    """A proxy on the way may compress what the API sends, though it was asked not to."""
    body = PACKED[encoding]
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: {encoding}\r\n"
    async with server(answering(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)) as url:
        assert (await call(url)).outcome is Outcome.ACCEPTED


@pytest.mark.parametrize("cut", [1, 8, 20])
async def test_a_compressed_answer_without_its_end_is_unknown(cut: int) -> None:
    """What was cut off may have said otherwise."""
    body = PACKED["gzip"][:-cut]
    head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\n"
    async with server(answering(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)) as url:
        assert (await call(url)).outcome is Outcome.UNSURE


async def test_an_answer_that_is_not_what_its_header_says_is_unknown() -> None:
    """Compressed, it says, and is not: nobody knows what it meant."""
    raw = http("200 OK", SUCCESS, "application/json", "Content-Encoding: gzip")
    async with server(answering(raw)) as url:
        assert (await call(url)).outcome is Outcome.UNSURE


async def test_a_message_leaves_in_one_piece() -> None:
    """The request's headers and body: a body in pieces costs a packet and a system call for each."""
    seen: list[bytes] = []

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append(await reader.readuntil(b"\r\n\r\n"))
        length = next(line for line in seen[0].lower().split(b"\r\n") if line.startswith(b"content-length:"))
        seen.append(await reader.readexactly(int(length.split(b":")[1])))
        writer.write(http("200 OK", SUCCESS))
        await writer.drain()

    async with server(handle) as url, ApiGateway(url, a_sender(), clock=SystemClock()) as gateway:
        await gateway.send(PHONE, Content(text="Bonjour", file="https://example.fr/a.pdf"))
    head = seen[0].lower()
    assert b"transfer-encoding" not in head
    assert head.count(b"\r\naccept: application/json\r\n") == 1
    assert head.count(b"\r\naccept-encoding: identity\r\n") == 1
    assert head.count(b"\r\ncontent-type: multipart/form-data; boundary=") == 1
    assert head.count(b"\r\nhost: 127.0.0.1") == 1
    assert seen[1].count(b"Content-Disposition") == 5


# aiohttp would have its callers write the header themselves; here the caller is httpx-aiohttp.
@pytest.mark.filterwarnings("ignore:.*deprecated and will be removed:DeprecationWarning")
async def test_a_proxy_with_a_name_and_a_password(monkeypatch: pytest.MonkeyPatch) -> None:
    """As company networks have them: the keys of the proxy are in its address."""
    seen: list[bytes] = []

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(http("407 Proxy Authentication Required", "no"))
        await writer.drain()

    async with server(handle) as url:
        monkeypatch.delenv("no_proxy", raising=False)
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.setenv("http_proxy", url.removesuffix("/api").replace("http://", "http://me:secret@"))
        async with ApiGateway("http://api.example.test/api", a_sender(), clock=SystemClock()) as gateway:
            answer = await gateway.send(PHONE, CONTENT)
    assert b"POST http://api.example.test/api/create-message" in seen[0]
    assert b"Proxy-Authorization: Basic bWU6c2VjcmV0" in seen[0]
    assert answer.outcome is Outcome.HALTED


async def test_the_form_of_a_message_is_what_the_server_reads() -> None:
    bodies: list[bytes] = []

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        bodies.append(await read_request(reader))
        writer.write(http("200 OK", SUCCESS))
        await writer.drain()

    async with server(handle) as url:
        await call(url)
    boundary = bodies[0].split(b"\r\n")[0].removeprefix(b"--").decode()
    fields = dict(parsed(f"multipart/form-data; boundary={boundary}", bodies[0]))
    assert fields.keys() == {"appkey", "authkey", "to", "message"}
    assert (fields["to"], fields["message"]) == (PHONE.digits, CONTENT.text)


@pytest.mark.parametrize("method", ["POST", "GET"])
async def test_a_call_has_left_when_it_is_said_to_have(method: str) -> None:
    """The pace counts from when a request was written, whatever kept it from that: never from before."""
    arrived = list[bytes]()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)

        def left() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.setblocking(False)
                arrived.append(connection.recv(65536))

        async with Wire(f"http://127.0.0.1:{listener.getsockname()[1]}") as wire:
            body = b"to=33641000001" if method == "POST" else b""
            await wire.exchange(wire.request(method, "create-message", body=body), left)

    assert [each.startswith(method.encode()) and each.endswith(body) for each in arrived] == [True]
