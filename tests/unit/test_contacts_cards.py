"""Contact cards: vCard 2.1, 3.0 and 4.0, as telephones and Outlook write them."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from lecommercial_batch.contacts import open_contacts
from lecommercial_batch.core.errors import ContactsError, Problem


def people(folder: Path, content: bytes) -> list[Mapping[str, object]]:
    (folder / "c.vcf").write_bytes(content)
    source = open_contacts(folder / "c.vcf")
    rows = [row for batch in source.batches() for row in batch]
    assert [row.number for row in rows] == list(range(2, len(rows) + 2))
    return [dict(zip(source.columns, row.cells, strict=True)) for row in rows]


def person(folder: Path, *lines: str) -> Mapping[str, object]:
    card = ["BEGIN:VCARD", "VERSION:3.0", *lines, "END:VCARD"]
    (found,) = people(folder, "\r\n".join([*card, ""]).encode())
    return found


@pytest.mark.parametrize(
    ("line", "column", "value"),
    [
        ("TEL;CELL:0641700001", "Mobile", "0641700001"),
        ("TEL;type=IPHONE;type=CELL;type=VOICE;type=pref:+33 6", "Mobile", "+33 6"),
        ('TEL;VALUE=uri;TYPE="voice,cell":tel:+33-6-41;ext=5', "Mobile", "+33-6-41"),
        ("tel;type=cell:06", "Mobile", "06"),
        ("TEL;TYPE=HOME,VOICE:01", "Téléphone", "01"),
        ("TEL:06", "Téléphone", "06"),
        ("item1.TEL:06\r\nitem1.X-ABLabel:_$!<Mobile>!$_", "Mobile", "06"),
        ("item1.X-ABLabel:Portable perso\r\nitem1.TEL:06", "Mobile", "06"),
        ("N:Roy;Zoé;;;", "Prénom", "Zoé"),
        ("N:Roy\\, née Besson;Zoé;;;", "Nom", "Roy, née Besson"),
        ("FN:Zoé \r\n Roy", "Nom complet", "Zoé Roy"),
        ("FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Zo=C3=A9=\r\n=20Roy", "Nom complet", "Zoé Roy"),
        ("FN;QUOTED-PRINTABLE;CHARSET=ISO-8859-1:Zo=E9", "Nom complet", "Zoé"),
        ("FN;ENCODING=QUOTED-PRINTABLE:Zo=E9", "Nom complet", "Zoé"),
        ("FN;ENCODING=QUOTED-PRINTABLE;CHARSET=KLINGON:Zo=C3=A9", "Nom complet", "Zoé"),
        ("ORG:Garage\\; Martin;Atelier", "Organisation", "Garage; Martin"),
        ("EMAIL;type=INTERNET:zoe@example.fr", "E-mail", "zoe@example.fr"),
        ("ADR;HOME:;;1 rue X;Lyon;;69000;France", "Ville", "Lyon"),
        ("CATEGORIES:Clients,VIP", "Catégories", "Clients, VIP"),
        ("NOTE:un\\ndeux", "Note", "un\ndeux"),
    ],
)
def test_a_property_goes_into_its_column(tmp_path: Path, line: str, column: str, value: str) -> None:
    """Whatever version, folding, encoding, group or label it is written with."""
    assert person(tmp_path, line)[column] == value


def test_the_preferred_number_of_several_goes_first(tmp_path: Path) -> None:
    """The others are kept beside it; fax and pager are nobody's telephone."""
    found = person(
        tmp_path,
        "TEL;CELL:1",
        "TEL;CELL;PREF:2",
        "TEL;TYPE=CELL;PREF=1:3",
        "TEL;FAX;WORK:4",
        "TEL;PAGER:5",
        "TEL;WORK:6",
    )
    assert found == {
        "Prénom": "",
        "Nom": "",
        "Mobile": "2",
        "Mobile 2": "3",
        "Mobile 3": "1",
        "Téléphone": "6",
    }


def test_a_card_without_a_number_is_a_row(tmp_path: Path) -> None:
    """No row is lost: it is rejected later, by its number."""
    assert person(tmp_path, "FN:Zoé") == {"Prénom": "", "Nom": "", "Nom complet": "Zoé", "Mobile": ""}


def test_pictures_and_cards_within_cards_are_passed_over(tmp_path: Path) -> None:
    """A picture may be of megabytes, in one line or in many; an assistant's number is not the person's."""
    found = person(
        tmp_path,
        "PHOTO;ENCODING=b:" + "QUJD" * 100_000,
        *[" " + "QUJD" * 18] * 1000,
        "AGENT:",
        "BEGIN:VCARD",
        "TEL;CELL:0641700009",
        "END:VCARD",
        "TEL;CELL:0641700001",
    )
    assert found["Mobile"] == "0641700001"
    assert "Mobile 2" not in found


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_encodings_and_line_ends_are_those_of_any_text(tmp_path: Path, encoding: str, end: str) -> None:
    """As an address book or a mail program left them."""
    card = ["BEGIN:VCARD", "FN:Hélène", "TEL;CELL:06", "END:VCARD", ""]
    (found,) = people(tmp_path, end.join(card).encode(encoding))
    assert found["Nom complet"] == "Hélène"


@pytest.mark.parametrize(
    ("content", "row"),
    [
        ("BEGIN:VCARD\nTEL:06\nEND:VCARD\nBEGIN:VCARD\nTEL:0641700", 3),
        ("BEGIN:VCARD\nTEL:06\nBEGIN:VCARD\nTEL:07\nEND:VCARD\n", 2),
    ],
)
def test_a_card_without_its_end_refuses_the_file(tmp_path: Path, content: str, row: int) -> None:
    """Half a number may be somebody else's."""
    found = refused(tmp_path, content)
    assert (found.code, found.row) == ("damaged_file", row)


def refused(folder: Path, content: str) -> Problem:
    with pytest.raises(ContactsError) as caught:
        people(folder, content.encode())
    return caught.value.problems[0]
