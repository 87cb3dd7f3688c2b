"""Numbers that processes share: real files, real processes, real SIGKILL."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lecommercial_batch.budget import CELLS, Budget
from lecommercial_batch.errors import SettingsError
from lecommercial_batch.model import Rate
from lecommercial_batch.shared import open_shared, runtime_folder

HOLDER = """
import sys, time
from pathlib import Path
from lecommercial_batch.shared import open_shared
cells = open_shared(Path(sys.argv[1]), "machine", 8)
assert cells.lock()
cells.values[3] = 42.0
print("held", flush=True)
time.sleep(600)
"""


def test_one_process_reads_what_another_wrote(tmp_path: Path) -> None:
    """Two who open the same name see the same numbers; another name has its own."""
    one, two = open_shared(tmp_path, "machine", 8), open_shared(tmp_path, "machine", 8)
    other = open_shared(tmp_path, "sender", 8)

    one.values[3] = 1.5

    assert (two.values[3], other.values[3]) == (1.5, 0.0)
    for each in (one, two, other):
        each.close()


def test_a_killed_holder_lets_go(tmp_path: Path) -> None:
    """The lock is another's while its process lives, and free once it was killed; what it wrote is kept."""
    with subprocess.Popen([sys.executable, "-c", HOLDER, str(tmp_path)], stdout=subprocess.PIPE) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == b"held\n"
        cells = open_shared(tmp_path, "machine", 8)
        held = cells.lock()
        holder.send_signal(signal.SIGKILL)
        holder.wait()

        assert not held
        assert cells.lock()
        assert cells.values[3] == 42.0
        cells.close()


def test_no_name_is_written(tmp_path: Path) -> None:
    """A budget is named after its key: the file's name does not tell it, and others cannot read it."""
    open_shared(tmp_path / "run", "sender SECRET-KEY", 8).close()

    (file,) = (tmp_path / "run").iterdir()
    assert "SECRET" not in file.name
    assert b"SECRET" not in file.read_bytes()
    if os.name == "posix":
        assert (file.stat().st_mode & 0o077, file.parent.stat().st_mode & 0o077) == (0, 0)


def test_files_that_nobody_uses_are_swept_away(tmp_path: Path) -> None:
    """What was not touched for a day is removed; what is in use is touched as long as it is."""
    budget = Budget(Rate(count=1, period=1), open_shared(tmp_path, "in use", CELLS))
    open_shared(tmp_path, "forgotten", 8).close()
    for file in tmp_path.iterdir():
        os.utime(file, (0, 0))
    budget.look(time.monotonic())

    open_shared(tmp_path, "new", 8).close()

    assert len(list(tmp_path.iterdir())) == 2
    budget.close()


def test_a_folder_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    """Without the common numbers the pace could not be kept: nothing is sent, and the remedy is said."""
    (tmp_path / "file").touch()

    with pytest.raises(SettingsError, match="agree on their pace") as raised:
        open_shared(tmp_path / "file", "machine", 8)

    assert "LECOMMERCIAL_RUNTIME_DIR" in str(raised.value.problems[0].advice)


def test_the_folder_does_not_depend_on_the_session(tmp_path: Path) -> None:
    """A cron job and a terminal of the same user meet in one folder, unless another one is named."""
    terminal = runtime_folder({"XDG_RUNTIME_DIR": "/run/user/1000", "TMPDIR": "/tmp/session"})  # noqa: S108 - not used

    assert terminal == runtime_folder({})
    assert runtime_folder({"LECOMMERCIAL_RUNTIME_DIR": str(tmp_path)}) == tmp_path
