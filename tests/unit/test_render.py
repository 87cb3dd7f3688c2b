import time
import tracemalloc
from collections.abc import Mapping

import pytest

from lecommercial_batch.core.errors import CampaignError
from lecommercial_batch.core.model import Cell, Content, Phone, Reason, Recipient, Rejection, Row
from lecommercial_batch.planning.templates.limits import bare_name, drop_of, file_flaw, flaw_of, name_flaw
from lecommercial_batch.planning.templates.render import Renderer, Wording

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
        "{{ ('{:1000000000}')['format'](5) }}",
        "{{ '{:1000000000}'.format(5) }}",
        "{% for n in prenom.__class__.__subclasses__() %}{{ n }}{% endfor %}",
    ],
)
def test_a_template_cannot_reach_out(text: str) -> None:
    """Templates run in a sandbox: Python's insides are not there."""
    try:
        made = text_of(text, Prénom="Léa")
    except CampaignError:
        return

    assert made == "" or isinstance(made, tuple)


@pytest.mark.parametrize(
    ("text", "code", "hint"),
    [
        ("{{ prenon }}", "unknown_variable", "Prénom"),
        ("{{ prenom", "broken_template", "brace"),
        ("{% if prenom %}", "broken_template", "endif"),
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


def problems_of(text: str, *columns: str) -> list[tuple[str, str, str]]:
    with pytest.raises(CampaignError) as error:
        Renderer(Wording(text=text), columns or ("Prénom", "Nom", "Montant TTC", "Date RDV"), file="campaign.toml")
    return [(each.code, str(each.message), str(each.advice)) for each in error.value.problems]


@pytest.mark.parametrize(
    ("text", "variable"),
    [
        ("{{ Montant TTC }}", "montant_ttc"),
        ("{{ Montant TTC|euros }}", "montant_ttc"),
        ("{{ Date RDV }}", "date_rdv"),
        ('{{ Date RDV|date("jj/mm/aaaa") }}', "date_rdv"),
        ("{{ montant-ttc }}", "montant_ttc"),
        ("{{ montant.ttc }}", "montant_ttc"),
        ("{{ contact.PRENOM }}", "prenom"),
        ("{{ montan_ttc }}", "montant_ttc"),
        ("{{ prenon }}", "prenom"),
        ("{{prenom}", "prenom"),
        ("{prenom}}", "prenom"),
        ("{{{prenom}}}", "prenom"),
        ("{Prénom}", "prenom"),
        ("${prenom}", "prenom"),
        ("{Montant TTC}", "montant_ttc"),
        ("{prenon}", "prenom"),
        ("«Prénom»", "prenom"),
        ("« Prénom »", "prenom"),
        ("[Nom]", "nom"),
        ("[[Montant TTC]]", "montant_ttc"),
        ("<<Nom>>", "nom"),
        ("<Nom>", "nom"),
        ("%PRENOM%", "prenom"),
        ("10 % pour %PRENOM%", "prenom"),
        ("*|PRENOM|*", "prenom"),
        ("#NOM#", "nom"),
        ('{{ "Prénom" }}', "prenom"),
        ('{{ "Montant TTC"|euros }}', "montant_ttc"),
    ],
)
def test_another_way_to_write_a_column_is_answered_with_ours(text: str, variable: str) -> None:
    """Other tools' placeholders, names with spaces and slips of the braces: nobody is to receive them."""
    for _code, message, advice in (problems := problems_of(f"Bonjour {text}, à demain")):
        assert f"{{{{ {variable} }}}}" in advice, message

    assert len(problems) == 1


@pytest.mark.parametrize(
    "text",
    [
        "[Promo] « Bonne année » <3 100% sûr, 20% de plus #Noel #soldes {x} (nom) prenom nom %",
        '{{ "[Nom]" }} et {{ "{prenom}" }}',
        "« nommer », [noms], <nombre>",
        '{{ "Bonjour" }}',
    ],
)
def test_signs_that_hold_no_column_are_left_alone(text: str) -> None:
    """A text may hold brackets; what is meant as it stands can be said."""
    assert isinstance(render(Wording(text=text), {"Prénom": "Léa", "Nom": "Roux"}), Content)


def test_what_is_advised_for_a_column_works() -> None:
    """Whatever the column is called, what the advice writes for it is its variable."""
    for column in ("Montant TTC", "N° client", "1er achat", "if", "Prénom/Nom", "d'où ?", "Œuvre", "self", "Имя"):
        ((_, _, advice),) = problems_of(f"[{column}]".replace("/", "/"), column)
        variable = advice.split("{{ ")[1].split(" }}")[0]
        assert render(Wording(text=f"{{{{ {variable} }}}}"), {column: "x"}) == Content(text="x")


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("{{ prenom.upper }}", "{{ prenom|upper }}"),
        ("{{ prenom.upper() }}", "{{ prenom|upper }}"),
        ("{{ prenom.strip() }}", "{{ prenom|trim }}"),
        ("{{ prenom.split }}", "{{ prenom }}"),
    ],
)
def test_a_method_is_answered_with_its_filter(text: str, answer: str) -> None:
    """`<built-in method upper of str object at 0x7f…>` is no message."""
    ((_, _, advice),) = problems_of(text)

    assert answer in advice


@pytest.mark.parametrize(
    "text", ["{{ prenom['upper'] }}", "{{ prenom|list }}", "{{ none }}", "{{ prenom|map('upper') }}", "{{ [1] }}"]
)
def test_what_is_no_text_is_not_printed(text: str) -> None:
    """Lists, nothings and Python's own things reject the row."""
    assert text_of(text, Prénom="Léa") == (Reason.BAD_VALUE, "")


def test_a_name_is_taken_apart() -> None:
    """What has no filter can be asked of a value."""
    assert text_of('{{ nom.split(" ")[0] }}', Nom="Léa Roux") == "Léa"
    assert text_of("{{ nom[0] }}.", Nom="Roux") == "R."


def test_a_pattern_that_is_not_understood_is_found_before_any_row() -> None:
    """It is the campaign's fault, and the answer says what to write."""
    ((code, message, advice),) = problems_of('{{ date_rdv|date("mm HH") }}')

    assert (code, "month or the minutes" in message, "jj/mm/aaaa" in advice) == ("bad_date_pattern", True, True)


ENDLESS = {
    "multiplied": "{{ 'a' * 10**9 }}",
    "multiplied value": "{{ (nom * 20000) * 20000 }}",
    "list": "{{ ([1] * 10**9)|length }}",
    "power": "{{ 9**999999 }}",
    "power of powers": "{{ (2**9999)**9999 }}",
    "centred": "{{ 'a'|center(10**9) }}",
    "formatted": "{{ '%1000000000d' % 5 }}",
    "rounded": "{{ 1.5|round(1000000000) }}",
    "recursion": "{% macro f(x) %}{{ f(x) }}{% endmacro %}{{ f(1) }}",
    "branching": "{% macro f(n) %}{% if n %}{{ f(n - 1) }}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(99) }}",
    "doubling": "{% macro f(x, n) %}{% if n %}{{ f(x ~ x, n - 1) }}{% else %}{{ x }}{% endif %}{% endmacro %}"
    "{{ f('aa', 60) }}",
    "adding": "{% macro f(x, n) %}{% if n %}{{ f(x + x, n - 1) }}{% endif %}{% endmacro %}{{ f('aa', 60) }}",
    "loops": "{% for a in 'x' * 999 %}{% for b in 'x' * 999 %}{% for c in 'x' * 999 %}{{ a }}"
    "{% endfor %}{% endfor %}{% endfor %}",
    "replaced": "{{ ('a' * 9999)|replace('a', 'b' * 9999) }}",
    "joined": "{{ ('a' * 9999)|list|join('b' * 9999) }}",
    "worked": "{% for a in 'x' * 900 %}{{ (nom * 9000 ~ a)|title|length }}{% endfor %}",
}


@pytest.mark.parametrize("text", ENDLESS.values(), ids=ENDLESS)
def test_what_has_no_end_is_stopped(text: str) -> None:
    """Time and size are bounded in compiling and in the rows; a template that always exceeds stops the campaign.

    The clock is the processor's, so that a busy machine does not matter; the memory is Python's own.
    """
    tracemalloc.start()
    begun = time.process_time()
    try:
        renderer = Renderer(Wording(text=text), ("Nom",), file="campaign.toml")
        people = [Recipient(Row(number, ("Roux",)), Phone("+33641000001")) for number in range(30)]
        with pytest.raises(CampaignError) as error:
            assert {str(renderer.render(each).detail) for each in people} == {"never"}  # type: ignore[union-attr]
        assert error.value.problems[0].code == "endless_template"
    finally:
        spent, (_, most) = time.process_time() - begun, tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert spent < 10  # with the memory traced, which takes several times as long
    assert most < 50_000_000


@pytest.mark.parametrize(
    "text",
    [
        "{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}",
        "{% if 1 %}" * 300 + "{% endif %}" * 300,
        "{% for a in nom %}" * 30 + "{% endfor %}" * 30,
        "{{ " + "9" * 5000 + " }}",
        "{% for a in nom recursive %}{% endfor %}",
        "x" * 20_001,
    ],
)
def test_what_is_too_deep_is_refused_in_our_words(text: str) -> None:
    """The limits of Python and of Jinja are no crash."""
    ((code, _, _),) = problems_of(text)

    assert code == "broken_template"


def test_loops_and_macros_of_a_usual_size_work() -> None:
    """The bounds are far from what messages do."""
    text = "{% for each in nom.split(',') %}- {{ each|title|replace('x', 'y') ~ loop.index }}\n{% endfor %}"

    assert text_of(text, Nom=",".join(["axe"] * 60)) == "\n".join(f"- Aye{n}" for n in range(1, 61))


BAD_NAMES = ("{prenom}", "x[0]", "a]b", 'a"b', "a'b", "l\nm", "a\0b", "a\\\\b", "", "  ", "{}")


@pytest.mark.parametrize("name", BAD_NAMES)
def test_a_name_that_breaks_the_form_is_refused(name: str) -> None:
    """Nothing would be replaced, or half of it, and people would read the placeholder."""
    assert name_flaw(name)
    assert flaw_of(Content(template_id="8d1f6a4e", variables=((name, "x"),)))
    assert not name_flaw(bare_name(name) or "prenom")


@pytest.mark.parametrize("name", ["prenom", "a.b", "a b", "été", "3", " x ", "montant_ttc"])
def test_a_name_that_arrives_as_it_is_written_is_taken(name: str) -> None:
    assert name_flaw(name) is None


def test_what_a_template_does_not_take_is_refused() -> None:
    """The API drops a text beside a template, and variables without one, in silence."""
    assert drop_of(Content(text="x", template_id="8d1f6a4e"))
    assert drop_of(Content(file=PDF, template_id="8d1f6a4e"))
    assert drop_of(Content(text="x", variables=(("a", "b"),)))
    assert drop_of(Content(text="x", file=PDF)) is None
