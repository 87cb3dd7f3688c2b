"""The gates of a run's senders, and the budgets behind them that all processes of the machine share."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager

from lecommercial_batch.budget import Budget
from lecommercial_batch.model import Rate
from lecommercial_batch.pace import Gate, Pace
from lecommercial_batch.sender import Sender
from lecommercial_batch.shared import Cells


@contextmanager
def open_gates(
    rate: Rate, senders: Sequence[Sender], *, machine_rate: Rate | None, cells: Callable[[str], Cells]
) -> Iterator[Mapping[str, Gate]]:
    """Open one gate a sender: its own pace, one budget for its key and one for the machine.

    Whoever sends with the same key on this machine, from whatever folder, shares its budget, and a lane handed
    from one process to the next goes on at its pace. ``cells`` opens the numbers of a budget by its name.
    """
    rates = {sender.name: min(rate, sender.rate or rate, key=lambda each: each.per_second) for sender in senders}
    highest = max(rates.values(), key=lambda each: each.per_second, default=rate)
    with ExitStack() as stack:

        def budget(name: str, rate: Rate, *, by_hand: bool = False) -> Budget:
            return stack.enter_context(closing(Budget(rate, cells(name), by_hand=by_hand)))

        machine = budget("machine", machine_rate or highest, by_hand=machine_rate is not None)
        yield {
            sender.name: Gate(
                Pace(rates[sender.name]),
                [budget(f"sender {sender.appkey.reveal()}", rates[sender.name]), machine],
            )
            for sender in senders
        }
