"""The way of a row into a list."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lecommercial_batch.app.sources import Listed
from lecommercial_batch.core.contact_edits import Edit, EditKind
from lecommercial_batch.core.contact_lists import Contact
from lecommercial_batch.core.errors import ContactsError
from lecommercial_batch.core.model import Cell, Message, Rate, Reason, Rejection, Row, RunOptions
from lecommercial_batch.gateway import bodies
from lecommercial_batch.planning.list_sync import Choices, Difference

OPTIONS = RunOptions(
    rate=Rate(count=1, period=1), stop_after_failures=10, report_directory=Path("r"), report_formats=("csv",)
)


class Table:
    """A contact file in memory."""

    def __init__(self, columns: tuple[str, ...], *rows: tuple[Cell, ...]) -> None:
        self.name = "clients.csv"
        self.columns = columns
        self._rows = [Row(number, cells) for number, cells in enumerate(rows, start=2)]

    def batches(self) -> Iterator[Sequence[Row]]:
        yield self._rows


def difference(table: Table, listed: Sequence[Contact], *, remove: bool = False, **named: str) -> Difference:
    return Difference(
        table,
        listed,
        list_id=7,
        remove=remove,
        lane="default (contacts)",
        choices=Choices(**named),
        options=OPTIONS,
        campaign="x",
    )


def told(found: Difference) -> list[tuple[int, str, str]]:
    """Return row, number and kind of each edit, and row, "" and reason of each rejection."""
    return [
        (each.row.number, "", each.reason)
        if isinstance(each, Rejection)
        else (each.row.number, each.phone.digits, Edit.of(each.content).kind)
        for each in found.rows()
    ]


def a_contact(number: int, phone: str, name: str = "", lastname: str = "") -> Contact:
    return Contact(id=number, phone=phone, name=name, lastname=lastname)


def test_each_row_asks_for_one_thing_or_nothing() -> None:
    """Added, renamed, left alone, rejected; and whoever is left of the list removed below the rows."""
    table = Table(
        ("Prénom", "Nom", "Tél"),
        ("Jean", "Dupont", "0612345678"),
        ("Zoé", "", "06 41 00 00 01"),
        ("Louis", "Petit", "0641000002"),
        ("Double", "", "+33641000001"),
        ("", "", "rien"),
        ("Bureau", "", "0144556677"),
    )
    listed = [
        a_contact(1, "33612345678", "Jean", "Dupont"),
        a_contact(2, "33641000001", "Zoe", "Martin"),
        a_contact(3, "33641000009", "Parti"),
    ]
    assert told(difference(table, listed, remove=True)) == [
        (2, "", Reason.UNCHANGED),
        (3, "33641000001", EditKind.UPDATE),
        (4, "33641000002", EditKind.ADD),
        (5, "", Reason.DUPLICATE),
        (6, "", Reason.INVALID_PHONE),
        (7, "33144556677", EditKind.ADD),
        (8, "33641000009", EditKind.REMOVE),
    ]


def test_what_the_file_does_not_say_stays() -> None:
    """An empty name is none to change: the API cannot clear it, and every time would find it again."""
    table = Table(("Tél", "name", "lastname"), ("0612345678", "", " "))
    assert told(difference(table, [a_contact(1, "33612345678", "Jean", "Dupont")])) == [(2, "", Reason.UNCHANGED)]


@pytest.mark.parametrize("written", ["0612345678", "+33612345678", "33612345678"])
def test_a_number_is_known_however_the_list_writes_it(written: str) -> None:
    table = Table(("Tél",), ("06 12 34 56 78",))
    assert told(difference(table, [a_contact(1, written.lstrip("+"))], remove=True)) == [(2, "", Reason.UNCHANGED)]


def test_a_removal_names_the_number_as_the_list_has_it() -> None:
    """Else the API would not find it; who is meant stays the same person."""
    listed = [a_contact(1, "0612345678"), a_contact(2, "33612345679"), a_contact(3, "33 6 12 34 56 80")]
    listed.append(Contact(id=4, phone="33612345681", written="+33612345681"))
    found = difference(Table(("Tél",), ("0641000001",)), listed, remove=True)
    assert told(found)[1:] == [
        (row, digits, EditKind.REMOVE)
        for row, digits in enumerate(["33612345678", "33612345679", "33612345680", "33612345681"], start=3)
    ]
    written = [Edit.of(each.content).written for each in found.rows() if isinstance(each, Message)]
    assert written[1:] == ["0612345678", "", "33 6 12 34 56 80", "+33612345681"]


@pytest.mark.parametrize(
    "written",
    [
        "+33612345678",
        "0033612345678",
        "33 6 12 34 56 78",
        "+33 (0)6 12 34 56 78",
        "06.12.34.56.78",
        "33-612345678",
    ],
)
def test_a_contact_is_renamed_by_the_number_that_the_list_has(written: str) -> None:
    """It is the same person, added by no one a second time, and called as the API knows them."""
    listed = bodies.contact({"id": 1, "phone": written, "name": "Jean"})
    table = Table(("Prénom", "Tél"), ("Jeanne", "06 12 34 56 78"))

    (edit,) = difference(table, [listed], remove=True).rows()

    assert isinstance(edit, Message)
    assert (edit.variant, edit.phone.digits) == (EditKind.UPDATE, "33612345678")
    assert Edit.of(edit.content).written == written


@pytest.mark.parametrize(
    ("columns", "used"),
    [
        (("Prénom", "Nom", "Tél"), {"name": "Prénom", "lastname": "Nom"}),
        (("phone", "name", "lastname", "id"), {"name": "name", "lastname": "lastname"}),
        (("Last name", "First name", "Mobile"), {"name": "First name", "lastname": "Last name"}),
        (("Nom du client", "Portable"), {"lastname": "Nom du client"}),
        (("Name", "Phone"), {"name": "Name"}),
        (("Ville", "Tél"), {}),
    ],
)
def test_columns_are_found_by_their_headers(columns: tuple[str, ...], used: dict[str, str]) -> None:
    row = tuple(
        "0612345678" if name in {"Tél", "phone", "Mobile", "Portable", "Phone"} else "x" for name in columns
    )
    found = dict(difference(Table(columns, row), []).used)
    found.pop("phone")
    assert found == used


def test_a_column_that_is_not_there_is_an_error() -> None:
    table = Table(("Tél",), ("0612345678",))
    with pytest.raises(ContactsError) as raised:
        difference(table, [], name="Prénom")
    assert raised.value.problems[0].code == "unknown_column"


NAMES = st.text(alphabet="abcé ", max_size=3)
PEOPLE = st.dictionaries(st.integers(0, 9), st.tuples(NAMES, NAMES), max_size=8)


@given(before=PEOPLE, wanted=PEOPLE.filter(bool))
def test_when_the_edits_are_made_nothing_is_left_to_do(
    before: dict[int, tuple[str, str]], wanted: dict[int, tuple[str, str]]
) -> None:
    """And who is in the list then is who is in the file; each row has one result."""
    listed = {
        n: a_contact(n, f"3364100000{n}", *(" ".join(name.split()) for name in who)) for n, who in before.items()
    }
    rows = [(f"+3364100000{n}", *who) for n, who in wanted.items()]
    table = Table(("phone", "name", "lastname"), *rows)
    found = difference(table, list(listed.values()), remove=True)
    planned = list(found.rows())
    assert [each.row.number for each in planned][: len(rows)] == list(range(2, 2 + len(rows)))
    for each in planned:
        if isinstance(each, Message):
            _make(each, listed)
    after = difference(table, list(listed.values()), remove=True)
    assert all(isinstance(each, Rejection) and each.reason is Reason.UNCHANGED for each in after.rows())
    assert set(listed) == set(wanted)


def _make(message: Message, listed: dict[int, Contact]) -> None:
    """Do what the API does."""
    edit, number = Edit.of(message.content), int(message.phone.digits[-1])
    if edit.kind is EditKind.REMOVE:
        del listed[number]
        return
    known = listed.get(number) or a_contact(number, message.phone.digits)
    listed[number] = a_contact(number, known.phone, edit.name or known.name, edit.lastname or known.lastname)
    assert edit.is_done(known.phone, {known.phone: listed[number]})


def test_a_list_reads_like_a_file() -> None:
    """Which is how it becomes a campaign's contacts: row 2 first, numbers with their plus."""
    [batch] = Listed("list_id 7 (VIP)", [a_contact(4, "33612345678", "Jean", "Dupont")]).batches()
    assert batch == [Row(2, ("+33612345678", "Jean", "Dupont", "4"))]
