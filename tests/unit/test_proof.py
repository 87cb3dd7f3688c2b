"""The proof: it changes when, and only when, something that would be sent does."""

import asyncio
import csv
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lecommercial_batch.campaign import load_campaign
from lecommercial_batch.clock import SystemClock
from lecommercial_batch.contacts import open_contacts
from lecommercial_batch.imprint import Among, Imprint, changes, written_proof
from lecommercial_batch.memory import MemoryJournal
from lecommercial_batch.model import Content, Message, Phone
from lecommercial_batch.planning import Plan, make_plan
from lecommercial_batch.way import Way
from tests.conftest import a_message

Person = tuple[str, str, str]  #: first name, number, town


@dataclass(frozen=True)
class Prepared:
    """A campaign and its contacts, as somebody may change them before they are sent."""

    people: tuple[Person, ...]
    text: str = "Bonjour {{ prenom }}"
    file: str = ""
    senders: str = "lyon"
    name: str = "Essai"
    rate: str = "55/min"
    delimiter: str = ";"
    only: str = ""

    def plan(self) -> tuple[Plan, frozenset[tuple[Phone, str, Content]]]:
        """Return the plan, and all that would be sent by it."""
        with TemporaryDirectory() as name:
            folder = Path(name)
            with (folder / "c.csv").open("w", encoding="utf-8-sig", newline="") as file:
                csv.writer(file, delimiter=self.delimiter).writerows(
                    [("Prénom", "Téléphone", "Ville"), *self.people]
                )
            (folder / "c.toml").write_text(self._campaign(), encoding="utf-8")
            way = Way(load_campaign(folder / "c.toml"), open_contacts(folder / "c.csv"))
            journal = MemoryJournal(clock=SystemClock())
            plan = asyncio.run(make_plan(way, journal))
            sent = frozenset(
                (row.phone, row.sender, row.content)
                for row in journal.rows(plan.run)
                if row.phone is not None and row.content is not None
            )
            return plan, sent

    def _campaign(self) -> str:
        only = f'only = {{ ville = ["{self.only}"] }}\n' if self.only else ""
        senders = ", ".join(f'"{name}"' for name in self.senders.split())
        return (
            f'name = "{self.name}"\n[contacts]\nfile = "c.csv"\n{only}'
            f'[message]\ntext = "{self.text}"\nfile = "{self.file}"\n'
            f'[sending]\nsenders = [{senders}]\nrate = "{self.rate}"\n'
        )


def person(number: int, name: str = "Léa", town: str = "Lyon") -> Person:
    return name, f"06410{number:05d}", town


PERSON = st.builds(
    person,
    st.integers(0, 12),
    st.sampled_from(["Léa", "Lea", "Ngọc", "O'Connor", "", "🙂", " Léa "]),
    st.sampled_from(["Lyon", "Paris"]),
)
PEOPLE = st.lists(PERSON, min_size=1, max_size=12).map(tuple)
PREPARED = st.builds(
    Prepared,
    PEOPLE,
    text=st.sampled_from(["Bonjour {{ prenom }}", "Bonjour {{prenom}}", " Bonjour {{ prenom }} ", "Bonsoir"]),
    file=st.sampled_from(["", "https://x.fr/a.pdf", "https://x.fr/{{ ville }}.pdf"]),
    senders=st.sampled_from(["lyon", "lyon paris", "paris lyon"]),
    name=st.sampled_from(["Essai", "Autre"]),
    rate=st.sampled_from(["55/min", "20/s"]),
    delimiter=st.sampled_from([";", ","]),
    only=st.sampled_from(["", "Lyon"]),
)


@st.composite
def two(draw: st.DrawFn) -> tuple[Prepared, Prepared]:
    """Draw a campaign, and what it is after one thing in it was changed, or all of it."""
    before = draw(PREPARED)
    other = draw(PREPARED)
    people = list(before.people)
    place = draw(st.integers(0, len(people) - 1))
    shuffled = tuple(draw(st.permutations(people)))
    return before, draw(
        st.sampled_from(
            [
                other,
                replace(before, people=shuffled),
                replace(before, people=(*people[:place], *draw(PEOPLE), *people[place + 1 :])),
                *(replace(before, **{name: getattr(other, name)}) for name in ("text", "file", "senders")),
                *(replace(before, **{name: getattr(other, name)}) for name in ("name", "rate", "only")),
            ]
        )
    )


@settings(max_examples=150, deadline=None)
@given(two())
def test_the_proof_changes_when_and_only_when_what_would_be_sent_does(pair: tuple[Prepared, Prepared]) -> None:
    """Two plans have one proof exactly where the same messages go to the same people through the same senders."""
    (before, sent_before), (now, sent_now) = (each.plan() for each in pair)

    assert (before.proof == now.proof) == (sent_before == sent_now)
    found = changes(before.imprint, now.imprint)
    phones_before, phones_now = ({phone for phone, _, _ in sent} for sent in (sent_before, sent_now))
    assert found.added.count == len(phones_now - phones_before)
    assert found.gone == len(phones_before - phones_now)
    assert found.changed.count == len(sent_now - sent_before) - found.added.count


@pytest.mark.parametrize(
    "change",
    [
        {"people": (person(1, "Léo"), person(2))},
        {"people": (person(1), person(3))},
        {"people": (person(1),)},
        {"people": (person(1), person(2), person(3))},
        {"text": "Bonjour  {{ prenom }}"},
        {"file": "https://x.fr/a.pdf"},
        {"senders": "paris"},
    ],
)
def test_a_change_to_what_is_sent_changes_the_proof(change: dict[str, str]) -> None:
    """One letter, one number, one person more or less, one space within the text, a file, a sender."""
    prepared = Prepared((person(1), person(2)))

    assert replace(prepared, **change).plan()[0].proof != prepared.plan()[0].proof  # type: ignore[arg-type]  # a person's or a text


@pytest.mark.parametrize(
    "change",
    [
        {"people": (person(2), person(1))},
        {"people": (person(1, town="Nice"), person(2))},
        {"people": (person(1), person(2), person(1, "Double"), ("Mauvais", "n/a", ""))},
        {"people": ((" Léa ", "+33 6 41 00 00 01", "Lyon"), person(2))},
        {"text": "  Bonjour {{prenom}} {# à relire #}  "},
        {"name": "Autre"},
        {"rate": "1/s"},
        {"delimiter": ","},
    ],
)
def test_a_change_to_anything_else_does_not(change: dict[str, str]) -> None:
    """Such as the order of rows, a column nobody reads, a row left out, another writing of a number, the pace."""
    prepared = Prepared((person(1), person(2)))

    assert replace(prepared, **change).plan()[0].proof == prepared.plan()[0].proof  # type: ignore[arg-type]  # as above


def imprint(messages: Sequence[Message], **parts: str) -> Imprint:
    made = Imprint(parts=parts)
    made.add(messages)
    return made


def test_what_has_changed_is_told() -> None:
    """Places of the campaign, people more and less, and whose message is another, with their rows."""
    before = imprint([a_message(number) for number in range(2, 12)], text="a", senders="lyon", file="x")
    after = [a_message(number, text="Salut" if number % 2 else "Bonjour") for number in range(4, 20)]
    now = imprint(after, text="b", senders="lyon", variables="y")

    found = changes(Imprint.unpacked(before.parts, *before.packed()), now)

    assert found.parts == ("text", "variables", "file")
    assert found.added == Among(count=8, rows=(12, 13, 14, 15, 16))
    assert found.changed == Among(count=4, rows=(5, 7, 9, 11))
    assert found.gone == 2


def test_many_people_are_compared_in_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    """Comparing by groups, which bounds the memory it takes, comes to the same."""
    before = imprint([a_message(number) for number in range(2, 60)])
    now = imprint([a_message(number, text=f"{number // 50}") for number in range(30, 90)])
    whole = changes(before, now)

    monkeypatch.setattr("lecommercial_batch.imprint._COMPARED", 10)

    assert changes(before, now) == whole


def test_a_proof_does_not_depend_on_where_chunks_end() -> None:
    """However messages come in, and on every machine, they have one proof."""
    messages = [a_message(number) for number in range(2, 12)]
    apart = imprint(messages[:3])
    apart.add(messages[3:])

    assert apart.proof == imprint(messages[::-1]).proof == "QTFE-J2FG"


@pytest.mark.parametrize("written", ["K7QF-2MXO", " k7qf2mxo ", "K7QF 2MX0", "K7QF–2MXO"])
def test_a_proof_is_read_as_people_write_it(written: str) -> None:
    """In small letters, without its dash, or with a nought for its O."""
    assert written_proof(written) == "K7QF-2MXO"


LETTERS = st.text(st.sampled_from('a1 "[,'), max_size=4)
CONTENT = st.builds(Content, text=LETTERS, file=LETTERS) | st.builds(
    Content,
    template_id=st.just("8d1f6a4e-5b2c-4f7d-9a3e-1c2b3a4d5e6f"),
    variables=st.lists(st.tuples(LETTERS, LETTERS), max_size=2).map(tuple),
)
MESSAGE = st.builds(
    lambda sender, content: replace(a_message(2), sender=sender, content=content), LETTERS, CONTENT
)


@given(MESSAGE, MESSAGE)
def test_no_part_is_taken_for_another(one: Message, other: Message) -> None:
    """The end of a text and the beginning of an attachment, a sender and a text: each stays its own."""
    assert (imprint([one]).proof == imprint([other]).proof) == (one == other)
