"""`sandbox`: the local emulator of the API."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from lecommercial_batch.cli.desk import Desk
from lecommercial_batch.cli.exits import Exit
from lecommercial_batch.core.errors import InputError, Problem
from lecommercial_batch.core.language import say, why
from lecommercial_batch.core.sentence import Sentence
from lecommercial_batch.sandbox.faults import Fault, FaultRule
from lecommercial_batch.sandbox.people import invented
from lecommercial_batch.sandbox.server import serve
from lecommercial_batch.sandbox.settings import APPKEY, AUTHKEY, Limit, Settings, Switches
from lecommercial_batch.sandbox.state import State
from lecommercial_batch.sandbox.tape import Tape, TapeError


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """What the options ask for."""

    per_minute: int  #: 0: no limit
    contacts: int
    multipart_on_put: bool
    validation_status: Literal[200, 422]
    faults: Sequence[str]
    switches: Mapping[str, object]  #: the others, as PUT /sandbox/faults takes them

    def settings(self) -> Settings:
        """Return them as the sandbox has them."""
        return Settings(
            people=invented(self.contacts),
            limit=Limit(count=self.per_minute, period=60) if self.per_minute else None,
            validation_status=self.validation_status,
            multipart_on_put=self.multipart_on_put,
            switches=Switches().replaced({**self.switches, "faults": [str(_fault(text)) for text in self.faults]}),
        )


def rehearse(rehearsal: Rehearsal, *, port: int, file: Path | None) -> Exit:
    """Serve until Ctrl-C, after showing what to put into the environment."""
    desk = Desk(as_json=False)
    state = _open(rehearsal.settings(), file)

    def ready(url: str) -> None:
        desk.console.print(
            say(Sentence("The sandbox answers at {url}. To send to it, type in another terminal:", url=url))
        )
        for name, value in {"BASE_URL": url, "AUTHKEY": AUTHKEY, "APPKEY": APPKEY}.items():
            desk.console.print(f"  export LECOMMERCIAL_{name}={value}", soft_wrap=True)
        page = url.removesuffix("/api") + "/"
        shown = Sentence("See what phones would show at {url}. Press Ctrl-C to stop the sandbox.", url=page)
        desk.console.print(say(shown))

    try:
        serve(state, port=port, ready=ready)
    except OSError as error:
        message = Sentence("port {port} cannot be used: {reason}", port=port, reason=why(error))
        advice = Sentence("Name another with --port; 0 takes a free one.")
        raise InputError(Problem(code="port_in_use", message=message, advice=advice)) from error
    finally:
        state.close()
    return Exit.DONE


def _fault(text: str) -> FaultRule:
    """Read a fault as it was typed.

    Raises:
        InputError: there is no such fault.
    """
    try:
        return FaultRule.parse(text)
    except ValueError as error:
        message = Sentence("{text} is not a fault", text=text)
        advice = Sentence("There are {faults}; docs/sandbox.md says on which calls.", faults=", ".join(Fault))
        raise InputError(Problem(code="unknown_fault", message=message, advice=advice)) from error


def _open(settings: Settings, file: Path | None) -> State:
    """Begin anew, or go on from a file.

    Raises:
        InputError: the file cannot be opened, or is something else.
    """
    try:
        return State(settings, Tape(file) if file else None)
    except OSError as error:
        message = Sentence("cannot be opened: {reason}", reason=why(error))
        advice = Sentence("Name another file with --file, or leave it out to keep nothing.")
        raise InputError(Problem(code="unusable_file", message=message, advice=advice, file=str(file))) from error
    except TapeError as error:
        message = Sentence("is not a file of a sandbox")
        advice = Sentence("Name a new file, or one that a sandbox made; this one was left as it is.")
        raise InputError(
            Problem(code="not_a_sandbox_file", message=message, advice=advice, file=str(file))
        ) from error
