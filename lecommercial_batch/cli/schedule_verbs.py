"""The verbs of scheduling and their options; their work is in `cli.schedule` and `cli.serve`."""

from pathlib import Path
from typing import Annotated

import typer

from lecommercial_batch.cli.app import verb
from lecommercial_batch.cli.arguments import CampaignPath, Json
from lecommercial_batch.core.language import _


@verb(help=_("Have a campaign sent by itself at the time of its [schedule], by `serve`."))
def schedule(
    campaign: Annotated[
        Path | None,
        typer.Argument(metavar=_("CAMPAIGN"), help=_("The campaign file, such as campaigns/offer.toml.")),
    ] = None,
    proof: Annotated[
        str | None,
        typer.Option("--proof", metavar=_("HASH"), help=_("Only if what will be sent still has this proof.")),
    ] = None,
    *,
    list_all: Annotated[bool, typer.Option("--list", help=_("List the schedules in force."))] = False,
    as_json: Json = False,
) -> None:
    from lecommercial_batch.cli import schedule as work  # noqa: PLC0415 - see cli/app.py

    if list_all is (campaign is not None):
        raise typer.BadParameter(_("name a campaign, or --list"))
    if campaign is None:
        raise typer.Exit(work.show_agenda(as_json=as_json))
    raise typer.Exit(work.schedule(campaign, proof=proof, as_json=as_json))


@verb(help=_("Do not send a campaign by itself any more."))
def unschedule(campaign: CampaignPath, *, as_json: Json = False) -> None:
    from lecommercial_batch.cli.schedule import unschedule as work  # noqa: PLC0415 - see cli/app.py

    raise typer.Exit(work(campaign, as_json=as_json))


@verb(help=_("Send scheduled campaigns when they are due, until asked to stop."))
def serve(
    health: Annotated[
        Path | None,
        typer.Option("--health", metavar=_("FILE"), help=_("Keep a file that says how things stand.")),
    ] = None,
    metrics: Annotated[
        Path | None,
        typer.Option("--metrics", metavar=_("FILE.prom"), help=_("Keep figures for Prometheus in a file.")),
    ] = None,
) -> None:
    from lecommercial_batch.cli.serve import serve as work  # noqa: PLC0415 - see cli/app.py

    raise typer.Exit(work(health=health, metrics=metrics))
