"""The options of `sandbox`, which are many: a rehearsal is as good as what can go wrong in it."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from lecommercial_batch.core.language import _


class DeviceDown(StrEnum):
    """How a phone that is not connected shows."""

    SAID = "422_device"  #: Device not connected or unavailable
    FAILED = "401_failed"  #: Request Failed, as for a number that is not on WhatsApp
    KEYS = "401_keys"  #: Invalid Auth and AppKey, as for a wrong key


class Malformed(StrEnum):
    """How a malformed call is answered."""

    FAMILY = "200"  #: 200 with success false
    LARAVEL = "422"  #: Laravel's own message and errors


def sandbox(  # noqa: PLR0917 - an option each, which typer gives by name
    port: Annotated[
        int,
        typer.Option(
            "--port", metavar="N", min=0, max=65535, help=_("The port to answer at; 0 takes a free one.")
        ),
    ] = 8025,
    rate: Annotated[
        int,
        typer.Option(
            "--limit-per-minute",
            metavar="N",
            min=0,
            help=_("Refuse calls above so many a minute, as the API does at 60; 0 refuses none."),
        ),
    ] = 60,
    latency: Annotated[
        float, typer.Option("--latency", metavar=_("SECONDS"), min=0, help=_("How long each call takes."))
    ] = 0.0,
    contacts: Annotated[
        int,
        typer.Option(
            "--contacts",
            metavar="N",
            min=0,
            max=10_000,
            help=_("How many invented contacts the lists begin with."),
        ),
    ] = 41,
    file: Annotated[
        Path | None,
        typer.Option(
            "--file",
            metavar=_("FILE"),
            help=_("Keep messages and contacts in this file, and go on from it the next time."),
        ),
    ] = None,
    fault: Annotated[
        list[str] | None,
        typer.Option(
            "--fault",
            metavar=_("FAULT"),
            help=_(
                "Let calls go wrong, such as 500@3, 429@2% or add-contact:drop_after; can be given several times."
            ),
        ),
    ] = None,
    quota: Annotated[
        int | None, typer.Option("--quota", metavar="N", min=0, help=_("Take so many messages, then no more."))
    ] = None,
    unregistered: Annotated[
        list[str] | None,
        typer.Option(
            "--unregistered",
            metavar=_("NUMBER"),
            help=_("A number without WhatsApp, such as 33612345678; can be given several times."),
        ),
    ] = None,
    device_down: Annotated[
        DeviceDown | None, typer.Option("--device-down", help=_("The phone is not connected, and how it shows."))
    ] = None,
    malformed: Annotated[
        Malformed, typer.Option("--malformed", help=_("The status of the answer to a malformed call."))
    ] = Malformed.FAMILY,
    *,
    plan_expired: Annotated[
        bool, typer.Option("--plan-expired", help=_("The account's plan is over: no key opens anything."))
    ] = False,
    multipart_on_put: Annotated[
        bool,
        typer.Option("--multipart-on-put", help=_("Read multipart bodies of PUT and DELETE too, as PHP 8.4 can.")),
    ] = False,
) -> None:
    from lecommercial_batch.cli.sandbox import Rehearsal, rehearse  # noqa: PLC0415 - see cli/app.py

    raise typer.Exit(
        rehearse(
            Rehearsal(
                per_minute=rate,
                contacts=contacts,
                multipart_on_put=multipart_on_put,
                validation_status=422 if malformed is Malformed.LARAVEL else 200,
                faults=fault or [],
                switches={
                    "latency": latency,
                    "quota": quota,
                    "unregistered": unregistered or [],
                    "device_down": device_down or False,
                    "plan_expired": plan_expired,
                },
            ),
            port=port,
            file=file,
        )
    )
