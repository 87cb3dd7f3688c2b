"""The real command at a pseudo-terminal, where it asks."""

import os
import subprocess
import sys
from collections.abc import Callable, Sequence

from tests.acceptance.conftest import Desk


def at_a_terminal(
    desk: Desk,
    *answers: str,
    arguments: Sequence[str] = ("send", "campaign.toml"),
    meanwhile: Callable[[], object] = lambda: None,
) -> tuple[int, str]:
    """Run the command at a terminal, answering each of its questions; return its exit code and what was shown.

    ``meanwhile`` is what happens elsewhere while it waits for an answer.
    """
    ours, theirs = os.openpty()
    environment = {**os.environ, "TERM": "dumb", "LANG": "C.UTF-8", **desk.environment}
    command = [sys.executable, "-m", "lecommercial_batch", *arguments]
    with subprocess.Popen(
        command,
        cwd=desk.folder,
        env=environment,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    ) as process:
        os.close(theirs)
        shown = b""
        waiting = list(answers)
        while True:
            try:
                read = os.read(ours, 4096)
            except OSError:  # the terminal's last user has left
                break
            shown += read
            if waiting and shown.rstrip().endswith(b"[y/N]"):
                meanwhile()
                os.write(ours, f"{waiting.pop(0)}\n".encode())
                shown += b"\n"
        os.close(ours)
    return process.returncode, shown.decode()
