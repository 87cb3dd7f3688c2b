"""Whether this program stood still: stopped by a signal, or with its whole machine."""

import asyncio
from types import TracebackType
from typing import Final, Self

_BEAT: Final = 1.0  #: seconds
_LATE: Final = 5.0  #: seconds by which a beat must be late to tell of a freeze: a busy machine is late by less


class Pulse:
    """Beats while its ``with`` block lasts, so that it is known afterwards when nothing here could happen."""

    def __init__(self) -> None:
        self._beaten_at = 0.0
        self._thawed_at = float("-inf")
        self._next: asyncio.TimerHandle | None = None

    def __enter__(self) -> Self:
        self._beaten_at = _now()
        self._beat()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._next:
            self._next.cancel()

    def stopped_since(self, began: float) -> bool:
        """Tell whether the program stood still at some time after ``began``, of the loop's clock."""
        self._look()
        return self._thawed_at >= began

    def _beat(self) -> None:
        self._look()
        self._next = asyncio.get_running_loop().call_later(_BEAT, self._beat)

    def _look(self) -> None:
        now = _now()
        if now - self._beaten_at > _BEAT + _LATE:
            self._thawed_at = now
        self._beaten_at = now


def _now() -> float:
    return asyncio.get_running_loop().time()
