"""The verb `purge` and its options; its work is in `cli.purge`."""

from typing import Annotated

import typer

from lecommercial_batch.cli.app import verb
from lecommercial_batch.cli.arguments import Json
from lecommercial_batch.core.language import _


@verb(help=_("Forget the people of old runs. Their figures stay, and so do opt-outs."))
def purge(
    older_than: Annotated[
        str,
        typer.Option(
            "--older-than", metavar=_("PERIOD"), help=_("Runs that ended longer ago than this, such as 90d.")
        ),
    ],
    *,
    reports: Annotated[bool, typer.Option("--reports", help=_("Delete the reports of these runs, too."))] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help=_("Do not ask."))] = False,
    as_json: Json = False,
) -> None:
    from lecommercial_batch.cli.purge import purge as work  # noqa: PLC0415 - see `cli.app`

    raise typer.Exit(work(older_than, reports=reports, yes=yes, as_json=as_json))
