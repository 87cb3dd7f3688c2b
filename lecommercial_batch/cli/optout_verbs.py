"""The verbs of `optout` and their options; their work is in `cli.optout`."""

from functools import partial
from pathlib import Path
from typing import Annotated, Final

import typer

from lecommercial_batch.cli.app import app
from lecommercial_batch.cli.arguments import Json
from lecommercial_batch.cli.contacts_app import List, Sender
from lecommercial_batch.cli.usage import Verb, Verbs
from lecommercial_batch.core.language import _

optout: Final = typer.Typer(
    cls=Verbs,
    options_metavar=_("[OPTIONS]"),
    subcommand_metavar=_("COMMAND [ARGS]..."),
    help=_("Keep the list of people nobody may write to. Every campaign obeys it."),
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.add_typer(optout, name="optout")
verb: Final = partial(optout.command, cls=Verb, options_metavar=_("[OPTIONS]"))

Numbers = Annotated[list[str], typer.Argument(metavar=_("NUMBER"), help=_("A phone number, in any writing."))]
Region = Annotated[
    str, typer.Option("--region", metavar="FR", help=_("The country of numbers written nationally, ISO 3166."))
]
Source = Annotated[
    str | None, typer.Option("--source", metavar=_("TEXT"), help=_("Where it comes from: a desk, a mailbox."))
]
Reason = Annotated[
    str | None, typer.Option("--reason", metavar=_("TEXT"), help=_("Why, such as the person’s own words."))
]
ContactFile = Annotated[Path, typer.Argument(metavar=_("FILE"), help=_("The contact file, such as clients.xlsx."))]


@verb(help=_("Write to these people no more, from this moment on."))
def add(
    numbers: Numbers,
    date: Annotated[
        str | None,
        typer.Option("--date", metavar=_("DATE"), help=_("When they said so; otherwise now. 24/12/2026.")),
    ] = None,
    source: Source = None,
    reason: Reason = None,
    *,
    region: Region = "FR",
    as_json: Json = False,
) -> None:
    from lecommercial_batch.cli.optout import Said  # noqa: PLC0415 - see the module's docstring
    from lecommercial_batch.cli.optout import add as work  # noqa: PLC0415 - as above

    said = Said(date=date, source=source, reason=reason)
    raise typer.Exit(work(numbers, said=said, region=region, as_json=as_json))


@verb(help=_("Take people off the list, who want messages again."))
def remove(numbers: Numbers, region: Region = "FR", *, as_json: Json = False) -> None:
    from lecommercial_batch.cli.optout import remove as work  # noqa: PLC0415 - see the module's docstring

    raise typer.Exit(work(numbers, region=region, as_json=as_json))


@verb("import", help=_("Add everybody of a contact file, or those whose reply says STOP."))
def import_(
    file: ContactFile,
    replies: Annotated[
        str | None,
        typer.Option(
            "--replies",
            metavar=_("COLUMN"),
            help=_("The column of replies: those that say STOP, ARRÊT, DÉSABONNER and the like count."),
        ),
    ] = None,
    phone: Annotated[
        str | None, typer.Option("--phone", metavar=_("COLUMN"), help=_("The column of phone numbers."))
    ] = None,
    date: Annotated[
        str | None, typer.Option("--date", metavar=_("COLUMN"), help=_("The column that says when."))
    ] = None,
    *,
    source: Source = None,
    reason: Reason = None,
    region: Region = "FR",
    sheet: Annotated[
        str | None, typer.Option("--sheet", metavar=_("NAME"), help=_("The sheet of a workbook."))
    ] = None,
    header: Annotated[
        int | None,
        typer.Option("--header", min=1, metavar=_("ROW"), help=_("The row of the header; otherwise found.")),
    ] = None,
    as_json: Json = False,
) -> None:
    from lecommercial_batch.cli.optout_import import Columns  # noqa: PLC0415 - see the module's docstring
    from lecommercial_batch.cli.optout_import import import_optouts as work  # noqa: PLC0415 - as above

    named = Columns(replies=replies, phone=phone, date=date)
    raise typer.Exit(
        work(
            file,
            named=named,
            sheet=sheet,
            header=header,
            source=source,
            reason=reason,
            region=region,
            as_json=as_json,
        )
    )


@verb(help=_("Write the list to a CSV file: to keep, or to give away as keyed hashes."))
def export(
    file: Annotated[Path, typer.Argument(metavar=_("FILE.csv"), help=_("Where to write it."))],
    *,
    hashed: Annotated[
        bool,
        typer.Option(
            "--hashed",
            help=_("Write no numbers but hashes, which only who has LECOMMERCIAL_OPTOUT_KEY can compare with."),
        ),
    ] = False,
    as_json: Json = False,
) -> None:
    from lecommercial_batch.cli.optout import export as work  # noqa: PLC0415 - see the module's docstring

    raise typer.Exit(work(file, hashed=hashed, as_json=as_json))


@verb(help=_("Make a key to share the list under, as keyed hashes."))
def key(*, as_json: Json = False) -> None:
    from lecommercial_batch.cli.optout import make_key as work  # noqa: PLC0415 - see the module's docstring

    raise typer.Exit(work(as_json=as_json))


@verb(help=_("Bring the list and a list of Le Commercial’s together: each gets what the other has."))
def sync(
    list_id: List,
    *,
    sender: Sender = "default",
    yes: Annotated[bool, typer.Option("--yes", "-y", help=_("Do not ask."))] = False,
    as_json: Json = False,
) -> None:
    from lecommercial_batch.cli.optout_sync import sync as work  # noqa: PLC0415 - see the module's docstring

    raise typer.Exit(work(list_id, sender=sender, yes=yes, as_json=as_json))


@verb("list", help=_("Show the newest entries of the list, and how many there are."))
def list_(
    rows: Annotated[int, typer.Option("--rows", metavar="N", min=0, help=_("How many to show."))] = 20,
    *,
    as_json: Json = False,
) -> None:
    from lecommercial_batch.cli.optout import list_optouts as work  # noqa: PLC0415 - see the module's docstring

    raise typer.Exit(work(rows=rows, as_json=as_json))
