"""What `check` makes of the messy samples that read well, and are not what they seem."""

import runpy
import sys
from pathlib import Path

import pytest

from lecommercial_batch.app.checking import checked_contacts
from lecommercial_batch.core.errors import InputError
from lecommercial_batch.core.model import Rejection
from tests.unit.messy_checked import CHECKED, UNTOLD, Checked

MESSY = Path(__file__).parents[2] / "samples" / "messy"


def checked(name: str, *, sheet: str | None = None, header: int | None = None) -> Checked:
    """Go through a file as `check` does."""
    try:
        found = checked_contacts(MESSY / name, sheet=sheet, header=header, region="FR")
        rows = list(found.rows())
    except InputError as error:
        return Checked(said=tuple(problem.code for problem in error.problems), sheet=sheet, header=header)
    numbers = [f"+{each.phone.e164}".replace("++", "+") for each in rows if not isinstance(each, Rejection)]
    return Checked(
        column=found.columns[found.phones[0]],
        numbers=tuple(number.removeprefix("+336417000") for number in numbers),
        rejected={each.row.number: each.reason for each in rows if isinstance(each, Rejection)},
        said=tuple(problem.code for problem in (*found.problems, *found.remarks())),
        sheet=sheet,
        header=header,
    )


@pytest.mark.parametrize("name", CHECKED)
def test_it_is_stated_what_becomes_of_each(name: str) -> None:
    """Its column, its numbers, its rejected rows, and each warning or error: no more and no less."""
    wanted = CHECKED[name]
    assert checked(name, sheet=wanted.sheet, header=wanted.header) == wanted


@pytest.mark.parametrize("name", UNTOLD)
def test_what_is_to_be_told_is_asked_for(name: str) -> None:
    """Where nobody has named a sheet or a header's row, the file is refused, and the way out is in the advice."""
    with pytest.raises(InputError) as caught:
        checked_contacts(MESSY / name, sheet=None, region="FR")

    assert str(caught.value.problems[0].advice).startswith(UNTOLD[name])


def test_the_samples_can_be_written_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The script writes them as they stand there, to the byte."""
    monkeypatch.setattr(sys, "path", [str(MESSY), *sys.path])
    runpy.run_path(str(MESSY / "make_more.py"))["main"](tmp_path)

    written = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert written == {name: (MESSY / name).read_bytes() for name in written}
    assert written.keys() >= CHECKED.keys()
