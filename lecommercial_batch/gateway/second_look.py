"""A last look at the socket before an answer is given up on."""

from typing import Any, Final

from aiohttp.client_proto import ResponseHandler

_LOOKS: Final = 2  #: passes of the event loop: in the first the socket is asked, in the second what it had is read


class SecondLook(ResponseHandler):
    """A connection whose time for an answer is over only when the socket holds none.

    A program that was frozen finds its timers run out when it thaws, and Python's selectors, interrupted by the
    thaw, say that nothing came: an answer that lies in the socket would be thrown away unread.
    """

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._looks_left = _LOOKS

    def data_received(self, data: bytes) -> None:
        """Take in a piece of an answer; each has its own time to follow."""
        self._looks_left = _LOOKS
        super().data_received(data)

    def start_timeout(self) -> None:
        """Begin to wait for an answer."""
        self._looks_left = _LOOKS
        super().start_timeout()

    def _on_read_timeout(self) -> None:
        if self._looks_left:
            self._looks_left -= 1
            # A timer, not `call_soon`: the loop asks the sockets before it looks at its timers. Whatever comes
            # cancels it, as it does aiohttp's own.
            self._read_timeout_handle = self._loop.call_later(0, self._on_read_timeout)
        else:
            super()._on_read_timeout()
