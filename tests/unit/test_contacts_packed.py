"""A contact file in a .zip or a .gz."""

import gzip
import struct
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from lecommercial_batch.contacts import open_contacts
from lecommercial_batch.core.errors import ContactsError, Problem
from lecommercial_batch.core.temporary import prefix

CSV = b"Nom;Tel\nZo\xc3\xa9;0641700001\n"
MESSY = Path(__file__).parents[2] / "samples" / "messy"


def zipped(folder: Path, files: Mapping[str, bytes], name: str = "c.zip") -> Path:
    with zipfile.ZipFile(folder / name, "w", zipfile.ZIP_DEFLATED) as archive:
        for file, content in files.items():
            archive.writestr(file, content)
    return folder / name


def problem(path: Path) -> Problem:
    with pytest.raises(ContactsError) as caught:
        list(open_contacts(path, name=path.name).batches())
    return caught.value.problems[0]


@pytest.mark.parametrize(
    "name", ["iphone.vcf", "clients.parquet", "hidden-sheet.xlsx", "crm-export.xls", "tab.tsv"]
)
def test_whatever_can_be_read_can_be_packed(tmp_path: Path, name: str) -> None:
    """It reads as it does beside the archive, more than once, and messages name both."""
    path = zipped(tmp_path, {f"export/{name}": (MESSY / name).read_bytes()})
    packed, plain = open_contacts(path, name="c.zip"), open_contacts(MESSY / name)

    assert packed.name == f"c.zip/export/{name}"
    assert packed.columns == plain.columns
    assert list(packed.batches()) == list(packed.batches()) == list(plain.batches())


@pytest.mark.parametrize("name", ["c.csv.gz", "c.gz", "c.csv"])
def test_a_gz_is_known_by_its_content(tmp_path: Path, name: str) -> None:
    """Also where it is called .csv."""
    (tmp_path / name).write_bytes(gzip.compress(CSV))
    source = open_contacts(tmp_path / name)

    assert [row.cells for batch in source.batches() for row in batch] == [("Zoé", "0641700001")]


def test_what_systems_leave_in_archives_does_not_count(tmp_path: Path) -> None:
    """MacOS' folders, hidden files, Excel's locks, and pictures."""
    others = {"__MACOSX/._c.csv": b"x", ".x.csv": b"x", "~$c.xlsx": b"x", "d/": b"", "logo.png": b"x"}
    path = zipped(tmp_path, {**others, "d/c.csv": CSV})

    assert open_contacts(path, name="c.zip").name == "c.zip/d/c.csv"


def test_several_files_are_a_question(tmp_path: Path) -> None:
    """None of them is guessed; the first twenty are named."""
    found = problem(zipped(tmp_path, {f"c{number}.csv": CSV for number in range(30)}))

    assert found.code == "several_files"
    assert "c0.csv" in str(found.message)
    assert "c19.csv, …" in str(found.message)


@pytest.mark.parametrize("name", ["../../x.csv", "/etc/x.csv", "C:\\x.csv"])
def test_a_name_in_an_archive_is_no_path(tmp_path: Path, name: str) -> None:
    """Nothing is written where it points to: what is unpacked lies under a name of ours."""
    folder = tmp_path / "a" / "b"
    folder.mkdir(parents=True)
    path = zipped(folder, {name: CSV})

    assert [len(batch) for batch in open_contacts(path).batches()] == [1]
    assert [each for each in tmp_path.rglob("*") if each.is_file()] == [path]


def test_an_archive_in_an_archive_is_not_unpacked(tmp_path: Path) -> None:
    """Nobody packs contacts so, and those who do harm may do it endlessly."""
    inner = zipped(tmp_path, {"c.csv": CSV}).read_bytes()

    assert problem(zipped(tmp_path, {"c.csv": inner}, "d.zip")).code == "not_a_table"
    (tmp_path / "e.gz").write_bytes(gzip.compress(gzip.compress(CSV)))
    assert problem(tmp_path / "e.gz").code == "not_a_table"


def test_a_bomb_is_not_unpacked_to_its_end(tmp_path: Path) -> None:
    """By what comes out, not by what the archive says of itself; and nothing of it stays on the disk."""
    bomb = zipped(tmp_path, {"c.csv": bytes(60_000_000)})
    content = bomb.read_bytes()
    lying = content.replace(struct.pack("<L", 60_000_000), struct.pack("<L", 1000))
    (tmp_path / "l.zip").write_bytes(lying)
    (tmp_path / "b.gz").write_bytes(gzip.compress(bytes(60_000_000)))

    assert {problem(tmp_path / name).code for name in ("c.zip", "b.gz")} == {"hostile_file"}
    assert problem(tmp_path / "l.zip").code in {"hostile_file", "damaged_file"}


def test_more_names_than_memory_are_not_read(tmp_path: Path) -> None:
    """The table of names is measured before it is read."""
    path = zipped(tmp_path, {f"{number:0200}.csv": b"" for number in range(20_000)})

    assert problem(path).code == "hostile_file"


@pytest.mark.parametrize("cut", [30, 60, 200])
def test_a_damaged_archive_is_told_as_one(tmp_path: Path, cut: int) -> None:
    """Cut short, or with other bytes in it than were packed."""
    (tmp_path / "c.gz").write_bytes(gzip.compress(bytes(range(256)) * 50)[:-cut])
    assert problem(tmp_path / "c.gz").code in {"damaged_file", "not_a_table"}

    content = bytearray(zipped(tmp_path, {"c.csv": CSV * 100}).read_bytes())
    content[50] ^= 0xFF
    (tmp_path / "d.zip").write_bytes(content)
    assert problem(tmp_path / "d.zip").code == "damaged_file"


def test_a_password_is_told(tmp_path: Path) -> None:
    """With what to do about it."""
    content = zipped(tmp_path, {"c.csv": CSV}).read_bytes()
    locked = bytearray(content)
    locked[6] |= 1
    locked[content.index(b"PK\1\2") + 8] |= 1
    (tmp_path / "d.zip").write_bytes(locked)

    assert problem(tmp_path / "d.zip").code == "password"


def test_what_was_unpacked_is_gone_with_its_source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It lies among the temporary files that are swept, and no longer than it is read."""
    folder = tmp_path / "t"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    source = open_contacts(zipped(tmp_path, {"c.csv": CSV}))
    (copy,) = folder.iterdir()
    assert copy.name.startswith(prefix())

    del source
    assert list(folder.iterdir()) == []
