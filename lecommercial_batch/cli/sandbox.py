"""`sandbox`: the local emulator of the API."""

from lecommercial_batch.cli.desk import Desk
from lecommercial_batch.cli.exits import Exit
from lecommercial_batch.errors import InputError, Problem
from lecommercial_batch.language import say, why
from lecommercial_batch.sandbox.server import serve
from lecommercial_batch.sandbox.settings import APPKEY, AUTHKEY, Limit, Settings, Switches
from lecommercial_batch.sentence import Sentence


def sandbox(*, port: int, per_minute: int | None, latency: float) -> Exit:
    """Serve until Ctrl-C, after showing what to put into the environment."""
    desk = Desk(as_json=False)
    limit = Limit(count=per_minute, period=60) if per_minute else None

    def ready(url: str) -> None:
        desk.console.print(
            say(Sentence("The sandbox answers at {url}. To send to it, type in another terminal:", url=url))
        )
        for name, value in {"BASE_URL": url, "AUTHKEY": AUTHKEY, "APPKEY": APPKEY}.items():
            desk.console.print(f"  export LECOMMERCIAL_{name}={value}", soft_wrap=True)
        received = url.removesuffix("/api") + "/received"
        desk.console.print(
            say(Sentence("What it received is shown at {url}. Press Ctrl-C to stop it.", url=received))
        )

    try:
        serve(Settings(limit=limit, switches=Switches(latency=latency)), port=port, ready=ready)
    except OSError as error:
        message = Sentence("port {port} cannot be used: {reason}", port=port, reason=why(error))
        advice = Sentence("Name another with --port; 0 takes a free one.")
        raise InputError(Problem(code="port_in_use", message=message, advice=advice)) from error
    return Exit.DONE
