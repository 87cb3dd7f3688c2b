"""The verbs of `journal` and their options; their work is in `cli.journal`."""

from functools import partial
from pathlib import Path
from typing import Annotated, Final

import typer

from lecommercial_batch.cli.app import app
from lecommercial_batch.cli.arguments import Json
from lecommercial_batch.cli.usage import Verb, Verbs
from lecommercial_batch.core.language import _

journal: Final = typer.Typer(
    cls=Verbs,
    options_metavar=_("[OPTIONS]"),
    subcommand_metavar=_("COMMAND [ARGS]..."),
    help=_("Look after the journal: it alone knows who has been written to."),
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.add_typer(journal, name="journal")
verb: Final = partial(journal.command, cls=Verb, options_metavar=_("[OPTIONS]"))


@verb(help=_("Look through the whole journal: is its file sound, does every run add up, is it the newest."))
def check(*, as_json: Json = False) -> None:
    from lecommercial_batch.cli.journal import check as work  # noqa: PLC0415 - see `cli.app`

    raise typer.Exit(work(as_json=as_json))


@verb(help=_("Write a copy of the journal into one file, also while campaigns are sent."))
def backup(
    file: Annotated[
        Path, typer.Argument(metavar=_("FILE"), help=_("Where to write it; it must not be there yet."))
    ],
    *,
    as_json: Json = False,
) -> None:
    from lecommercial_batch.cli.journal import backup as work  # noqa: PLC0415 - see `cli.app`

    raise typer.Exit(work(file, as_json=as_json))


@verb(help=_("Bring the journal to this program’s version; a copy of it as it was stays beside it."))
def upgrade(*, as_json: Json = False) -> None:
    from lecommercial_batch.cli.journal import upgrade as work  # noqa: PLC0415 - see `cli.app`

    raise typer.Exit(work(as_json=as_json))


@verb(
    "accept-loss", help=_("Go on with a journal that was put back from a copy, or in place of one that is gone.")
)
def accept_loss(
    *,
    yes: Annotated[bool, typer.Option("--yes", "-y", help=_("Do not ask."))] = False,
    as_json: Json = False,
) -> None:
    from lecommercial_batch.cli.journal import accept_loss as work  # noqa: PLC0415 - see `cli.app`

    raise typer.Exit(work(yes=yes, as_json=as_json))
