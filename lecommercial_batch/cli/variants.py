"""How a plan is shared out between several wordings."""

from lecommercial_batch.cli import show
from lecommercial_batch.cli.terminal import Console, Text
from lecommercial_batch.core.labels import count_of
from lecommercial_batch.core.language import say, say_many
from lecommercial_batch.core.model import Counts
from lecommercial_batch.core.sentence import Sentence
from lecommercial_batch.planning.plan import Examples


def show_variants(console: Console, counts: Counts, examples: Examples) -> None:
    """Show how many messages each variant has, and the first of them; nothing where there are none."""
    for name, by_status in counts.variants.items():
        count = sum(by_status.values())
        title = say(Sentence("Variant {name}", name=name))
        messages = say_many("{count} message", "{count} messages", count, count=count_of(count))
        console.print(Text(f"\n{title} — {messages}", style="bold"))
        if name in examples.of_variants:
            show.show_message(console, examples.of_variants[name])
