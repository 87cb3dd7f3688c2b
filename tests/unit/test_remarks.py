"""What is odd about messages that can be sent all the same."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from lecommercial_batch.contacts import open_contacts
from lecommercial_batch.core.errors import Problem, Severity
from lecommercial_batch.core.model import Content, Message, Rejection
from lecommercial_batch.planning.campaign.campaign import load_campaign
from lecommercial_batch.planning.pipeline import Way

STOP = " STOP pour ne plus rien recevoir."


class Desk:
    """A campaign over a contact file of first names, towns and numbers."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def way(self, message: str, *people: str) -> Way:
        rows = "".join(f"{person};06410000{number:02d}\n" for number, person in enumerate(people or ("Léa;Lyon",)))
        (self._folder / "c.csv").write_text(f"Prénom;Ville;Tel\n{rows}", encoding="utf-8")
        text = f'name = "x"\n[contacts]\nfile = "c.csv"\n[message]\n{message}\n'
        (self._folder / "c.toml").write_text(text, encoding="utf-8")
        return Way(load_campaign(self._folder / "c.toml"), open_contacts(self._folder / "c.csv", name="c.csv"))

    def odd(self, message: str, *people: str) -> Mapping[str, Problem]:
        way = self.way(message, *people)
        assert all(isinstance(each, Message) for each in way.rows())
        return {each.code: each for each in way.remarked()}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.mark.parametrize(
    "text",
    [
        "Bonjour {{ prenom }} !",
        "*Bonjour {{ prenom }} !* Une _bonne_ ~mauvaise~ nouvelle.",
        "*Bonjour*, *{{ prenom }}*",
        "un hôtel 5* à ~10 min : https://x.fr/a_b_c_d et prenom_nom",
        "* un\\n* deux\\n- trois : 3 * 4 = 12",
        "(*gras*) « _penché_ »",
        "Signature : ______",
    ],
)
def test_what_is_as_it_should_be_is_not_remarked(desk: Desk, text: str) -> None:
    """Pairs of marks, lists, stars of hotels, addresses with underscores."""
    assert desk.odd(f'text = "{text}{STOP}"') == {}


@pytest.mark.parametrize(
    "text",
    ["*Bonjour {{ prenom }}", "Bonjour {{ prenom }}* !", "*Bon*jour*", "*Bonjour\\n{{ prenom }}*", "_Bonjour"],
)
def test_a_mark_without_its_pair_is_remarked(desk: Desk, text: str) -> None:
    """In the text itself it is the campaign's fault; a line's end closes nothing."""
    odd = desk.odd(f'text = "{text}{STOP}"', "Léa;Lyon", "Max;Nice")

    assert list(odd) == ["lone_mark"]
    assert (odd["lone_mark"].column, odd["lone_mark"].rows) == ("message.text", ())
    assert odd["lone_mark"].severity is Severity.WARNING


def test_a_mark_in_a_value_is_remarked_with_its_rows(desk: Desk) -> None:
    """Also where the campaign's own marks are in every message."""
    odd = desk.odd(f'text = "*{{{{ prenom }}}}* de *{{{{ ville }}}}*{STOP}"', "Léa;Lyon", "Max*;Nice", "Zoé;Lyon")

    assert (odd["lone_mark"].file, odd["lone_mark"].column) == ("c.csv", "Prénom")
    assert (odd["lone_mark"].rows, odd["lone_mark"].count) == ((3,), 1)


@pytest.mark.parametrize("text", ["Bonjour {age}", "Bonjour { {age} }", "Bonjour age }}"])
def test_braces_that_are_left_over_are_remarked(desk: Desk, text: str) -> None:
    """A variable with one brace too few is sent as it is written: that is seen before."""
    odd = desk.odd(f'text = "{text}{STOP}"')

    assert (odd["leftover_brace"].column, odd["leftover_brace"].rows) == ("message.text", ())


@pytest.mark.parametrize("value", ["{{ ville }}", "{nom}", "{"])
def test_a_value_that_holds_a_placeholder_is_remarked(desk: Desk, value: str) -> None:
    """A merge that was never done upstream: the cell is named."""
    odd = desk.odd(f'text = "Bonjour {{{{ prenom }}}}{STOP}"', "Léa;{x}", f"{value};Lyon")

    assert list(odd) == ["placeholder_in_value"]
    assert (odd["placeholder_in_value"].column, odd["placeholder_in_value"].rows) == ("Prénom", (3,))


def test_the_variables_of_a_template_are_looked_at(desk: Desk) -> None:
    """The server would replace placeholders inside of them."""
    template = 'template_id = "8d1f6a4e-5b2c-4f7d-9a3e-1c2b3a4d5e6f"\nvariables = { p = "{{ prenom }}" }'

    assert list(desk.odd(template, "Léa;Lyon", "{nom};Lyon")) == ["placeholder_in_value"]
    assert desk.odd(template) == {}


@pytest.mark.parametrize(
    "text", ["Répondez STOP", "Se désabonner : https://x.fr", "Pour ne plus en recevoir, dites-le", "Reply stop"]
)
def test_ways_to_opt_out_are_known(desk: Desk, text: str) -> None:
    assert desk.odd(f'text = "Bonjour {{{{ prenom }}}}. {text}"') == {}


def test_a_missing_way_to_opt_out_is_remarked(desk: Desk) -> None:
    """Where no message has it the campaign lacks it; where some have it, those rows do."""
    everywhere = desk.odd('text = "Stopper les fuites"')["no_opt_out"]
    somewhere = desk.odd("text = \"Oui{% if ville == 'Lyon' %}, STOP{% endif %}\"", "Léa;Lyon", "Max;Nice")

    assert (everywhere.column, everywhere.rows) == ("message.text", ())
    assert (somewhere["no_opt_out"].file, somewhere["no_opt_out"].rows) == ("c.csv", (3,))


def test_a_missing_signature_is_remarked(desk: Desk) -> None:
    """With `signature`, each message has to say who it is from."""
    message = f'text = "{{{{ ville }}}} vous salue.{STOP}"\nsignature = "Garage Martin"'

    odd = desk.odd(message, "Léa;Garage Martin", "Max;Garage Durand")

    assert odd["no_signature"].rows == (3,)
    assert "Garage Martin" in str(odd["no_signature"].message)


def test_an_empty_value_is_printed_where_that_is_allowed(desk: Desk) -> None:
    """Nothing stands in its place, and the rows are listed; by default they are rejected."""
    message = f"text = \"Bonjour {{{{ prenom }}}},{STOP} {{{{ ville|default('-') }}}}\""
    people = ("Léa;Lyon", ";Nice", "Max;")

    way = desk.way(f'{message}\non_empty = "allow"', *people)
    made = [each.content.text for each in way.rows() if isinstance(each, Message)]
    refused = [each.row.number for each in desk.way(message, *people).rows() if isinstance(each, Rejection)]

    assert made == [f"Bonjour Léa,{STOP} Lyon", f"Bonjour ,{STOP} Nice", f"Bonjour Max,{STOP} -"]
    (remark,) = way.remarked()
    assert (remark.code, remark.column, remark.rows, remark.count) == ("empty_value", "Prénom", (3,), 1)
    assert refused == [3]


def test_an_empty_value_goes_through_the_filters(desk: Desk) -> None:
    """Where it is allowed, a filter makes nothing of nothing."""
    way = desk.way(f'text = "{{{{ prenom|title }}}}{{{{ ville|euros }}}}.{STOP}"\non_empty = "allow"', ";")

    (message,) = way.rows()

    assert isinstance(message, Message)
    assert message.content == Content(text=f".{STOP}")
    assert {each.column for each in way.remarked()} == {"Prénom", "Ville"}


def test_many_rows_are_counted_and_the_first_named(desk: Desk) -> None:
    """Memory stays small, however many rows are odd; each pass begins anew."""
    people = [f"P{n};{'*Lyon' if n % 2 else 'Lyon'}" for n in range(60)]
    way = desk.way(f'text = "{{{{ ville }}}}{STOP}"', *people)

    for _ in range(2):
        assert len(list(way.rows())) == 60

    (remark,) = way.remarked()
    assert (remark.rows, remark.count) == ((3, 5, 7, 9, 11), 30)


def test_typography_is_left_as_it_is_written(desk: Desk) -> None:
    """No-break spaces before « : ; ! ? € » stay; only the message's ends are trimmed."""
    text = "« Bonjour\u00a0»\u202f: {{ prenom }}\u202f! {{ ville }}\u00a0€\u202f? STOP\u202f;"
    way = desk.way(f'text = " {text}\\n "', "Léa;1\u202f234,50")

    (message,) = way.rows()

    assert isinstance(message, Message)
    assert message.content.text == text.replace("{{ prenom }}", "Léa").replace("{{ ville }}", "1\u202f234,50")
    assert way.remarked() == []


def test_a_variants_fault_is_its_own(desk: Desk) -> None:
    """What all messages of one variant have in common is said once, at its place in the campaign file."""
    variants = "".join(
        f'[[message.variants]]\nname = "{name}"\ntext = "{text}"\n'
        for name, text in (("court", f"Bonjour{STOP}"), ("long", "Bonjour {{ prenom }}"))
    )
    way = desk.way(variants, *(f"P{n};Lyon" for n in range(40)))

    made = [each.variant for each in way.rows() if isinstance(each, Message)]

    assert set(made) == {"court", "long"}
    assert [(each.code, each.column, each.rows) for each in way.remarked()] == [
        ("no_opt_out", "message.variants.long.text", ())
    ]
