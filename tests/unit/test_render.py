from collections.abc import Mapping

import pytest

from lecommercial_batch.errors import CampaignError
from lecommercial_batch.limits import file_flaw
from lecommercial_batch.model import Cell, Content, Phone, Reason, Recipient, Rejection, Row
from lecommercial_batch.render import Renderer, Wording

PDF = "https://example.fr/devis.pdf"


def render(wording: Wording, cells: Mapping[str, Cell]) -> Content | Rejection:
    renderer = Renderer(wording, tuple(cells), file="campaign.toml")
    return renderer.render(Recipient(Row(2, tuple(cells.values())), Phone("+33641000001")))


def text_of(text: str, **cells: Cell) -> str | tuple[Reason, str]:
    made = render(Wording(text=text), cells)
    return made.text if isinstance(made, Content) else (made.reason, made.column)


@pytest.mark.parametrize(
    ("text", "cell", "shown"),
    [
        ("Bonjour {{ prenom }}", "Léa", "Bonjour Léa"),
        ("Bonjour {{ prénom }}", "Léa", "Bonjour Léa"),
        ("Bonjour {{ PRENOM }}", "  Léa  ", "Bonjour Léa"),
        ('Bonjour {{ prenom|default("à vous") }}', "", "Bonjour à vous"),
        ('Bonjour {{ prenom|title|default("à vous") }}', " ", "Bonjour à vous"),
        ('Bonjour {{ prenom or "à vous" }}', "", "Bonjour à vous"),
        ("Bonjour{% if prenom %} {{ prenom }}{% endif %},", "", "Bonjour,"),
        ("Bonjour{% if prenom %} {{ prenom }}{% endif %},", "Léa", "Bonjour Léa,"),
        ('{% if prenom == "" %}vide{% else %}plein{% endif %}', "", "vide"),
        ('{% if prenom == "Léa" %}oui{% else %}non{% endif %}', "", "non"),
        ("{{ prenom }} {{ 12.5 }}", 3, "3 12,5"),
        ("  \n Bonjour \n", "x", "Bonjour"),
        ("{{ prenom }}", "{{ prenom }}", "{{ prenom }}"),
        ("{{ prenom }}", "<b>&", "<b>&"),
    ],
)
def test_a_message_is_filled(text: str, cell: Cell, shown: str) -> None:
    """Columns are found whatever their writing; an empty cell is false and replaceable; values are only data."""
    assert text_of(text, Prénom=cell) == shown


@pytest.mark.parametrize(
    "text", ["{{ prenom }}", "{{ prenom|upper }}", "{{ prenom|title }}", '{{ "a" ~ prenom }}']
)
def test_an_empty_cell_is_never_printed(text: str) -> None:
    """« Bonjour , » is the commonest shame: the row is rejected, and the column named."""
    assert text_of(text, Prénom=" \t") == (Reason.MISSING_VALUE, "Prénom")


@pytest.mark.parametrize("text", ["{{ montant|euros }}", "{{ montant|date }}", "{{ 1 // 0 }}", "{{ montant.x }}"])
def test_what_cannot_be_made_is_rejected(text: str) -> None:
    """A value that a filter can make nothing of rejects its row, and no exception gets out."""
    made = text_of(text, Montant="beaucoup")

    assert made[0] is Reason.BAD_VALUE


@pytest.mark.parametrize(
    "text",
    [
        "{{ prenom.__class__.__mro__ }}",
        "{{ ''.__class__ }}",
        "{{ prenom.format.__globals__ }}",
        "{% for n in prenom.__class__.__subclasses__() %}{{ n }}{% endfor %}",
    ],
)
def test_a_template_cannot_reach_out(text: str) -> None:
    """Templates run in a sandbox: Python's insides are not there."""
    made = text_of(text, Prénom="Léa")

    assert made == "" or isinstance(made, tuple)


@pytest.mark.parametrize(
    ("text", "code", "hint"),
    [
        ("{{ prenon }}", "unknown_variable", "Prénom"),
        ("{{ prenom", "broken_template", "brace"),
        ("{% if prenom %}", "broken_template", ""),
        ("{{ prenom|titel }}", "broken_template", "title"),
        ("{{ nom }}", "ambiguous_variable", "Rename"),
        ("{% include 'x' %}", "broken_template", "whole message"),
        ("{{ range(3) }}", "unknown_variable", "columns"),
    ],
)
def test_a_broken_template_is_found_before_any_row(text: str, code: str, hint: str) -> None:
    """What no row could be rendered with is an error of the campaign, with the nearest name."""
    with pytest.raises(CampaignError) as error:
        Renderer(Wording(text=text), ("Prénom", "Nom", "NOM"), file="campaign.toml")

    (problem,) = error.value.problems
    assert problem.code == code
    assert hint in f"{problem.message} {problem.advice}"


def test_every_unknown_variable_is_named_at_once() -> None:
    """Three misspelt variables are three problems."""
    with pytest.raises(CampaignError) as error:
        Renderer(Wording(text="{{ a }} {{ b }}", file="{{ c }}"), ("Prénom",), file="campaign.toml")

    assert len(error.value.problems) == 3


@pytest.mark.parametrize(("length", "too_long"), [(1000, False), (1001, True)])
def test_length_is_counted_in_code_points_after_trimming(length: int, too_long: bool) -> None:
    """A thousand characters are allowed, an emoji being one, blanks at the ends none."""
    made = render(Wording(text=f"  {{{{ x }}}}{'é' * (length - 1)}  "), {"x": "😀"})

    assert isinstance(made, Rejection) == too_long
    if isinstance(made, Rejection):
        assert made.reason is Reason.TOO_LONG
        assert "1001" in str(made.detail)


def test_a_message_of_nothing_is_rejected() -> None:
    """The API requires a text."""
    assert text_of("{% if x %}{{ x }}{% endif %}", x="") == (Reason.EMPTY_MESSAGE, "")


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        (PDF, True),
        ("http://example.fr/a.JPG", True),
        ("ftp://example.fr/a.pdf", False),
        ("devis.pdf", False),
        ("https://example.fr/devis 1.pdf", False),
        ("https://example.fr/a.pdf?x=1", False),
        ("https://example.fr/a.exe", False),
        (f"https://example.fr/{'a' * 177}.pdf", True),
        (f"https://example.fr/{'a' * 178}.pdf", False),
    ],
)
def test_an_attachment_is_what_the_api_takes(address: str, allowed: bool) -> None:
    """An http(s) address of 200 characters at most that ends in an allowed extension."""
    assert (file_flaw(address) is None) == allowed


def test_a_value_with_another_placeholder_is_rejected() -> None:
    """The server would replace inside it too: one variable's value cannot hold another's name."""
    template = "8d1f6a4e-0000-4000-8000-000000000001"
    wording = Wording(template_id=template, variables={"prenom": "{{ p }}", "nom": "{{ n }}"})

    fine = render(wording, {"p": "Léa", "n": "Roux"})
    bad = render(wording, {"p": "a {nom} b", "n": "Roux"})

    assert fine == Content(template_id=template, variables=(("prenom", "Léa"), ("nom", "Roux")))
    assert isinstance(bad, Rejection)
    assert bad.reason is Reason.BAD_VALUE


def test_a_bad_value_names_its_column() -> None:
    """The person is sent to the cell; where two hold the same, to the row only."""
    wording = Wording(text="{{ nom }} {{ montant|euros }}")
    made = render(wording, {"Nom": "Léa", "Montant ": " beaucoup"})
    twice = render(wording, {"Nom": "beaucoup", "Montant ": "beaucoup"})

    assert isinstance(made, Rejection)
    assert made.column == "Montant "
    assert isinstance(twice, Rejection)
    assert twice.column == ""


@pytest.mark.parametrize(
    "text",
    [
        "{% set seen = nom if nom == 'A' else 'none' %}{{ seen }}",
        "{% for letter in nom %}{{ loop.index }}{{ letter }}{% endfor %}",
        "{% macro greet(who) %}Bonjour {{ who }}{% endmacro %}{{ greet(nom) }}",
        "{% set nom = nom ~ '!' %}{{ nom }}",
        "{% with x = nom %}{{ x }}{% endwith %}",
    ],
)
def test_one_row_leaves_nothing_to_the_next(text: str) -> None:
    """What a template sets for one person is not there for the next, as with a template made anew."""
    renderer = Renderer(Wording(text=text), ("Nom", "Prénom"), file="campaign.toml")
    people = [Recipient(Row(n, (name, "x")), Phone("+33641000001")) for n, name in enumerate("AABCA")]

    together = [renderer.render(each) for each in people]
    apart = [Renderer(Wording(text=text), ("Nom", "Prénom"), file="c.toml").render(each) for each in people]

    assert together == apart


def test_a_message_is_one_piece() -> None:
    with pytest.raises(CampaignError, match="one piece"):
        Renderer(Wording(text="{% block a %}{{ nom }}{% endblock %}"), ("Nom",), file="campaign.toml")
