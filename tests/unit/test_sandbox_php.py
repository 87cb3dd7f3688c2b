"""How PHP and Laravel read a call."""

import pytest

from lecommercial_batch.sandbox import php
from lecommercial_batch.sandbox.php import Form

FORM = "application/x-www-form-urlencoded"


def multipart(*parts: tuple[str, str]) -> bytes:
    """Write a multipart body with the boundary ``b``; a part is its name parameter and its value."""
    written = (f"--b\r\nContent-Disposition: form-data; {name}\r\n\r\n{value}\r\n" for name, value in parts)
    return ("".join(written) + "--b--\r\n").encode()


@pytest.mark.parametrize(
    ("pairs", "form"),
    [
        ([("a", "1"), ("a", "2")], {"a": "2"}),
        ([("variables[{prenom}]", "Jean")], {"variables": {"{prenom}": "Jean"}}),
        ([("a[]", "x"), ("a[]", "y")], {"a": {"0": "x", "1": "y"}}),
        ([("a[7]", "x"), ("a[]", "y")], {"a": {"7": "x", "8": "y"}}),
        ([("a[07]", "x"), ("a[]", "y")], {"a": {"07": "x", "0": "y"}}),
        ([("a[b][c]", "1"), ("a[b][d]", "2")], {"a": {"b": {"c": "1", "d": "2"}}}),
        ([("a[][b]", "1"), ("a[][b]", "2")], {"a": {"0": {"b": "1"}, "1": {"b": "2"}}}),
        ([("a", "1"), ("a[b]", "2")], {"a": {"b": "2"}}),
        ([("a[b]tail", "1")], {"a": {"b": "1"}}),
        ([("a[b", "1")], {"a_b": "1"}),
        ([("a[b][c", "1")], {"a": {"b": "1"}}),
        ([("first name.x", "1"), ("a[b.c d]", "2")], {"first_name_x": "1", "a": {"b.c d": "2"}}),
        ([("", "1"), ("[a]", "2")], {}),
    ],
)
def test_brackets_are_read_as_php_does(pairs: list[tuple[str, str]], form: Form) -> None:
    """Names become arrays by the rules of php_register_variable_ex."""
    assert php.nest(pairs) == form


def test_what_php_would_drop_is_dropped() -> None:
    """A thousand fields, 64 levels, indexes of 64 bits: a small call never takes the sandbox for itself."""
    many = php.nest([("a[]", "1")] * 8000)["a"]
    assert isinstance(many, dict)
    assert list(many) == [str(number) for number in range(1000)]
    assert php.nest([("a" + "[x]" * 65, "1"), ("b" + "[x]" * 300_000, "1")]) == {}
    assert len(str(php.nest([("a" + "[x]" * 64, "1")]))) > 64
    assert php.nest([("a[" + "9" * 5000 + "]", "x"), ("a[]", "y")]) == {"a": {"9" * 5000: "x", "0": "y"}}


def test_strings_are_trimmed_and_empty_ones_are_null_at_any_depth() -> None:
    """TrimStrings knows Unicode blanks and leaves keys alone; "" and blanks become None."""
    value: Form = {" a ": "\u00a0\ufeff x y\u200b\n", "b": {"c": " \t", "d": ""}, "n": 0, "f": False}
    assert php.clean(value) == {" a ": "x y", "b": {"c": None, "d": None}, "n": 0, "f": False}


def test_a_multipart_body_gives_its_text_fields() -> None:
    """Names keep their braces, values their line breaks; an uploaded file is not a field."""
    body = multipart(
        ('name="variables[{prénom}]"', "Zoé"),
        ('name="message"', "a\r\n--\r\nb"),
        ('filename="x.pdf"; name="file"', "%PDF"),
        ("name=to", "336"),
        ('name="say \\"hi\\""', ""),
    )
    assert list(php.parse_multipart(body, "b")) == [
        ("variables[{prénom}]", "Zoé"),
        ("message", "a\r\n--\r\nb"),
        ("to", "336"),
        ('say "hi"', ""),
    ]


@pytest.mark.parametrize("content_type", ["multipart/form-data; boundary=b", 'multipart/form-data; boundary="b"'])
def test_multipart_is_read_on_post_alone(content_type: str) -> None:
    """PHP before 8.4 gives PUT and DELETE no fields from multipart; a switch does."""
    body = multipart(('name="phone"', "336"))

    def read(method: str, *, switch: bool = False) -> Form:
        return php.read(
            method=method, content_type=content_type, query="", body=body, multipart_on_put=switch
        ).fields

    assert read("POST") == {"phone": "336"}
    assert read("PUT") == read("DELETE") == {}
    assert read("PUT", switch=True) == {"phone": "336"}


def test_the_body_wins_over_the_query() -> None:
    """Both are read, and a name in both has the body's value, blank as it may be."""
    call = php.read(method="PUT", content_type=FORM, query="a=1&b=2&c=3", body=b"b=+4+&c=")
    assert call.fields == {"a": "1", "b": "4", "c": None}


def test_json_is_read_with_its_types() -> None:
    """Numbers stay numbers, lists are arrays, and what is no JSON object is no field."""
    body = '{"to": 336, "variables": {"{a}": "Zoé"}, "l": ["x", null], "m": "  "}'.encode()
    call = php.read(method="POST", content_type="application/json; charset=utf-8", query="q=1", body=body)
    assert call.fields == {
        "q": "1",
        "to": 336,
        "variables": {"{a}": "Zoé"},
        "l": {"0": "x", "1": None},
        "m": None,
    }
    for broken in (b"{", b"[1]x", b"3"):
        assert php.read(method="POST", content_type="application/json", query="", body=broken).fields == {}


def test_a_get_has_its_query_alone() -> None:
    """A body on a GET is not read."""
    assert php.read(method="GET", content_type=FORM, query="a=1", body=b"b=2").fields == {"a": "1"}


@pytest.mark.parametrize(
    ("method", "query", "body", "override", "seen"),
    [
        ("POST", "", b"_method=delete", "", "DELETE"),
        ("POST", "_method=PUT", b"", "", "PUT"),
        ("POST", "", b"_method=PUT", "DELETE", "DELETE"),
        ("POST", "", b"_method=", "", "POST"),
        ("GET", "_method=DELETE", b"", "DELETE", "GET"),
        ("PUT", "_method=DELETE", b"", "", "PUT"),
    ],
)
def test_the_method_can_be_overridden_on_post(
    method: str, query: str, body: bytes, override: str, seen: str
) -> None:
    """`_method` and X-HTTP-Method-Override count on POST alone, the header first."""
    assert php.read(method=method, content_type=FORM, query=query, body=body, override=override).method == seen
