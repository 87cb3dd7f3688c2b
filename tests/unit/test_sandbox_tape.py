"""A sandbox's file: what it keeps, and what it does with a damaged one."""

import json
import stat
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from lecommercial_batch.sandbox.book import Person
from lecommercial_batch.sandbox.endpoints import Endpoint
from lecommercial_batch.sandbox.php import Form
from lecommercial_batch.sandbox.rules import Draft
from lecommercial_batch.sandbox.settings import APPKEY, AUTHKEY, Settings
from lecommercial_batch.sandbox.state import State
from lecommercial_batch.sandbox.tape import Tape, TapeError

SETTINGS = Settings(people=(Person(phone="331", name="A", lists=(3,)),))
ZOE: Form = {"authkey": AUTHKEY, "list_id": "7", "phone": "332", "name": "Zoé"}


def take(state: State, text: str) -> None:
    fields: Form = {"authkey": AUTHKEY, "appkey": APPKEY, "to": "33612345678", "message": text}
    draft = state.examine(Endpoint.CREATE_MESSAGE, fields)
    assert isinstance(draft, Draft)
    state.take(draft, at=1.5)


Start = Callable[..., State]


@pytest.fixture
def start(path: Path) -> Iterator[Start]:
    """Start a sandbox with the file, as often as wanted; none is closed before the end, as after a crash."""
    with ExitStack() as stack:

        def start(settings: Settings = SETTINGS) -> State:
            state = State(settings, Tape(path))
            stack.callback(state.close)
            return state

        yield start


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "rehearsal.jsonl"


def test_a_sandbox_goes_on_where_it_was(start: Start) -> None:
    """Messages, contacts and their ids; the people of a new sandbox are not added again."""
    first = start()
    take(first, "Été")
    first.carry_out(Endpoint.ADD_CONTACT, ZOE)
    first.carry_out(Endpoint.UPDATE_CONTACT, {"phone": "331", "name": "B"})
    first.carry_out(Endpoint.REMOVE_CONTACT, {"list_id": "3", "phone": "331"})

    second = start(Settings(people=()))
    assert second.received() == first.received()
    assert [second.contacts(number) for number in (3, 7)] == [(), first.contacts(7)]
    second.carry_out(Endpoint.ADD_CONTACT, ZOE | {"list_id": 3, "phone": "333"})
    assert [contact.id for contact in second.contacts(3)] == [3]
    assert start().contacts(3) == second.contacts(3)


def test_what_was_forgotten_stays_forgotten(start: Start) -> None:
    """Contacts are kept."""
    first = start()
    take(first, "a")
    first.clear()
    take(first, "b")
    assert [message.text for message in start().received()] == ["b"]
    assert len(start().contacts(3)) == 1


def test_a_line_that_a_crash_cut_short_is_dropped(path: Path, start: Start) -> None:
    """All before it is kept, and the next line does not run into it."""
    take(start(), "a")
    with path.open("ab") as file:
        file.write(b'{"message":{"to":"33')
    take(start(), "b")
    assert [message.text for message in start().received()] == ["a", "b"]


def test_it_holds_no_key_and_is_its_owners_alone(path: Path, start: Start) -> None:
    """People's numbers are in it."""
    state = start()
    state.carry_out(Endpoint.ADD_CONTACT, ZOE)
    take(state, "a")
    text = path.read_text(encoding="utf-8")
    assert "332" in text
    assert AUTHKEY not in text
    assert APPKEY not in text
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "text",
    [
        "Prénom;Téléphone\r\n",
        "{}\n",
        "[1]\n",
        json.dumps({"file": "lecommercial-batch sandbox"}) + "\n",
        json.dumps({"file": "lecommercial-batch sandbox", "lists": {}, "people": []}) + '\n{"what": 1}\n',
        json.dumps({"file": "lecommercial-batch sandbox", "lists": {}, "people": []}) + "\nnot JSON\n{}\n",
        json.dumps({"file": "lecommercial-batch sandbox", "lists": {}, "people": [["1"]]}) + "\n",
        json.dumps({"file": "lecommercial-batch sandbox", "lists": {}, "people": []}) + '\n{"message": {}}\n',
    ],
)
def test_another_file_is_refused_and_left_as_it_is(path: Path, start: Start, text: str) -> None:
    """Somebody's contact file, for one."""
    path.write_text(text, encoding="utf-8", newline="")
    with pytest.raises(TapeError):
        start()
    assert path.read_bytes() == text.encode()
