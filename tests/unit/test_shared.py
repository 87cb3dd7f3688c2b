"""Numbers that processes share: real files, real processes, real SIGKILL."""

import errno
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lecommercial_batch.core.errors import SettingsError
from lecommercial_batch.core.model import Rate
from lecommercial_batch.delivery.pacing.shared_budget import CELLS, Budget
from lecommercial_batch.delivery.pacing.shared_memory import open_shared, runtime_folder

HOLDER = """
import sys, time
from pathlib import Path
from lecommercial_batch.delivery.pacing.shared_memory import open_shared
cells = open_shared(Path(sys.argv[1]), "machine", 8)
assert cells.lock()
cells.values[3] = 42.0
print("held", flush=True)
time.sleep(600)
"""


SLEEPER = """
import sys, time
from pathlib import Path
from lecommercial_batch.delivery.pacing.shared_memory import open_shared
cells = open_shared(Path(sys.argv[1]), "sender", 8)
print("asleep", flush=True)
time.sleep(600)
"""


def age(folder: Path) -> list[Path]:
    """Make all files of a folder look as if nobody had touched them for years, and return them."""
    files = list(folder.iterdir())
    for file in files:
        os.utime(file, (0, 0))
    return files


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
    """What was not touched for a day, and nobody has open, is removed."""
    open_shared(tmp_path, "forgotten", 8).close()
    age(tmp_path)

    open_shared(tmp_path, "new", 8).close()

    assert len(list(tmp_path.iterdir())) == 1


def test_a_file_that_is_looked_at_is_touched(tmp_path: Path) -> None:
    """Where the system tells nobody that a file is open, whoever leaves by it keeps it from being swept away."""
    budget = Budget(Rate(count=1, period=1), open_shared(tmp_path, "in use", CELLS))
    (file,) = age(tmp_path)

    budget.look(time.monotonic())

    assert file.stat().st_mtime > time.time() - 60
    budget.close()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the system tells nobody that a file is open")
def test_a_file_whose_owner_sleeps_is_left_alone(tmp_path: Path) -> None:
    """A run that waits from Saturday to Monday keeps its file, however often others start; a dead one's goes."""
    with subprocess.Popen([sys.executable, "-c", SLEEPER, str(tmp_path)], stdout=subprocess.PIPE) as sleeper:
        assert sleeper.stdout
        assert sleeper.stdout.readline() == b"asleep\n"
        (file,) = age(tmp_path)
        before = file.stat().st_ino
        open_shared(tmp_path, "another", 8).close()
        kept = file.exists() and file.stat().st_ino == before
        sleeper.kill()
        sleeper.wait()
        age(tmp_path)

        open_shared(tmp_path, "another", 8).close()

        assert kept
        assert not file.exists()


def test_two_who_met_by_a_file_that_was_removed_meet_by_the_next(tmp_path: Path) -> None:
    """Nobody paces by a file without a name: what was known goes along, and who comes later is reckoned with."""
    rate = Rate(count=1, period=1)
    asleep = Budget(rate, open_shared(tmp_path, "sender", CELLS))
    assert asleep.lock()
    asleep.leave(now := time.monotonic())
    asleep.unlock()
    next(tmp_path.iterdir()).unlink()

    assert asleep.lock()
    asleep.unlock()
    new = Budget(rate, open_shared(tmp_path, "sender", CELLS))

    assert asleep.earliest(now) == new.earliest(now) > now
    asleep.close()
    new.close()


def test_who_wakes_up_reckons_with_who_came_meanwhile(tmp_path: Path) -> None:
    """A file swept away while its owner slept: the owner goes on by the one that others pace by now."""
    rate = Rate(count=1, period=1)
    asleep = Budget(rate, open_shared(tmp_path, "sender", CELLS))
    asleep.leave(time.monotonic() - 3600)
    next(tmp_path.iterdir()).unlink()
    new = Budget(rate, open_shared(tmp_path, "sender", CELLS))
    new.leave(now := time.monotonic())

    assert asleep.lock()
    assert asleep.earliest(now) == new.earliest(now) > now
    asleep.close()
    new.close()


@pytest.mark.skipif(not hasattr(os, "posix_fallocate"), reason="the system cannot take room before it is used")
def test_the_room_of_a_file_is_taken_before_it_is_used(tmp_path: Path) -> None:
    """Writing to a page for which no room is left kills a process: a mapped file has all of it from the start."""
    open_shared(tmp_path, "machine", CELLS).close()

    (file,) = tmp_path.iterdir()
    assert file.stat().st_size == 8 * CELLS
    assert file.stat().st_blocks * 512 >= 8 * CELLS


def test_a_full_disk_is_an_error_like_any_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is no room for the common numbers, that is said before anything is sent."""

    def no_room(*_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "posix_fallocate", no_room, raising=False)

    with pytest.raises(SettingsError, match="agree on their pace") as raised:
        open_shared(tmp_path, "machine", CELLS)

    assert raised.value.problems[0].code == "runtime_folder"


def test_room_is_taken_without_the_system_s_help(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not everywhere is there a posix_fallocate: the zeros are written, and what was written before stays."""
    monkeypatch.delattr(os, "posix_fallocate", raising=False)
    first = open_shared(tmp_path, "machine", 8)
    first.values[3] = 1.5
    first.close()

    longer = open_shared(tmp_path, "machine", CELLS)

    assert (longer.values[3], longer.values[CELLS - 1]) == (1.5, 0.0)
    longer.close()


def test_a_folder_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    """Without the common numbers the pace could not be kept: nothing is sent, and the remedy is said."""
    (tmp_path / "file").touch()

    with pytest.raises(SettingsError, match="agree on their pace") as raised:
        open_shared(tmp_path / "file", "machine", 8)

    assert "LECOMMERCIAL_RUNTIME_DIR" in str(raised.value.problems[0].advice)


@pytest.mark.parametrize("squat", ["file", "link", "link to nothing"])
def test_a_name_that_somebody_else_has_taken_is_left_to_them(tmp_path: Path, squat: str) -> None:
    """Everybody may write to the memory that is shared: what is there and not ours sends us to our own cache."""
    home, memory = tmp_path / "home", tmp_path / "memory"
    memory.mkdir()
    ours = memory / f"lecommercial-batch-{os.getuid()}"
    assert runtime_folder({"HOME": str(home)}, memory=memory) == ours
    if squat == "file":
        ours.touch()
    else:
        ours.symlink_to(tmp_path if squat == "link" else tmp_path / "nothing")

    found = runtime_folder({"HOME": str(home)}, memory=memory)

    assert found == home / ".cache" / "lecommercial-batch"
    open_shared(found, "machine", 8).close()


def test_a_folder_of_another_user_is_left_to_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever made it could read along and move our pace."""
    other = os.getuid() + 1
    monkeypatch.setattr(os, "getuid", lambda: other)
    (tmp_path / f"lecommercial-batch-{os.getuid()}").mkdir()

    found = runtime_folder({"HOME": str(tmp_path)}, memory=tmp_path)

    assert found == tmp_path / ".cache" / "lecommercial-batch"


def test_the_folder_does_not_depend_on_the_session(tmp_path: Path) -> None:
    """A cron job and a terminal of the same user meet in one folder, unless another one is named."""
    terminal = runtime_folder({"XDG_RUNTIME_DIR": "/run/user/1000", "TMPDIR": "/tmp/session"})  # noqa: S108 - not used

    assert terminal == runtime_folder({})
    assert runtime_folder({"LECOMMERCIAL_RUNTIME_DIR": str(tmp_path)}) == tmp_path
