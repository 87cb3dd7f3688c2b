"""What is said of broken templates is ours: Jinja's English reaches nobody."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import TemplateSyntaxError

from lecommercial_batch.planning.templates.bounds import Environment
from lecommercial_batch.planning.templates.template import Compiler
from lecommercial_batch.planning.templates.template_faults import fault_of

COLUMNS = ("Prénom", "Nom")
#: One for each fault that Jinja's parser, lexer and compiler can find in what a message may hold, and more.
BROKEN = [
    "{{ prenom",
    "{{prenom}",
    "{% if prenom %}",
    "{% si prenom %}x{% finsi %}",
    "{{ prenom|titel }}",
    "{{ a b }}",
    "{{ prenom|default( }}",
    "{{ prenom|default('x' }}",
    "{{ 'abc }}",
    "{% for %}",
    "{% for x in %}{% endfor %}",
    "{% endif %}",
    "{% if %}{% endif %}",
    "{{ }}",
    "{{ prenom | }}",
    "{{ prenom is foo }}",
    "{{ prenom ° }}",
    "{# note",
    "{% set %}",
    "{% set x %}",
    "{% set 1 = 2 %}",
    "{% macro %}",
    "{% else %}",
    "{% if prenom %}{% endfor %}",
    "{{ prenom. }}",
    "{{ prenom[ }}",
    "{{ (1 }}",
    "{{ 1) }}",
    "{{ [1) }}",
    "{{ prenom|default('x')) }}",
    "{% if prenom = 'x' %}{% endif %}",
    "{% raw %}",
    "{% with %}",
    "{% call x %}{% endcall %}",
    "{% macro f(a=1,b) %}{% endmacro %}",
    "{% autoescape %}",
    "{% block a-b %}",
    "{% block a %}{% endblock %}{% block a %}{% endblock %}",
    "{% from x import _y %}",
    "{% import 'x' %}",
    "{% extends 'a' %}{% extends 'b' %}",
    "{% for loop in prenom %}{% endfor %}",
    "{{ f(a=1, 2) }}",
    "{{ f(**a, *b) }}",
    "{{ prenom is a is b }}",
    "{% prenom %}",
    "{%",
    "{{",
    "{#",
    "{% %}",
    "{{ prenom!r }}",
    "{{ prenom? }}",
    "{{ $x }}",
    '{{ "a }}',
    "{{ 'a\\xZZ' }}",
    "{{ prenom if }}",
    "{{ 1 if }}",
    "{{ not }}",
    "{{ prenom|1 }}",
    "{{ prenom|default 'x' }}",
    "{{ prenom|date('x) }}",
    "{{ prenom;nom }}",
    "{{ {'a':} }}",
    "{% print %}",
    "{% include %}",
    "{% do x %}",
    "{% break %}",
    "{% filter %}{% endfilter %}",
    "{% filter foo %}{% endfilter %}",
    "{% if a %}{% elseif b %}{% endif %}",
    "{% for a in prenom %}{% endif %}",
    "{% macro f(caller) %}{{ caller() }}{% endmacro %}",
    "{{ 1_ }}",
    "{{ 0x }}",
    "{{ a:b }}",
    "{{ prenom }}}}",
    "}}",
    "%}",
    "{{ {{ prenom }} }}",
    "{{ \\ }}",
    "{{ loop }}{% for x in prenom %}{{ loop( }}{% endfor %}",
    "{% set a.b.c = 1 %}",
    "{% set x = 1 %}{{ 'é'é }}",
    "{{ 'a' 1 }}",
    "{{ a @ b }}",
    "{% elif x %}",
    "{% if prenom %}{% else %}{% else %}{% endif %}",
    "{{ é° }}",
]


def foreign(text: str) -> list[str]:
    """Return what is said of a template in words that are neither ours, nor its own, nor signs."""
    try:
        Environment().from_string(text)
    except TemplateSyntaxError as error:
        said = fault_of(error, text)
        shown = [str(value) for name, value in said.values.items() if name != "line"]
        return [each for each in shown if each not in text and not re.fullmatch(r"\W+|end[a-z]+|else|as|in", each)]
    except (ValueError, RecursionError, SyntaxError):
        pass
    return []


@pytest.mark.parametrize("text", BROKEN)
def test_a_broken_template_is_explained_in_our_words(text: str) -> None:
    """Each has its line; nothing of it is Jinja's but what the template itself says, and signs."""
    assert foreign(text) == []


@given(
    st.lists(
        st.sampled_from(
            [
                "{{",
                "}}",
                "{%",
                "%}",
                "{#",
                " ",
                "if",
                "for",
                "in",
                "prenom",
                "'",
                "(",
                ")",
                "|",
                ".",
                "=",
                "1",
                "1.5",
                "else",
                "endif",
                "set",
                "is",
                "[",
                "é",
                "°",
                "macro",
                ",",
                "not",
                "\n",
            ]
        ),
        max_size=14,
    ).map("".join)
)
def test_any_broken_template_is_explained_in_our_words(text: str) -> None:
    """However broken; and compiling it never ends in another error."""
    compiler = Compiler(COLUMNS, "campaign.toml")
    compiler.part("message.text", text)

    assert foreign(text) == []
    assert all(each.file and each.column == "message.text" for each in compiler.problems)


@pytest.mark.parametrize(
    ("text", "message", "advice"),
    [
        ("a\n{{ prenom", "line 2: the message ends before “}}”", "{{ prenom }}"),
        ("{% si prenom %}x{% finsi %}", "line 1: there is no “si” between {% and %}", "{% if %}"),
        (
            "{% if prenom %}x{% fin %}",
            "there is no “fin” between {% and %}; “endif” is still to come",
            "{% endif %}",
        ),
        ("{{ prenom|titre }}", "there is no filter “titre”", "title"),
        ("{% if prenom %}", "the message ends before “endif”", "brace"),
        ("{{ a b }}", "“b” is too much between {{ and }}", "brace"),
    ],
)
def test_a_slip_is_named_with_its_remedy(text: str, message: str, advice: str) -> None:
    """The line in the message, what stands there, and what to write."""
    compiler = Compiler(COLUMNS, "campaign.toml")
    compiler.part("message.text", text)

    (problem,) = compiler.problems
    assert message in str(problem.message)
    assert advice in str(problem.advice)
