"""Work done in a thread beside the event loop, which goes on meanwhile; whoever stops waiting leaves it behind."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor, Future
from threading import Thread
from typing import Any, Final, ParamSpec, TypeVar

T = TypeVar("T")
P = ParamSpec("P")


class _Daemons(Executor):
    """A thread for each piece of work, which holds up no end of the program: it may be reading a hostile file."""

    def submit(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        future: Future[T] = Future()

        def work() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                result = function(*args, **kwargs)
            except BaseException as error:  # noqa: BLE001 - handed to whoever waits, as every executor does
                future.set_exception(error)
            else:
                future.set_result(result)

        Thread(target=work, name="beside", daemon=True).start()
        return future


_DAEMONS: Final = _Daemons()


async def beside(function: Callable[..., T], *arguments: Any) -> T:
    """Return what a function returns, which runs beside the event loop."""
    return await asyncio.get_running_loop().run_in_executor(_DAEMONS, function, *arguments)
