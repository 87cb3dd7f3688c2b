"""The options of `preview`; its work is in `cli.preview`, imported when it is called."""

from pathlib import Path
from typing import Annotated

import typer

from lecommercial_batch.cli.arguments import Again, CampaignPath, Json
from lecommercial_batch.core.language import _


def preview(
    campaign: CampaignPath,
    rows: Annotated[
        int,
        typer.Option(
            "--rows", metavar="N", min=0, help=_("How many messages to show beside the first and the longest.")
        ),
    ] = 3,
    *,
    for_: Annotated[
        str | None,
        typer.Option("--for", metavar=_("NUMBER"), help=_("Show this person’s message, or why there is none.")),
    ] = None,
    html: Annotated[
        Path | None,
        typer.Option("--html", metavar=_("FILE.html"), help=_("Write a page here that shows every message.")),
    ] = None,
    xlsx: Annotated[
        Path | None,
        typer.Option("--xlsx", metavar=_("FILE.xlsx"), help=_("Write a workbook here, one row a message.")),
    ] = None,
    again: Again = False,
    as_json: Json = False,
) -> None:
    if for_:
        from lecommercial_batch.cli.person import show_person  # noqa: PLC0415 - see the module's docstring

        if html or xlsx:
            raise typer.BadParameter(_("--for goes with --json alone"))
        raise typer.Exit(show_person(campaign, number=for_, as_json=as_json))
    from lecommercial_batch.cli.preview import preview as work  # noqa: PLC0415 - as above

    raise typer.Exit(work(campaign, rows=rows, html=html, xlsx=xlsx, again=again, as_json=as_json))
