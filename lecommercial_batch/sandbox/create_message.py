"""POST /api/create-message, as an ASGI application: it has ways to end that no response object has."""

import asyncio
from typing import Final

from starlette.types import Receive, Scope, Send

from lecommercial_batch.sandbox import php, rules
from lecommercial_batch.sandbox.faults import AFTER, Fault, struck
from lecommercial_batch.sandbox.limiter import Admission
from lecommercial_batch.sandbox.rules import Reply
from lecommercial_batch.sandbox.settings import FAMILY_LIMIT
from lecommercial_batch.sandbox.state import Arrival, State
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


class CreateMessage:
    """The endpoint. A client that leaves during the delay does not stop its message, as with PHP."""

    def __init__(self, state: State) -> None:
        self._state = state

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take one call from its arrival to its end."""
        arrival = self._state.arrive()
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
            ending: Reply | Silence = rules.THROTTLED
            taken = False
        else:
            ending, taken = await self._decide(call, arrival)
        self._count(ending, taken=taken, gone=is_gone(scope))
        if isinstance(ending, Silence):
            await say_nothing(ending, scope, receive)
            return None
        return ending, self._rate_headers(ending, admission)

    async def _decide(self, call: php.Call, arrival: Arrival) -> tuple[Reply | Silence, bool]:
        """Return how the call ends, and whether its message was taken."""
        if call.method != "POST":
            return rules.wrong_method(call.method), False
        switches = self._state.switches
        fault = struck(switches.faults, arrival.number, to=str(call.fields.get("to")))
        if fault and fault not in AFTER:
            return _ending(fault), False
        draft = self._state.examine(call.fields)
        if isinstance(draft, Reply):
            return draft, False
        await asyncio.sleep(switches.latency)
        if refusal := rules.refuse(draft, switches):
            return refusal, False
        self._state.take(draft, at=arrival.at)
        return _ending(fault) if fault else rules.success(draft), True

    def _count(self, ending: Reply | Silence, *, taken: bool, gone: bool) -> None:
        if taken:
            if gone or isinstance(ending, Silence):
                self._state.count("unanswered")
        elif isinstance(ending, Silence):
            self._state.count("dropped")
        else:
            self._state.count("throttled" if ending is rules.THROTTLED else "refused")

    def _rate_headers(self, reply: Reply, admission: Admission | None) -> dict[str, str]:
        """Say what the throttle says; a 429 by fault says the same as one by the family's throttle."""
        if reply is rules.THROTTLED and (admission is None or admission.wait is None):
            wait = self._state.switches.retry_after
            admission = Admission(limit=FAMILY_LIMIT.count, remaining=0, wait=wait)
        return rate_headers(admission) if admission else {}


def _ending(fault: Fault) -> Reply | Silence:
    return _SILENCES.get(fault) or rules.FAULTS[fault]
