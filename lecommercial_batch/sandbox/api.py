"""The API, as an ASGI application: a call has ways to end that no response object has."""

import asyncio
from typing import Final

from starlette.types import Receive, Scope, Send

from lecommercial_batch.sandbox import php, replies, rules
from lecommercial_batch.sandbox.endpoints import SPECS, Endpoint
from lecommercial_batch.sandbox.faults import AFTER, Fault, struck
from lecommercial_batch.sandbox.limiter import Admission
from lecommercial_batch.sandbox.replies import Reply
from lecommercial_batch.sandbox.rules import Draft
from lecommercial_batch.sandbox.settings import FAMILY_LIMIT
from lecommercial_batch.sandbox.state import State
from lecommercial_batch.sandbox.stats import Arrival
from lecommercial_batch.sandbox.wire import (
    Silence,
    is_gone,
    rate_headers,
    read_call,
    say_nothing,
    wants_json,
    write_reply,
)

_SILENCES: Final = {
    Fault.DROP: Silence.CLOSE,
    Fault.DROP_AFTER: Silence.CLOSE,
    Fault.HANG: Silence.HANG,
}


class Api:
    """All that answers under /api. A client that leaves during the delay does not stop its call, as with PHP."""

    def __init__(self, state: State) -> None:
        self._state = state

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take one call from its arrival to its end."""
        arrival = self._state.arrive(scope["path_params"]["path"])
        try:
            answer = await self._converse(scope, receive, arrival)
        except asyncio.CancelledError:
            return  # the server stops, and has closed the connection
        finally:
            self._state.leave()
        if answer:
            reply, headers = answer
            await write_reply(reply, send, as_json=wants_json(scope), headers=headers)

    async def _converse(
        self, scope: Scope, receive: Receive, arrival: Arrival
    ) -> tuple[Reply, dict[str, str]] | None:
        """Return the answer and what the throttle adds to it; None where there is nobody or nothing to tell."""
        call = await read_call(scope, receive, multipart_on_put=self._state.settings.multipart_on_put)
        if call is None:
            self._state.count("dropped")
            return None
        admission = self._state.admit(scope["client"][0])
        if admission and admission.wait is not None:
            ending: Reply | Silence = replies.THROTTLED
            done = False
        else:
            ending, done = await self._decide(scope["path_params"]["path"], call, arrival)
        self._count(ending, done=done, gone=is_gone(scope))
        if isinstance(ending, Silence):
            await say_nothing(ending, scope, receive)
            return None
        return ending, self._rate_headers(ending, admission)

    async def _decide(self, path: str, call: php.Call, arrival: Arrival) -> tuple[Reply | Silence, bool]:
        """Return how the call ends, and whether its work was done."""
        if path not in SPECS:
            return replies.unknown_route(path), False
        endpoint = Endpoint(path)
        if call.method not in SPECS[endpoint].methods:
            return replies.wrong_method(call.method, path, SPECS[endpoint].methods), False
        number = php.as_text(call.fields.get("to")) or php.as_text(call.fields.get("phone"))
        faults = self._state.switches.faults
        fault = struck(faults, arrival.number, to=number, path=endpoint, of_path=arrival.of_path)
        if fault and fault not in AFTER:
            return _ending(fault, endpoint), False
        reply, done = await self._work(endpoint, call.fields, arrival)
        return (_ending(fault, endpoint) if fault and done else reply), done

    async def _work(self, endpoint: Endpoint, fields: php.Form, arrival: Arrival) -> tuple[Reply, bool]:
        """Check a call, wait as long as it takes, do it; return the answer and whether it was done."""
        found = self._state.examine(endpoint, fields)
        if isinstance(found, Reply):
            return found, False
        await asyncio.sleep(self._state.switches.latency)
        if not isinstance(found, Draft):
            reply = self._state.carry_out(endpoint, fields)
            return reply, reply.done
        if refusal := rules.refuse(found, self._state.switches):
            return refusal, False
        self._state.take(found, at=arrival.at)
        return rules.success(found), True

    def _count(self, ending: Reply | Silence, *, done: bool, gone: bool) -> None:
        if done:
            if gone or isinstance(ending, Silence):
                self._state.count("unanswered")
        elif isinstance(ending, Silence):
            self._state.count("dropped")
        else:
            self._state.count("throttled" if ending is replies.THROTTLED else "refused")

    def _rate_headers(self, reply: Reply, admission: Admission | None) -> dict[str, str]:
        """Say what the throttle says; a 429 by fault says the same as one by the family's throttle."""
        if reply is replies.THROTTLED and (admission is None or admission.wait is None):
            wait = self._state.switches.retry_after
            admission = Admission(limit=FAMILY_LIMIT.count, remaining=0, wait=wait)
        return rate_headers(admission) if admission else {}


def _ending(fault: Fault, endpoint: Endpoint) -> Reply | Silence:
    if fault is Fault.KEYS and endpoint is not Endpoint.CREATE_MESSAGE:
        return replies.AUTHKEY
    return _SILENCES.get(fault) or replies.FAULTS[fault]
