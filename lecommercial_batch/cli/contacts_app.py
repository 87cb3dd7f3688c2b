"""The verbs of lists and contacts, and their options."""

from functools import partial
from pathlib import Path
from typing import Annotated, Final

import typer

from lecommercial_batch.cli.usage import Verb, Verbs
from lecommercial_batch.core.language import _

contacts_app: Final = typer.Typer(
    cls=Verbs,
    options_metavar=_("[OPTIONS]"),
    subcommand_metavar=_("COMMAND [ARGS]..."),
    help=_("See and change who is in the lists of Le Commercial."),
    no_args_is_help=True,
    rich_markup_mode=None,
)
_verb: Final = partial(contacts_app.command, cls=Verb, options_metavar=_("[OPTIONS]"))

List = Annotated[int, typer.Argument(metavar=_("LIST"), help=_("A list: its number, which `lists` shows."))]
Number = Annotated[str, typer.Argument(metavar=_("NUMBER"), help=_("A phone number, such as +33612345678."))]
Spreadsheet = Annotated[
    Path, typer.Argument(metavar=_("FILE"), help=_("The contact file, such as clients.xlsx; - is standard input."))
]
Name = Annotated[str, typer.Option("--name", metavar=_("NAME"), help=_("The first name."))]
Lastname = Annotated[str, typer.Option("--lastname", metavar=_("NAME"), help=_("The last name."))]
Sender = Annotated[
    str, typer.Option("--sender", metavar=_("NAME"), help=_("The sender of senders.toml whose auth key is used."))
]
Json = Annotated[bool, typer.Option("--json", help=_("Print the result as JSON, for programs."))]
Yes = Annotated[bool, typer.Option("--yes", "-y", help=_("Make the changes without asking."))]
Report = Annotated[
    Path | None, typer.Option("--report", metavar=_("DIR"), help=_("The folder to write the report to."))
]
PhoneColumn = Annotated[
    str | None,
    typer.Option("--phone", metavar=_("COLUMN"), help=_("The column of numbers; otherwise found.")),
]
NameColumn = Annotated[
    str | None, typer.Option("--name", metavar=_("COLUMN"), help=_("The column of first names."))
]
LastnameColumn = Annotated[
    str | None,
    typer.Option("--lastname", metavar=_("COLUMN"), help=_("The column of last names.")),
]
Region = Annotated[
    str, typer.Option("--region", metavar="FR", help=_("The country of numbers that are written nationally."))
]
Sheet = Annotated[
    str | None,
    typer.Option(
        "--sheet", metavar=_("NAME"), help=_("The sheet of the workbook; otherwise the first visible one.")
    ),
]
Header = Annotated[
    int | None,
    typer.Option("--header", min=1, metavar=_("ROW"), help=_("The row of the header; otherwise found.")),
]


def lists(*, sender: Sender = "default", as_json: Json = False) -> None:
    from lecommercial_batch.cli.listing import lists as work  # noqa: PLC0415 - see cli/app.py

    raise typer.Exit(work(sender=sender, as_json=as_json))


@_verb(name="list", help=_("Show who is in a list, or write all of them to a file."))
def list_(
    list_id: List,
    export: Annotated[
        Path | None, typer.Option("--export", metavar=_("FILE"), help=_("Write the contacts here: .csv or .xlsx."))
    ] = None,
    *,
    sender: Sender = "default",
    as_json: Json = False,
) -> None:
    from lecommercial_batch.cli.listing import contacts as work  # noqa: PLC0415 - see cli/app.py

    raise typer.Exit(work(list_id, export=export, sender=sender, as_json=as_json))


@_verb(help=_("Write all contacts of a list to a file."))
def export(
    list_id: List,
    file: Annotated[Path, typer.Argument(metavar=_("FILE"), help=_("Where to write them: .csv or .xlsx."))],
    *,
    sender: Sender = "default",
    as_json: Json = False,
) -> None:
    from lecommercial_batch.cli.listing import contacts as work  # noqa: PLC0415 - see cli/app.py

    raise typer.Exit(work(list_id, export=file, sender=sender, as_json=as_json))


@_verb(help=_("Put one contact into a list."))
def add(
    list_id: List,
    number: Number,
    name: Name = "",
    lastname: Lastname = "",
    *,
    sender: Sender = "default",
    as_json: Json = False,
) -> None:
    from lecommercial_batch.cli.listing import add as work  # noqa: PLC0415 - see cli/app.py

    raise typer.Exit(work(list_id, number, name=name, lastname=lastname, sender=sender, as_json=as_json))


@_verb(help=_("Give one contact other names, in all lists."))
def update(
    number: Number, name: Name = "", lastname: Lastname = "", *, sender: Sender = "default", as_json: Json = False
) -> None:
    from lecommercial_batch.cli.listing import update as work  # noqa: PLC0415 - see cli/app.py

    raise typer.Exit(work(number, name=name, lastname=lastname, sender=sender, as_json=as_json))


@_verb(help=_("Take one contact out of a list."))
def remove(list_id: List, number: Number, *, sender: Sender = "default", as_json: Json = False) -> None:
    from lecommercial_batch.cli.listing import remove as work  # noqa: PLC0415 - see cli/app.py

    raise typer.Exit(work(list_id, number, sender=sender, as_json=as_json))


@_verb(name="import", help=_("Put the contacts of a file into a list, and names that differ."))
def import_(
    list_id: List,
    file: Spreadsheet,
    *,
    phone: PhoneColumn = None,
    name: NameColumn = None,
    lastname: LastnameColumn = None,
    region: Region = "FR",
    sheet: Sheet = None,
    header: Header = None,
    report: Report = None,
    sender: Sender = "default",
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    given = {"phone": phone, "name": name, "lastname": lastname, "region": region}
    place = sheet, header
    _bring_in_line(
        list_id, file, given, place=place, report=report, remove=False, sender=sender, yes=yes, as_json=as_json
    )


@_verb(help=_("Do as `import`, and on request take out of the list who is not in the file."))
def sync(
    list_id: List,
    file: Spreadsheet,
    *,
    phone: PhoneColumn = None,
    name: NameColumn = None,
    lastname: LastnameColumn = None,
    region: Region = "FR",
    sheet: Sheet = None,
    header: Header = None,
    report: Report = None,
    remove: Annotated[
        bool, typer.Option("--remove", help=_("Take out of the list whoever is not in the file."))
    ] = False,
    sender: Sender = "default",
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    given = {"phone": phone, "name": name, "lastname": lastname, "region": region}
    place = sheet, header
    _bring_in_line(
        list_id, file, given, place=place, report=report, remove=remove, sender=sender, yes=yes, as_json=as_json
    )


def _bring_in_line(
    list_id: int,
    file: Path,
    given: dict[str, str | None],
    *,
    place: tuple[str | None, int | None],
    report: Path | None,
    remove: bool,
    sender: str,
    yes: bool,
    as_json: bool,
) -> None:
    from lecommercial_batch.cli.sync import Wanted  # noqa: PLC0415 - see cli/app.py
    from lecommercial_batch.cli.sync import sync as work  # noqa: PLC0415 - as above
    from lecommercial_batch.planning.list_sync import Choices  # noqa: PLC0415 - as above
    from lecommercial_batch.planning.phones import is_region  # noqa: PLC0415 - as above

    region = (given["region"] or "FR").upper()
    if not is_region(region):
        raise typer.BadParameter(_("--region is a country's ISO 3166 code: FR, BE, CH…"))
    choices = Choices(phone=given["phone"], name=given["name"], lastname=given["lastname"], region=region)
    wanted = Wanted(
        list_id=list_id,
        file=file,
        sheet=place[0],
        header=place[1],
        choices=choices,
        remove=remove,
        sender=sender,
        report=report,
        yes=yes,
    )
    raise typer.Exit(work(wanted, as_json=as_json))
