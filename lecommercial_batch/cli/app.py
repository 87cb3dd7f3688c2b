"""The verbs and their options. Each verb's work is in a module of its own, imported when it is called."""

import logging
import traceback
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Annotated, Final

import typer

from lecommercial_batch.cli import contacts_app, preview_options, sandbox_options
from lecommercial_batch.cli.arguments import Again, CampaignPath, Json, Now, RunName, Yes
from lecommercial_batch.cli.exits import Exit, exit_of_error
from lecommercial_batch.cli.usage import Verb, Verbs, show_usage_error
from lecommercial_batch.core.errors import LecommercialError
from lecommercial_batch.core.language import _

app: Final = typer.Typer(
    name="lecommercial-batch",
    cls=Verbs,
    options_metavar=_("[OPTIONS]"),
    subcommand_metavar=_("COMMAND [ARGS]..."),
    help=_("Send WhatsApp campaigns from a spreadsheet: nobody twice, no row lost, at the exact pace."),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
verb: Final = partial(app.command, cls=Verb, options_metavar=_("[OPTIONS]"))


def _tell_version(asked: bool) -> None:
    """Show the version and leave; asked here, since no verb is named beside it."""
    if asked:
        from importlib.metadata import version  # noqa: PLC0415 - for this option alone

        typer.echo(version("lecommercial-batch"))
        raise typer.Exit


@app.callback()
def options(
    *,
    lang: Annotated[str | None, typer.Option("--lang", metavar="fr|en", help=_("The language to speak."))] = None,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help=_("Tell each step while it works."))] = False,
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_tell_version, help=_("Show the version."))
    ] = False,
) -> None:
    """See to what every verb shares; the language was set before the help texts were read."""
    del lang, version
    if verbose:
        from lecommercial_batch.cli.terminal import log_to_stderr  # noqa: PLC0415 - rich takes 60 ms

        log_to_stderr(logging.DEBUG, "%(asctime)s %(name)s %(message)s")


@verb(help=_("Write a first campaign file for a spreadsheet. Its columns are listed, the phone column is found."))
def init(
    spreadsheet: Annotated[
        Path, typer.Argument(metavar=_("SPREADSHEET"), help=_("The contact file, such as clients.xlsx."))
    ],
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar=_("FILE"), help=_("Where to write it; otherwise campaigns/NAME.toml.")
        ),
    ] = None,
    sheet: Annotated[
        str | None,
        typer.Option(
            "--sheet", metavar=_("NAME"), help=_("The sheet of the workbook; otherwise the first visible one.")
        ),
    ] = None,
    header: Annotated[
        int | None,
        typer.Option("--header", min=1, metavar=_("ROW"), help=_("The row of the header; otherwise found.")),
    ] = None,
    *,
    as_json: Json = False,
) -> None:
    from lecommercial_batch.cli.init import init as work  # noqa: PLC0415 - see the module's docstring

    raise typer.Exit(work(spreadsheet, output=output, sheet=sheet, header=header, as_json=as_json))


@verb(help=_("Look for what is wrong in a campaign and its contacts. Sends nothing."))
def check(
    campaign: Annotated[
        Path, typer.Argument(metavar=_("CAMPAIGN"), help=_("The campaign file, or a contact file by itself."))
    ],
    fixed: Annotated[
        Path | None,
        typer.Option(
            "--fixed", metavar=_("FILE.xlsx"), help=_("Write the contacts here with their numbers put right.")
        ),
    ] = None,
    sheet: Annotated[
        str | None, typer.Option("--sheet", metavar=_("NAME"), help=_("The sheet, where a workbook is checked."))
    ] = None,
    header: Annotated[
        int | None,
        typer.Option("--header", min=1, metavar=_("ROW"), help=_("The row of the header; otherwise found.")),
    ] = None,
    *,
    as_json: Json = False,
) -> None:
    from lecommercial_batch.cli.check import check as work  # noqa: PLC0415 - see the module's docstring

    raise typer.Exit(work(campaign, as_json=as_json, fixed=fixed, sheet=sheet, header=header))


verb(help=_("Show exactly what would be sent, and when it would end. Sends nothing, needs no key."))(
    preview_options.preview
)


@verb(help=_("Send a campaign, after asking, then write the report."))
def send(
    campaign: CampaignPath,
    proof: Annotated[
        str | None,
        typer.Option(
            "--proof", metavar=_("HASH"), help=_("Send without asking, if what is sent still has this proof.")
        ),
    ] = None,
    limit: Annotated[
        int | None,
        typer.Option("--limit", metavar="N", min=1, help=_("Send this many at most; `resume` sends the rest.")),
    ] = None,
    report: Annotated[
        Path | None, typer.Option("--report", metavar=_("DIR"), help=_("The folder to write the report to."))
    ] = None,
    *,
    test_to: Annotated[
        list[str] | None,
        typer.Option(
            "--test-to", metavar=_("NUMBER"), help=_("Send a test to your own number instead; repeatable.")
        ),
    ] = None,
    row: Annotated[
        list[int] | None,
        typer.Option(
            "--row", metavar="N", help=_("The row whose message is the test; repeatable. Otherwise the first.")
        ),
    ] = None,
    again: Again = False,
    now: Now = False,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    if test_to:
        from lecommercial_batch.cli.trial import trial  # noqa: PLC0415 - see the module's docstring

        if proof or limit or report or again:
            raise typer.BadParameter(_("--test-to goes with --row, --yes and --json alone"))
        raise typer.Exit(trial(campaign, numbers=test_to, rows=row or [], yes=yes, as_json=as_json))
    if row:
        raise typer.BadParameter(_("--row goes with --test-to"))
    from lecommercial_batch.cli.send import Asked  # noqa: PLC0415 - see the module's docstring
    from lecommercial_batch.cli.send import send as work  # noqa: PLC0415 - as above

    asked = Asked(yes=yes, proof=proof, limit=limit, report=report, now=now, again=again)
    raise typer.Exit(work(campaign, asked, as_json=as_json))


@verb(help=_("Go on with a run that did not come to its end."))
def resume(
    run: RunName,
    report: Annotated[
        Path | None, typer.Option("--report", metavar=_("DIR"), help=_("The folder to write the report to."))
    ] = None,
    *,
    now: Now = False,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    from lecommercial_batch.cli.send import Asked  # noqa: PLC0415 - see the module's docstring
    from lecommercial_batch.cli.send import resume as work  # noqa: PLC0415 - as above

    raise typer.Exit(work(run, Asked(yes=yes, report=report, now=now), as_json=as_json))


@verb(help=_("Have a run wait, at another terminal too. What is on its way is finished; `resume` goes on."))
def pause(run: RunName, *, as_json: Json = False) -> None:
    from lecommercial_batch.cli.control import pause as work  # noqa: PLC0415 - see the module's docstring

    raise typer.Exit(work(run, as_json=as_json))


@verb(help=_("Give up on what a run has not sent yet."))
def cancel(run: RunName, *, yes: Yes = False, as_json: Json = False) -> None:
    from lecommercial_batch.cli.control import cancel as work  # noqa: PLC0415 - see the module's docstring

    raise typer.Exit(work(run, yes=yes, as_json=as_json))


@verb(help=_("Try again what failed, or what may not have arrived, in the same run."))
def retry(
    run: RunName,
    report: Annotated[
        Path | None, typer.Option("--report", metavar=_("DIR"), help=_("The folder to write the report to."))
    ] = None,
    *,
    failed: Annotated[bool, typer.Option("--failed", help=_("Messages that the API refused."))] = False,
    unknown: Annotated[
        bool,
        typer.Option("--unknown", help=_("Messages that may have arrived: people may get them twice.")),
    ] = False,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    from lecommercial_batch.cli.control import retry as work  # noqa: PLC0415 - see the module's docstring
    from lecommercial_batch.core.model import Status  # noqa: PLC0415 - as above

    statuses = [status for status, asked in ((Status.FAILED, failed), (Status.UNKNOWN, unknown)) if asked]
    if not statuses:
        raise typer.BadParameter(_("say what to try again: --failed, --unknown or both"))
    raise typer.Exit(work(run, statuses=statuses, yes=yes, report=report, as_json=as_json))


@verb(help=_("List the runs, newest first."))
def runs(*, as_json: Json = False) -> None:
    from lecommercial_batch.cli.look import runs as work  # noqa: PLC0415 - see the module's docstring

    raise typer.Exit(work(as_json=as_json))


@verb(help=_("Show how far a run has come; the newest one if none is named."))
def status(
    run: Annotated[
        str | None, typer.Argument(metavar="RUN", help=_("A run: its name in the list that `runs` shows."))
    ] = None,
    *,
    message: Annotated[
        str | None,
        typer.Option("--message", metavar=_("NUMBER"), help=_("Show the history of the message to this number.")),
    ] = None,
    follow: Annotated[bool, typer.Option("--follow", help=_("Go on showing it until the run ends."))] = False,
    as_json: Json = False,
) -> None:
    if follow and (message or as_json):
        raise typer.BadParameter(_("--follow goes with nothing but a run"))
    from lecommercial_batch.cli import look  # noqa: PLC0415 - see the module's docstring

    if message:
        raise typer.Exit(look.history(run, message, as_json=as_json))
    raise typer.Exit(look.follow(run) if follow else look.status(run, as_json=as_json))


@verb(help=_("Write the report of a run again, as it stands now."))
def report(
    run: RunName,
    format_: Annotated[
        list[str] | None,
        typer.Option("--format", metavar="FORMAT", help=_("xlsx, csv, html or json; can be given several times.")),
    ] = None,
    directory: Annotated[
        Path | None, typer.Option("--report", metavar=_("DIR"), help=_("The folder to write the report to."))
    ] = None,
    *,
    as_json: Json = False,
) -> None:
    from lecommercial_batch.cli.look import report as work  # noqa: PLC0415 - see the module's docstring

    raise typer.Exit(work(run, formats=format_, directory=directory, as_json=as_json))


verb(name="lists", help=_("Show the lists of contacts in Le Commercial."))(contacts_app.lists)
app.add_typer(contacts_app.contacts_app, name="contacts")
verb(name="sandbox", help=_("Start a stand-in for the API on this computer, to rehearse with."))(
    sandbox_options.sandbox
)


def run(arguments: Sequence[str]) -> int:
    """Run the command and return its exit code; every error is shown, none as a traceback."""
    as_json = "--json" in arguments
    try:
        code = app(list(arguments), standalone_mode=False)
    except typer.TyperException as error:
        show_usage_error(error)
        return Exit.WRONG_USAGE
    except (typer.Abort, KeyboardInterrupt):
        return Exit.RESUMABLE
    except LecommercialError as error:
        from lecommercial_batch.cli.show import show_problems  # noqa: PLC0415 - only when there are any

        show_problems(error.problems, as_json=as_json)
        return exit_of_error(error)
    except Exception as error:  # noqa: BLE001 - the last resort of the process: shown without values, which may be personal
        _show_our_fault(error)
        return Exit.OUR_FAULT
    return int(code or 0)


def _show_our_fault(error: Exception) -> None:
    """Say where it happened, not what was in hand: an exception's text may hold people's data."""
    places = [f"{Path(frame.filename).name}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)]
    typer.echo(_("This is a fault of lecommercial-batch. Please report this:"), err=True)
    typer.echo(f"{type(error).__name__} {' > '.join(places[-6:])}", err=True)
