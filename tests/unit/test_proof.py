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

from lecommercial_batch.app.settings import load_settings
from lecommercial_batch.contacts import open_contacts
from lecommercial_batch.core.clock import SystemClock
from lecommercial_batch.core.model import Content, Message, Phone
from lecommercial_batch.core.proof import what_of, written_proof
from lecommercial_batch.journal.memory.journal import MemoryJournal
from lecommercial_batch.planning.campaign.campaign import load_campaign
from lecommercial_batch.planning.fingerprint import Among, Imprint, changes
from lecommercial_batch.planning.manner import Manner
from lecommercial_batch.planning.pipeline import Way
from lecommercial_batch.planning.plan import Plan, make_plan
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

    found = changes(Imprint.unpacked(before.parts, *before.packed(), manner={}), now)

    assert found.parts == ("text", "variables", "file")
    assert found.added == Among(count=8, rows=(12, 13, 14, 15, 16))
    assert found.changed == Among(count=4, rows=(5, 7, 9, 11))
    assert found.gone == 2


def test_many_people_are_compared_in_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    """Comparing by groups, which bounds the memory it takes, comes to the same."""
    before = imprint([a_message(number) for number in range(2, 60)])
    now = imprint([a_message(number, text=f"{number // 50}") for number in range(30, 90)])
    whole = changes(before, now)

    monkeypatch.setattr("lecommercial_batch.planning.fingerprint._COMPARED", 10)

    assert changes(before, now) == whole


def test_a_proof_does_not_depend_on_where_chunks_end() -> None:
    """However messages come in, and on every machine, they have one proof."""
    messages = [a_message(number) for number in range(2, 12)]
    apart = imprint(messages[:3])
    apart.add(messages[3:])

    assert apart.proof == imprint(messages[::-1]).proof == "QTFE-J2FG-IQJW"


@pytest.mark.parametrize("written", ["K7QF-2MXO-7B3D", " k7qf2mxo7b3d ", "K7QF 2MX0 7B3D", "K7QF–2MXO–783D"])
def test_a_proof_is_read_as_people_write_it(written: str) -> None:
    """In small letters, without its dashes, or with a nought for its O."""
    assert written_proof(written) == "K7QF-2MXO-7B3D"


HOW = """
[senders.lyon]
appkey_env = "{app}"
authkey_env = "{auth}"
{style}
"""


def manner(folder: Path, **changes: str) -> Manner:
    """Return how a campaign of one sender would be sent, with something changed in its file, styles or keys."""
    given = {
        "app": "LECOMMERCIAL_APP",
        "auth": "LECOMMERCIAL_AUTH",
        "style": "",
        "sending": "",
        "schedule": "",
    } | changes
    (folder / "senders.toml").write_text(HOW.format(**given), encoding="utf-8")
    (folder / "c.toml").write_text(
        'name = "x"\n[contacts]\nfile = "c.csv"\n[message]\ntext = "x"\n'
        f'[sending]\nsenders = ["lyon"]\n{given["sending"]}\n{given["schedule"]}',
        encoding="utf-8",
    )
    keys = {
        "LECOMMERCIAL_APP": "app-key-1",
        "LECOMMERCIAL_AUTH": "auth-key-1",
        "LECOMMERCIAL_OTHER": "another-key",
    }
    campaign = load_campaign(folder / "c.toml")
    return load_settings(folder=folder, environment=keys).manner(campaign.options, campaign.senders)


SCHEDULE = "[schedule]\nstart = 2026-12-24T10:00:00\n"


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"app": "LECOMMERCIAL_OTHER"}, "senders.lyon.appkey"),
        ({"auth": "LECOMMERCIAL_OTHER"}, "senders.lyon.authkey"),
        ({"style": 'variables_style = "json"'}, "senders.lyon.variables_style"),
        ({"style": 'success_style = "cloud"'}, "senders.lyon.success_style"),
        ({"sending": 'delivery = "at-least-once"'}, "sending.delivery"),
        ({"schedule": SCHEDULE.replace("24T", "25T")}, "schedule.start"),
        ({"schedule": SCHEDULE + 'window = "00:00-24:00"'}, "schedule.window"),
        ({"schedule": SCHEDULE + 'days = "Mon-Sun"'}, "schedule.days"),
        ({"schedule": SCHEDULE + "holidays = []"}, "schedule.holidays"),
        ({"schedule": SCHEDULE + 'timezone = "Indian/Reunion"'}, "schedule.timezone"),
        ({"schedule": ""}, "schedule.window"),
    ],
)
def test_a_change_of_how_it_is_sent_changes_the_proof(tmp_path: Path, change: dict[str, str], place: str) -> None:
    """From another phone, in another form, at other hours, or perhaps twice; and it is told which."""
    before, now = (
        Imprint(manner=manner(tmp_path, **each))
        for each in ({"schedule": SCHEDULE}, {"schedule": SCHEDULE} | change)
    )

    assert what_of(now.proof) == what_of(before.proof)
    assert now.proof != before.proof
    assert place in changes(Imprint.unpacked({}, *before.packed(), manner=before.manner.parts), now).parts


@pytest.mark.parametrize(
    "change", [{"sending": 'rate = "1/s"'}, {"style": 'rate = "1/s"'}, {"style": 'encoding = "multipart"'}]
)
def test_the_pace_and_the_form_of_list_calls_are_no_part_of_it(tmp_path: Path, change: dict[str, str]) -> None:
    """Nobody receives them: they can be changed after the approval."""
    assert manner(tmp_path, **change).code == manner(tmp_path).code


def test_a_proof_without_keys_is_known_to_be_one(tmp_path: Path) -> None:
    """Who previews where keys are missing prints what who sends can work out, and all else of it is covered."""
    known, unknown = Imprint(manner=manner(tmp_path)), Imprint(manner=manner(tmp_path, app="LECOMMERCIAL_MISSING"))

    assert unknown.manner.keys == {}
    assert unknown.proof == unknown.proof_without_keys == known.proof_without_keys != known.proof
    assert changes(Imprint.unpacked({}, *unknown.packed(), manner=unknown.manner.parts), known).parts == ()


def test_no_key_can_be_found_by_what_is_kept_of_it(tmp_path: Path) -> None:
    """Twenty bits of a slow hash: a million million keys share each, and none is written anywhere."""
    kept = manner(tmp_path).keys

    assert kept["senders.lyon.appkey"] != kept["senders.lyon.authkey"]
    assert all(len(each) == 4 for each in kept.values())
    assert "key" not in "".join(kept.values())


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
    assert (imprint([one]).proof == imprint([other]).proof) == (in_any_order(one) == in_any_order(other))


def in_any_order(message: Message) -> Message:
    content = message.content
    return replace(message, content=replace(content, variables=tuple(sorted(content.variables))))


def test_the_order_of_a_template_s_variables_does_not_matter() -> None:
    """The server takes them by their names: a line moved in [message.variables] keeps the approval."""
    content = Content(template_id="8d1f6a4e", variables=(("a", "1"), ("b", "2")))
    turned = replace(content, variables=content.variables[::-1])

    one, other = (imprint([replace(a_message(2), content=each)]) for each in (content, turned))

    assert one.proof == other.proof
