"""The verbs and their options. Each verb's work is in a module of its own, imported when it is called."""

import logging
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Final

import typer

from lecommercial_batch.cli.exits import Exit
from lecommercial_batch.errors import InputError, LecommercialError
from lecommercial_batch.language import _

app: Final = typer.Typer(
    name="lecommercial-batch",
    help=_("Send WhatsApp campaigns from a spreadsheet: nobody twice, no row lost, at the exact pace."),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

CampaignPath = Annotated[
    Path, typer.Argument(metavar="CAMPAIGN", help=_("The campaign file, such as campaigns/offer.toml."))
]
RunName = Annotated[str, typer.Argument(metavar="RUN", help=_("A run, as `runs` lists them."))]
Json = Annotated[
    bool, typer.Option("--json", help=_("Print one JSON object on standard output, all else on standard error."))
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help=_("Do not ask."))]


@app.callback()
def options(
    *,
    lang: Annotated[
        str | None, typer.Option("--lang", metavar="fr|en", help=_("Language of messages and reports."))
    ] = None,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help=_("Log to standard error what happens."))
    ] = False,
    version: Annotated[bool, typer.Option("--version", is_eager=True, help=_("Show the version."))] = False,
) -> None:
    """See to what every verb shares; the language was set before the help texts were read."""
    del lang
    if version:
        from importlib.metadata import version as installed  # noqa: PLC0415 - for this option alone

        typer.echo(installed("lecommercial-batch"))
        raise typer.Exit
    if verbose:
        logging.basicConfig(stream=sys.stderr, level=logging.DEBUG, format="%(asctime)s %(name)s %(message)s")


@app.command(help=_("Write a campaign file for a spreadsheet: columns found, phone column guessed."))
def init(
    spreadsheet: Annotated[Path, typer.Argument(metavar="SPREADSHEET", help=_("The contact file."))],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help=_("Where to write it; campaigns/NAME.toml otherwise."))
    ] = None,
    sheet: Annotated[
        str | None, typer.Option("--sheet", help=_("The sheet; the first visible one otherwise."))
    ] = None,
    *,
    as_json: Json = False,
) -> None:
    from lecommercial_batch.cli.init import init as work  # noqa: PLC0415 - see the module's docstring

    raise typer.Exit(work(spreadsheet, output=output, sheet=sheet, as_json=as_json))


@app.command(help=_("Verify all that can be verified without sending."))
def check(campaign: CampaignPath, *, as_json: Json = False) -> None:
    from lecommercial_batch.cli.check import check as work  # noqa: PLC0415 - see the module's docstring

    raise typer.Exit(work(campaign, as_json=as_json))


@app.command(help=_("Show exactly what would be sent, and its proof. Sends nothing, needs no key."))
def preview(
    campaign: CampaignPath,
    rows: Annotated[int, typer.Option("--rows", min=0, help=_("How many messages to show."))] = 3,
    *,
    as_json: Json = False,
) -> None:
    from lecommercial_batch.cli.preview import preview as work  # noqa: PLC0415 - see the module's docstring

    raise typer.Exit(work(campaign, rows=rows, as_json=as_json))


@app.command(help=_("Plan a campaign, ask, send it, and write the report."))
def send(
    campaign: CampaignPath,
    proof: Annotated[
        str | None,
        typer.Option(
            "--proof", metavar="HASH", help=_("Send only if the plan still has this proof; does not ask.")
        ),
    ] = None,
    limit: Annotated[
        int | None, typer.Option("--limit", min=1, help=_("Send so many messages; `resume` sends the others."))
    ] = None,
    report: Annotated[
        Path | None, typer.Option("--report", metavar="DIR", help=_("Where to write the reports."))
    ] = None,
    *,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    from lecommercial_batch.cli.send import send as work  # noqa: PLC0415 - see the module's docstring

    raise typer.Exit(work(campaign, yes=yes, proof=proof, limit=limit, report=report, as_json=as_json))


@app.command(help=_("Go on with a run that was halted, stopped or cut short."))
def resume(
    run: RunName,
    report: Annotated[
        Path | None, typer.Option("--report", metavar="DIR", help=_("Where to write the reports."))
    ] = None,
    *,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    from lecommercial_batch.cli.send import resume as work  # noqa: PLC0415 - see the module's docstring

    raise typer.Exit(work(run, yes=yes, report=report, as_json=as_json))


@app.command(help=_("List the runs, newest first."))
def runs(*, as_json: Json = False) -> None:
    from lecommercial_batch.cli.look import runs as work  # noqa: PLC0415 - see the module's docstring

    raise typer.Exit(work(as_json=as_json))


@app.command(help=_("Show where a run stands; the newest one by default."))
def status(
    run: Annotated[str | None, typer.Argument(metavar="RUN", help=_("A run, as `runs` lists them."))] = None,
    *,
    as_json: Json = False,
) -> None:
    from lecommercial_batch.cli.look import status as work  # noqa: PLC0415 - see the module's docstring

    raise typer.Exit(work(run, as_json=as_json))


@app.command(help=_("Write the reports of a run again, as it stands now."))
def report(
    run: RunName,
    format_: Annotated[
        list[str] | None, typer.Option("--format", help=_("xlsx, csv or json; may be repeated."))
    ] = None,
    directory: Annotated[
        Path | None, typer.Option("--report", metavar="DIR", help=_("Where to write the reports."))
    ] = None,
    *,
    as_json: Json = False,
) -> None:
    from lecommercial_batch.cli.look import report as work  # noqa: PLC0415 - see the module's docstring

    raise typer.Exit(work(run, formats=format_, directory=directory, as_json=as_json))


@app.command(help=_("Run a local emulator of the API to rehearse against."))
def sandbox(
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help=_("0 takes a free one."))] = 8025,
    rate: Annotated[
        int | None,
        typer.Option(
            "--limit-per-minute", min=1, help=_("Answer 429 above so many calls a minute, as the API does at 60.")
        ),
    ] = None,
    latency: Annotated[float, typer.Option("--latency", min=0, help=_("Seconds each call takes."))] = 0.0,
) -> None:
    from lecommercial_batch.cli.sandbox import sandbox as work  # noqa: PLC0415 - see the module's docstring

    raise typer.Exit(work(port=port, per_minute=rate, latency=latency))


def run(arguments: Sequence[str]) -> int:
    """Run the command and return its exit code; every error is shown, none as a traceback."""
    as_json = "--json" in arguments
    try:
        code = app(list(arguments), standalone_mode=False)
    except typer.TyperException as error:
        _show_usage(error)
        return Exit.WRONG_USAGE
    except (typer.Abort, KeyboardInterrupt):
        return Exit.RESUMABLE
    except LecommercialError as error:
        from lecommercial_batch.cli.show import show_problems  # noqa: PLC0415 - only when there are any

        show_problems(error.problems, as_json=as_json)
        return Exit.FIX_INPUT if isinstance(error, InputError) else Exit.RESUMABLE
    except Exception as error:  # noqa: BLE001 - the last resort of the process: shown without values, which may be personal
        _show_our_fault(error)
        return Exit.OUR_FAULT
    return int(code or 0)


def _show_usage(error: typer.TyperException) -> None:
    show = getattr(error, "show", None)  # its errors of usage know how, with the verb's usage line
    if show:
        show()
    else:
        typer.echo(error.format_message(), err=True)


def _show_our_fault(error: Exception) -> None:
    """Say where it happened, not what was in hand: an exception's text may hold people's data."""
    places = [f"{Path(frame.filename).name}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)]
    typer.echo(_("This is a fault of lecommercial-batch. Please report these places:"), err=True)
    typer.echo(f"{type(error).__name__} {' > '.join(places[-6:])}", err=True)
