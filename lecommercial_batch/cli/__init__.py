"""The command. A door: it parses, calls and shows, and decides nothing."""

import gc
import sys
from collections.abc import Sequence

from lecommercial_batch.cli.signals import leave_in_order
from lecommercial_batch.cli.streams import harden


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command and exit with its code."""
    harden()
    leave_in_order()
    asked, given = _take_language(list(sys.argv[1:] if arguments is None else arguments))
    from lecommercial_batch.core import language  # noqa: PLC0415 - before the app, whose help texts it translates

    spoken = language.use(asked)
    from lecommercial_batch.cli import (  # noqa: PLC0415 - as above; they add theirs to the app
        journal_verbs,  # noqa: F401
        optout_verbs,  # noqa: F401
        purge_verb,  # noqa: F401
        schedule_verbs,  # noqa: F401
    )
    from lecommercial_batch.cli.app import run  # noqa: PLC0415 - as above
    from lecommercial_batch.cli.usage import teach_typer  # noqa: PLC0415 - as above

    teach_typer(spoken)
    code = run(given)
    gc.freeze()  # a process that ends looks through all its objects otherwise: a fifth of a second here
    sys.exit(code)


def _take_language(arguments: list[str]) -> tuple[str | None, list[str]]:
    """Take ``--lang fr`` out, wherever it stands: it must be known before the rest is parsed."""
    for position, argument in enumerate(arguments):
        if argument == "--":
            break
        if argument.startswith("--lang="):
            return argument.partition("=")[2], arguments[:position] + arguments[position + 1 :]
        if argument == "--lang" and position + 1 < len(arguments):
            return arguments[position + 1], arguments[:position] + arguments[position + 2 :]
    return None, arguments
