"""Calls and answers as they travel: reading the one, writing the other, or saying nothing at all."""

import asyncio
import json
import math
import time
from collections.abc import Mapping
from enum import Enum, auto
from typing import Final

from starlette.types import Receive, Scope, Send

from lecommercial_batch.sandbox import php
from lecommercial_batch.sandbox.limiter import Admission
from lecommercial_batch.sandbox.replies import Reply, page

#: Where in an ASGI scope's state the server puts the connection's ``asyncio.Transport``.
TRANSPORT: Final = "transport"


class Silence(Enum):
    """How a call ends that gets no answer."""

    CLOSE = auto()  #: the connection is closed
    HANG = auto()  #: nothing happens until the client gives up


async def read_call(scope: Scope, receive: Receive, *, multipart_on_put: bool) -> php.Call | None:
    """Read a call to its end; None where the client leaves before."""
    body = await _read_body(receive)
    if body is None:
        return None
    headers = dict(scope["headers"])
    return php.read(
        method=scope["method"],
        content_type=headers.get(b"content-type", b"").decode("latin-1"),
        query=scope["query_string"].decode("latin-1"),
        body=body,
        override=headers.get(b"x-http-method-override", b"").decode("latin-1"),
        multipart_on_put=multipart_on_put,
    )


def wants_json(scope: Scope) -> bool:
    """Tell whether the first type that the client accepts is JSON, which is what Laravel looks at."""
    accept: bytes = dict(scope["headers"]).get(b"accept", b"")
    first = accept.partition(b",")[0].lower()
    return b"/json" in first or b"+json" in first


def rate_headers(admission: Admission) -> dict[str, str]:
    """Return what Laravel's throttle says on every answer, and beside it on a refusal."""
    headers = {"X-RateLimit-Limit": str(admission.limit), "X-RateLimit-Remaining": str(admission.remaining)}
    if admission.wait is not None:
        opens = math.ceil(time.time()) + admission.wait
        headers |= {"Retry-After": str(admission.wait), "X-RateLimit-Reset": str(opens)}
    return headers


async def write_reply(reply: Reply, send: Send, *, as_json: bool, headers: Mapping[str, str]) -> None:
    """Write an answer; the framework's own errors become pages unless ``as_json``."""
    status, body, extra = reply.status, reply.body, {**reply.headers, **headers}
    if reply.by_framework and not as_json and isinstance(body, Mapping):
        if "errors" in body:  # Laravel sends a browser back to the form
            status, extra["Location"] = 302, "/"
        body = page(str(body["message"]))
    kind = "text/html; charset=utf-8" if isinstance(body, str) else "application/json"
    content = body.encode() if isinstance(body, str) else json.dumps(body, separators=(",", ":")).encode()
    lines = extra | {"Content-Type": kind, "Content-Length": str(len(content))}
    raw = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in lines.items()]
    await send({"type": "http.response.start", "status": status, "headers": raw})
    await send({"type": "http.response.body", "body": content})


async def say_nothing(silence: Silence, scope: Scope, receive: Receive) -> None:
    """End a call without an answer: the client sees the connection close after zero bytes, or waits."""
    if silence is Silence.CLOSE:
        _transport(scope).close()
    while (await receive())["type"] != "http.disconnect":
        pass


def is_gone(scope: Scope) -> bool:
    """Tell whether the client has left, so that an answer would reach nobody."""
    return _transport(scope).is_closing()


def _transport(scope: Scope) -> asyncio.Transport:
    transport: asyncio.Transport = scope["state"][TRANSPORT]
    return transport


async def _read_body(receive: Receive) -> bytes | None:
    body = bytearray()
    while True:
        event = await receive()
        if event["type"] == "http.disconnect":
            return None
        body += event["body"]
        if not event["more_body"]:
            return bytes(body)
