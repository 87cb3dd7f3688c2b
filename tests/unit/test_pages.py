"""How WhatsApp's marks are read, and how numbers and attachments are shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lecommercial_batch.pages.attachment import attachment
from lecommercial_batch.pages.formatting import spans
from lecommercial_batch.pages.number import written


def shown(text: str) -> list[tuple[str, str]]:
    return [(span.text, " ".join(sorted(span.styles))) for span in spans(text)]


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("", []),
        ("Bonjour", [("Bonjour", "")]),
        ("*a* b", [("a", "bold"), (" b", "")]),
        ("(_a b_)", [("(", ""), ("a b", "italic"), (")", "")]),
        ("~a~.", [("a", "strike"), (".", "")]),
        ("*_a_ b*", [("a", "bold italic"), (" b", "bold")]),
        ("_~*a*~_", [("a", "bold italic strike")]),
        ("```a\n*b*```", [("a\n*b*", "mono")]),
        ("`a_b_c`", [("a_b_c", "mono")]),
        ("https://a.fr/x_y_z?q=*b*.", [("https://a.fr/x_y_z?q=*b", "link"), ("*.", "")]),
        ("*https://a.fr*", [("https://a.fr", "bold link")]),
        ("javascript:alert(1)", [("javascript:alert(1)", "")]),
    ],
)
def test_marks_become_styles(text: str, pieces: list[tuple[str, str]]) -> None:
    """Marks nest; links and code are left alone."""
    assert shown(text) == pieces


@pytest.mark.parametrize(
    "text", ["2*3*4", "a_b_c", "* a *", "*a\nb*", "**", "*", "_a", "5 * 3 * 2", "snake_case_name", "~ a~"]
)
def test_what_only_looks_like_marks_stays(text: str) -> None:
    """Inside words, around blanks, across lines, without an end."""
    assert shown(text) == [(text, "")]


@given(st.text(alphabet="ab *_~`\n:/htps.", max_size=60))
def test_no_letter_is_lost_or_added(text: str) -> None:
    """Pieces are the text, less marks."""
    joined = "".join(span.text for span in spans(text))
    marks = str.maketrans("", "", "*_~`")
    assert joined.translate(marks) == text.translate(marks)


@pytest.mark.parametrize(
    ("number", "text"), [("33612345678", "+33 6 12 34 56 78"), ("447700900123", "+447700900123")]
)
def test_a_number_is_written_as_people_write_it(number: str, text: str) -> None:
    """French ones in pairs."""
    assert written(number) == text


@pytest.mark.parametrize(
    ("url", "name", "kind", "host"),
    [
        ("https://a.fr/d/Devis%20n%C2%B07.PDF", "Devis n°7.PDF", "pdf", "a.fr"),
        ("https://a.fr/x.webp", "x.webp", "image", "a.fr"),
        ("https://a.fr/x.csv", "x.csv", "sheet", "a.fr"),
        ("http://[oops/x.txt", "http://[oops/x.txt", "text", ""),
    ],
)
def test_an_attachment_is_shown_by_its_name(url: str, name: str, kind: str, host: str) -> None:
    """The name as people read it, its kind, where it comes from; an address that is none breaks nothing."""
    file = attachment(url)
    assert (file["name"], file["kind"], file["host"]) == (name, kind, host)
