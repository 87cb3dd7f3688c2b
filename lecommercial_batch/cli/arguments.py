"""Arguments and options that several verbs share."""

from pathlib import Path
from typing import Annotated

import typer

from lecommercial_batch.core.language import _

CampaignPath = Annotated[
    Path, typer.Argument(metavar=_("CAMPAIGN"), help=_("The campaign file, such as campaigns/offer.toml."))
]
RunName = Annotated[str, typer.Argument(metavar="RUN", help=_("A run: its name in the list that `runs` shows."))]
Json = Annotated[bool, typer.Option("--json", help=_("Print the result as JSON, for programs."))]
Again = Annotated[
    bool, typer.Option("--again", help=_("Also to people whom this campaign has written to already."))
]
Now = Annotated[bool, typer.Option("--now", help=_("Send at once, whatever the hour and the [schedule]."))]
Yes = Annotated[bool, typer.Option("--yes", "-y", help=_("Send without asking."))]
