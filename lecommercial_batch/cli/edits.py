"""Changes of lists at the terminal: what they are, and whether they may be made."""

from collections.abc import Mapping

from lecommercial_batch.cli import show
from lecommercial_batch.cli.asking import agrees
from lecommercial_batch.cli.desk import Desk
from lecommercial_batch.cli.terminal import Console, Text
from lecommercial_batch.core.labels import count_of, reason_words
from lecommercial_batch.core.language import say, say_many
from lecommercial_batch.core.model import Counts, Reason, Run
from lecommercial_batch.core.sentence import Sentence


def show_edits(console: Console, counts: Counts) -> None:
    """Show how many contacts are to be added, renamed and removed, and how many rows ask for nothing."""
    figures = {kind: count_of(sum(by_status.values())) for kind, by_status in counts.variants.items()}
    told = Sentence("Add {add}, update {update}, remove {remove}.", **figures)
    console.print(Text(say(told), style="bold"))
    for reason, count in counts.rejected.items():
        style = "dim" if reason is Reason.UNCHANGED else "yellow"
        console.print(Text(f"{count_of(count):>9}  {reason_words(reason)}", style=style))


def ask_for_edits(desk: Desk, run: Run, waiting: Mapping[str, int]) -> bool:
    """Ask whether they may be made."""
    left = sum(waiting.values())
    question = say_many(
        "Make {count} change? It will be made {when}.",
        "Make {count} changes? The last will be made {when}.",
        left,
        count=count_of(left),
        when=show.ending(run, waiting, desk.clock.now()),
    )
    return agrees(desk, question)
