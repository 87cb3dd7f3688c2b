"""The `.env` file, and what is said of one that cannot be read."""

from pathlib import Path

import pytest

from lecommercial_batch.app.env_file import read_env
from lecommercial_batch.core.errors import SettingsError


def test_the_lines_of_an_env_file_are_read(tmp_path: Path) -> None:
    """Quotation marks, remarks, `export` and a byte order mark are as people write them."""
    file = tmp_path / ".env"
    file.write_text("\ufeff# keys\nA=1\nexport B='x y'\n\nC=\"${A}2\" # remark\n", encoding="utf-8")

    assert read_env(file) == {"A": "1", "B": "x y", "C": "12"}
    assert read_env(tmp_path / "none") == {}


def test_a_line_that_says_nothing_is_named(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """The line's number is said, and never what stands in it, which may be a key; the library says nothing."""
    file = tmp_path / ".env"
    file.write_text("A=1\n\n\nLECOMMERCIAL_AUTHKEY='geheim\n", encoding="utf-8")

    with pytest.raises(SettingsError) as error:
        read_env(file)

    (problem,) = error.value.problems
    assert (problem.code, problem.file, problem.row) == ("broken_env", str(file), 4)
    assert "geheim" not in repr(error.value) + str(problem)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("content", ["A=é".encode("utf-16"), b"A=\xe9"])
def test_another_encoding_is_refused(tmp_path: Path, content: bytes) -> None:
    """Notepad's UTF-16 is no crash."""
    (tmp_path / ".env").write_bytes(content)

    with pytest.raises(SettingsError, match="UTF-8"):
        read_env(tmp_path / ".env")
