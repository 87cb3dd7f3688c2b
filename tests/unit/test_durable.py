"""A file that takes another's place is on the disk before its name is, and there is one way to do it."""

import ast
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import lecommercial_batch
from lecommercial_batch.core import durable

PACKAGE = Path(lecommercial_batch.__file__).parent


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """Record what is asked of the system, in order, and do it."""
    made: list[tuple[str, str]] = []

    def recorded(name: str, done: Callable[..., Any], named: Callable[[Any], str]) -> Callable[..., Any]:
        def call(what: Any, *rest: Any) -> Any:
            made.append((name, named(what)))
            return done(what, *rest)

        return call

    def of_descriptor(descriptor: int) -> str:
        return Path(f"/proc/self/fd/{descriptor}").readlink().name

    monkeypatch.setattr(os, "fsync", recorded("fsync", os.fsync, of_descriptor))
    monkeypatch.setattr(Path, "replace", recorded("replace", Path.replace, lambda path: str(path.name)))
    return made


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="looks into /proc")
def test_a_file_is_on_the_disk_before_its_name(tmp_path: Path, calls: list[tuple[str, str]]) -> None:
    """Without the first flush a power cut leaves an empty file, without the second perhaps the one before."""
    path = tmp_path / "report.csv"

    with durable.replacing(path) as unfinished:
        unfinished.write_text("whole", encoding="utf-8")

    assert calls == [("fsync", unfinished.name), ("replace", unfinished.name), ("fsync", tmp_path.name)]
    assert path.read_text(encoding="utf-8") == "whole"
    assert path.stat().st_mode & 0o777 == durable.PRIVATE


def test_a_failure_leaves_what_was_there(tmp_path: Path) -> None:
    """Nothing half written, and nothing beside it."""
    path = tmp_path / "report.csv"
    path.write_text("before", encoding="utf-8")

    with pytest.raises(RuntimeError), durable.replacing(path) as unfinished:  # noqa: PT012 - written, then failed
        unfinished.write_text("half", encoding="utf-8")
        raise RuntimeError

    assert [each.name for each in tmp_path.iterdir()] == ["report.csv"]
    assert path.read_text(encoding="utf-8") == "before"


def replaced(file: Path) -> bool:
    """Tell whether a module puts a file in another's place: `str.replace` takes two, and dates take names."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            of_os = isinstance(node.func.value, ast.Name) and node.func.value.id in {"os", "shutil"}
            if node.func.attr in {"replace", "rename", "renames", "move", "link"} and (
                of_os or (len(node.args) == 1 and not node.keywords)
            ):
                return True
    return False


def test_one_module_replaces_files() -> None:
    """Reports, sentinels, copies, figures: all of them go through `durable.replacing`."""
    files = {file.relative_to(PACKAGE).as_posix() for file in PACKAGE.rglob("*.py") if replaced(file)}

    assert files == {"core/durable.py"}
