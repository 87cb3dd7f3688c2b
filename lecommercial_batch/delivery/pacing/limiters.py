"""The gates that calls leave through, and the budgets behind them that all processes of the machine share."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager

from lecommercial_batch.core.model import Rate
from lecommercial_batch.core.sender import Sender
from lecommercial_batch.delivery.pacing.pace import Gate, Pace
from lecommercial_batch.delivery.pacing.shared_budget import Budget
from lecommercial_batch.delivery.pacing.shared_memory import Cells

Opening = Callable[[str], Cells]


@contextmanager
def open_gates(
    rate: Rate, senders: Sequence[Sender], *, machine_rate: Rate | None, cells: Opening
) -> Iterator[Mapping[str, Gate]]:
    """Open one gate a sender: its own pace, one budget for its key and one for the machine.

    Whoever sends with the same key on this machine, from whatever folder, shares its budget, and a lane handed
    from one process to the next goes on at its pace. ``cells`` opens the numbers of a budget by its name.
    """
    rates = {sender.name: min(rate, sender.rate or rate, key=lambda each: each.per_second) for sender in senders}
    highest = max(rates.values(), key=lambda each: each.per_second, default=rate)
    with ExitStack() as stack:
        machine = stack.enter_context(_machine(machine_rate, highest, cells))
        yield {
            sender.name: Gate(
                Pace(rates[sender.name]),
                [stack.enter_context(_of_key(sender, rates[sender.name], cells)), machine],
            )
            for sender in senders
        }


@contextmanager
def open_gate(rate: Rate, *, machine_rate: Rate | None, cells: Opening) -> Iterator[Gate]:
    """Open a gate for calls that are no messages: they count in the machine's budget, as the API counts them."""
    with _machine(machine_rate, rate, cells) as machine:
        yield Gate(Pace(rate), [machine])


def _machine(by_hand: Rate | None, otherwise: Rate, cells: Opening) -> "closing[Budget]":
    return closing(Budget(by_hand or otherwise, cells("machine"), by_hand=by_hand is not None))


def _of_key(sender: Sender, rate: Rate, cells: Opening) -> "closing[Budget]":
    return closing(Budget(rate, cells(f"sender {sender.appkey.reveal()}")))
