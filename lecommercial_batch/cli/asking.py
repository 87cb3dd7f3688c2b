"""Questions to the person at the terminal."""

from lecommercial_batch.cli import show
from lecommercial_batch.cli.desk import Desk
from lecommercial_batch.cli.progress import Progress
from lecommercial_batch.cli.signals import interruptible
from lecommercial_batch.core.addresses import shown
from lecommercial_batch.core.labels import count_of
from lecommercial_batch.core.language import _, say_many
from lecommercial_batch.core.model import Counts, Run, Status


def agrees(desk: Desk, question: str, *, run: Run | None = None) -> bool:
    """Ask; anything but a yes is a no.

    In every question stands the address that it is about: that of a run that is there, or else the settings'.
    """
    address = shown(run.new.address if run and run.new.address else desk.settings.base_url)
    if address not in question:
        question = f"{question} → {address}"
    try:
        with interruptible():
            answer = desk.console.input(f"{question} {_('[y/N]')} ", markup=False)
    except (EOFError, OSError, KeyboardInterrupt):  # OSError: of a terminal that was closed
        return False
    return answer.strip().casefold() in {"y", "yes", "o", "oui"}


def ask_go(desk: Desk, progress: Progress, counts: Counts) -> bool:
    """Show what became of the canary, and ask whether the others may go."""
    left = counts.messages[Status.PENDING]
    question = say_many(
        "The first messages are through. Send the other {count} message?",
        "The first messages are through. Send the other {count} messages?",
        left,
        count=count_of(left),
    )
    with progress.paused():
        show.show_counts(desk.console, counts)
        return agrees(desk, question)
