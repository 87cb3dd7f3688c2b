"""Which encoding a text is read in: what French systems write, and what a page says of itself."""

from pathlib import Path

import pytest

from lecommercial_batch.contacts import open_contacts
from lecommercial_batch.contacts.encoding import find_encoding

NAMES = ["Hélène", "François", "Besançon", "déjà là", "Benoît", "Jérôme", "Angoulême", "Gaëlle", "château", "Où"]
CAPITALS = ["HÉLÈNE", "Jérôme LEFÈVRE", "BENOÎT"]


def reads(folder: Path, text: str, encoding: str) -> str:
    path = folder / "c.csv"
    path.write_bytes(f"Nom;Tel\r\n{text};0641700001\r\n".encode(encoding))
    return path.read_bytes().decode(find_encoding(path, file="c.csv"))


@pytest.mark.parametrize("encoding", ["cp850", "cp437", "cp858", "cp1252", "iso8859-15", "mac_roman", "utf-8"])
def test_french_names_read_as_they_were_written(tmp_path: Path, encoding: str) -> None:
    """By Windows, by a Mac, by DOS and the accounting programs that still write as it did."""
    text = ", ".join(NAMES)
    assert text in reads(tmp_path, text, encoding)


@pytest.mark.parametrize("name", ["Hélène", "François", "Jérôme;Nîmes", "déjà", "Benoît", "HÉLÈNE"])
def test_one_name_is_enough_to_tell_dos(tmp_path: Path, name: str) -> None:
    """Most files have few accents."""
    assert name in reads(tmp_path, name, "cp850")


@pytest.mark.parametrize(
    "text", ["Bonjour… oui", "1 – 2", "l’été à 12 €", "JéRôME", "ANDRé", "DuÉlan", "“Zoé”", "N° 12", "HÉLÈNE"]
)
def test_what_windows_writes_is_not_taken_for_dos(tmp_path: Path, text: str) -> None:
    """Quotation marks, dashes and dots are letters there; and people type with caps lock on."""
    assert text in reads(tmp_path, text, "cp1252")


@pytest.mark.parametrize("text", ["à côté", "Hélène à l’école", "ANDRÉ", "Cœur"])
def test_what_a_mac_writes_is_not_taken_for_dos(tmp_path: Path, text: str) -> None:
    """Both have letters where Windows has none."""
    assert text in reads(tmp_path, text, "mac_roman")


def page(folder: Path, head: str, name: str, encoding: str) -> str:
    text = f"{head}<table><tr><td>Nom<td>Tel<tr><td>{name}<td>0641700001</table>"
    (folder / "c.html").write_bytes(text.encode(encoding))
    (batch,) = open_contacts(folder / "c.html").batches()
    return str(batch[0].cells[0])


@pytest.mark.parametrize(
    ("head", "name", "encoding"),
    [
        ('<meta charset="windows-1250">', "Přemysl", "cp1250"),
        ("<meta charset=windows-1251>", "Иван", "cp1251"),
        ('<META content="text/html; charset=ISO-8859-2" http-equiv=Content-Type>', "Łukasz", "iso8859-2"),
        ('<?xml version="1.0" encoding="macintosh"?>', "Hélène", "mac_roman"),
        ("<meta charset=ibm850>", "É", "cp850"),
        ("<meta charset=iso-8859-1>", "l’œuvre €", "cp1252"),
    ],
)
def test_the_encoding_that_a_page_declares_is_obeyed(tmp_path: Path, head: str, name: str, encoding: str) -> None:
    """It knows better than the letters tell."""
    assert page(tmp_path, head, name, encoding) == name


@pytest.mark.parametrize(
    ("head", "encoding"),
    [
        ("<meta charset=utf-8>", "cp1252"),
        ("<meta charset=iso-8859-1>", "utf-8"),
        ("<meta charset=utf-16>", "cp1252"),
        ("<meta charset=klingon>", "cp1252"),
        ("<meta charset=base64>", "cp1252"),
        ("<meta charset=windows-1252>", "utf-8-sig"),
    ],
)
def test_a_page_that_says_what_it_is_not_reads_as_it_is(tmp_path: Path, head: str, encoding: str) -> None:
    """Many programs have one encoding in their template and write another."""
    assert page(tmp_path, head, "Hélène", encoding) == "Hélène"
