"""Small files that were made to take all memory or time: each is read, or ends in a sentence, soon."""

import json
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lecommercial_batch.contacts import open_contacts
from lecommercial_batch.contacts.chunks import careful_chunks, quick_chunks
from lecommercial_batch.contacts.header import name_columns
from lecommercial_batch.contacts.reader_process import ReaderProcess, bare_environment
from lecommercial_batch.contacts.text import open_text
from lecommercial_batch.contacts.widths import LONGEST
from lecommercial_batch.core.errors import ContactsError
from lecommercial_batch.core.model import Row
from lecommercial_batch.core.spreadsheet_text import harmless, unchanged
from lecommercial_batch.planning.screening.flawed_rows import FlawedRow
from lecommercial_batch.planning.templates.filters import title
from tests.unit.test_contacts_messy import SMALL

HEAD = "Nom;Tel\nx;0612345678\n"
PERSON = "<tr><td>x</td><td>06</td></tr>"


def page(cells: str) -> str:
    return f"<html><table><tr><td>Nom</td><td>Tel</td></tr>{PERSON}{cells}</table></html>"


FILES: dict[str, Callable[[], str]] = {
    "columns.csv": lambda: HEAD + "y;" * 20_000 + "\n",
    "names.csv": lambda: "Téléphone" + ";n" * 16_000 + "\n" + "06" + ";x" * 16_000 + "\n",
    "many.csv": lambda: ";".join(f"c{n}" for n in range(16_000)) + "\n" + (";x" * 15_999 + "\n") * 400,
    "too-many.csv": lambda: ";".join(f"c{n}" for n in range(17_000)) + "\n" + "x;" * 16_999 + "\n",
    "empty.csv": lambda: "Tel" + ";n" * 8_000 + "\n" + "06\n" * 100_000,
    "quote.csv": lambda: HEAD + '"a' + "b;c\n" * 1_500_000,
    "marks.csv": lambda: HEAD + ";" * 8_000_000,
    "address.csv": lambda: "@." * 200_000 + ";Tel\nx;0612345678\n",
    "wider.csv": lambda: HEAD + "".join(f"06{';x' * (2 + n)}\n" + "a;07\n" * 100 for n in range(250)),
    "cell.csv": lambda: HEAD + "a" * 10_000_000 + ";06\n",
    "colspan.html": lambda: page("<tr><td colspan=16384>x</td></tr>" * 5_000),
    "rowspan.html": lambda: page("<tr><td rowspan=1048576 colspan=16384>x</td></tr>" + "<tr></tr>" * 20_000),
    "rows.html": lambda: page("<tr><td>a<td>b<td rowspan=1048576 colspan=16000>x</tr>" + "<tr></tr>" * 200_000),
    "nested.html": lambda: page("<table><tr><td>" * 200_000),
    "less.html": lambda: page("<tr><td>" + "<" * 3_000_000),
    "breaks.html": lambda: page("<tr><td>" + "<br>" * 2_000_000 + "</td></tr>"),
    "long.html": lambda: page("<tr><td>" + "word " * 2_000_000 + "</td></tr>"),
}


CHILD = """
import json, resource, sys
from itertools import islice
from pathlib import Path
from lecommercial_batch.contacts import open_contacts
from lecommercial_batch.core.errors import ContactsError

try:
    source = open_contacts(Path(sys.argv[1]))
    came = "read"
    for batch in source.batches():
        if any(len(str(cell)) > 32_767 for row in batch for cell in row.cells):
            came = "a long cell"
except ContactsError as error:
    came = error.problems[0].code
used = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps([came, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024]))
"""


@pytest.mark.parametrize("name", FILES)
def test_a_small_file_takes_neither_much_memory_nor_time(tmp_path: Path, name: str) -> None:
    """It is read, or refused in a sentence, in ten seconds of processor time and 300 MB."""
    (tmp_path / name).write_text(FILES[name](), encoding="utf-8")
    call = [sys.executable, "-c", SMALL, CHILD, str(tmp_path / name)]
    done = subprocess.run(call, capture_output=True, text=True, check=True, timeout=300)
    came, seconds, peak = json.loads(done.stdout)
    assert came in {"read", "damaged_file", "too_many_columns", "long_row", "empty_file", "not_a_table"}
    assert seconds < 10
    assert peak < 300_000_000


def test_a_cell_that_no_spreadsheet_holds_is_its_rows_alone(tmp_path: Path) -> None:
    """The row is rejected with its column; the others are read."""
    (tmp_path / "c.csv").write_text(f"Nom;Tel\n{'a' * (LONGEST + 1)};06\n{'b' * LONGEST};07\n", encoding="utf-8")
    first, second = (row for batch in open_contacts(tmp_path / "c.csv").batches() for row in batch)
    assert isinstance(first, FlawedRow)
    assert (first.number, first.column) == (2, "A")
    assert second.cells == ("b" * LONGEST, "07")


def test_a_parquet_that_unpacks_to_gigabytes_is_refused(tmp_path: Path) -> None:
    """Some hundred bytes that say one long text many times over."""
    pa = pytest.importorskip("pyarrow")
    from pyarrow import parquet  # noqa: PLC0415 - an extra

    text = pa.DictionaryArray.from_arrays(pa.array([0] * 200_000, pa.int8()), pa.array(["x" * 1_000_000]))
    path = tmp_path / "c.parquet"
    parquet.write_table(pa.table({"Tel": text}), path, compression="gzip", version="2.6")
    assert path.stat().st_size < 100_000
    with pytest.raises(ContactsError) as caught:
        for _batch in open_contacts(path).batches():
            pass
    assert caught.value.problems[0].code == "damaged_file"


@given(st.lists(st.lists(st.text('ab;"\n\r x,', max_size=5), min_size=1, max_size=4), min_size=1, max_size=6))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
def test_the_two_readers_of_csv_agree(tmp_path: Path, rows: list[list[str]]) -> None:
    """A long row somewhere in a file does not change how the others are read."""
    text = "\n".join(
        ";".join('"' + cell.replace('"', '""') + '"' if set(cell) & set(';"\n\r') else cell for cell in row)
        for row in rows
    )
    (tmp_path / "c.csv").write_text(text + "\n", encoding="utf-8", newline="")
    width = max(map(len, rows)) + 1
    with open_text(tmp_path / "c.csv", "utf-8") as one, open_text(tmp_path / "c.csv", "utf-8") as other:
        quick = list(quick_chunks(one, delimiter=";", width=width, skip=0))
        careful = list(careful_chunks(other, delimiter=";", width=width, skip=0))
    assert quick == careful


def test_a_long_row_is_named_and_those_before_it_are_read_once(tmp_path: Path) -> None:
    """Where rows turn long, the reader that takes over goes on at the right one."""
    lines = [f"n{number};06{number:08d}" for number in range(9_000)]
    long = [f"{'x' * 30_000};07{number:08d}" for number in range(400)]
    (tmp_path / "c.csv").write_text("\n".join(["Nom;Tel", *lines, *long, *lines, '"open']), encoding="utf-8")
    rows: list[Row] = []

    def read() -> None:
        for batch in open_contacts(tmp_path / "c.csv").batches():
            rows.extend(batch)

    with pytest.raises(ContactsError) as caught:
        read()
    assert caught.value.problems[0].code == "open_quote"
    assert caught.value.problems[0].row == 18_402
    assert [row.number for row in rows] == list(range(2, len(rows) + 2))


def test_a_readers_process_has_no_secrets() -> None:
    """Whatever it comes to do, the keys of this environment are not there."""
    given = {
        "PATH": "/bin",
        "LECOMMERCIAL_APPKEY": "k",
        "AWS_SECRET_ACCESS_KEY": "s",
        "LC_ALL": "C",
        "PYTHONPATH": "p",
    }
    kept = bare_environment(given)
    assert {"PATH", "LC_ALL", "PYTHONPATH"} <= kept.keys()
    assert not {"LECOMMERCIAL_APPKEY", "AWS_SECRET_ACCESS_KEY"} & kept.keys()


def test_a_key_of_the_environment_does_not_reach_a_reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The process itself says what it sees."""
    monkeypatch.setenv("LECOMMERCIAL_APPKEY", "secret")
    script = tmp_path / "child.py"
    script.write_text("import json, os\ninput()\nprint(json.dumps(dict(os.environ)))\n", encoding="utf-8")
    assert "secret" not in ReaderProcess(script, [], patience=30).ask(any=1).values()


@pytest.mark.parametrize(
    "work",
    [
        lambda n: name_columns(["n"] * n),
        lambda n: name_columns(["n", "n (2)"] * (n // 2)),
        lambda n: harmless("+" + "1" * (8 * n) + "x"),
        lambda n: harmless("+" + "." * (8 * n) + "x"),
        lambda n: unchanged("0" + "1" * (8 * n) + "x"),
        lambda n: title("de la " * n),
        lambda n: title("a'" * n),
        lambda n: title("A" * (8 * n)),
    ],
    ids=["names", "numbered", "digits", "points", "code", "words", "apostrophes", "letters"],
)
def test_work_grows_with_the_text_and_no_faster(work: Callable[[int], object]) -> None:
    """Eight times the text takes some eight times as long; it took sixty-four, and hours in the end."""

    def spent(n: int) -> float:
        began = time.process_time()
        work(n)
        return time.process_time() - began

    small = min(spent(4_000) for _ in range(3))
    assert min(spent(32_000) for _ in range(2)) < max(small * 30, 0.5)


def test_a_parquet_of_one_row_many_times_over_has_an_end(tmp_path: Path) -> None:
    """A few kilobytes that say one number millions of times are refused before they take minutes."""
    pa = pytest.importorskip("pyarrow")
    from pyarrow import parquet  # noqa: PLC0415 - an extra

    same = pa.DictionaryArray.from_arrays(pa.array([0] * 10_000_000, pa.int8()), pa.array(["0641000001"]))
    path = tmp_path / "c.parquet"
    parquet.write_table(pa.table({"Tel": same}), path, compression="gzip")
    assert path.stat().st_size < 100_000

    rows = (row for batch in open_contacts(path).batches() for row in batch)
    with pytest.raises(ContactsError) as caught:
        deque(islice(rows, 2_000_000), maxlen=0)
    assert "unpacks to far more" in caught.value.problems[0].message.template
