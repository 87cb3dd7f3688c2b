"""Texts that are no tables for a program: they are refused with what to do, and tables are not."""

from pathlib import Path

import pytest

from lecommercial_batch.contacts import open_contacts
from lecommercial_batch.core.errors import ContactsError


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[\n {"tel": "0641700001"}]', "JSON"),
        ('{"contacts": []}', "JSON"),
        ('{"tel": 1}\n{"tel": 2}\n', "JSON"),
        ('[["Nom", "Tel"], ["Zoé", "0641700001"]]', "JSON"),
        ("| Nom | Tel |\n|---|:-:|\n| Zoé | 0641700001 |\n", "Markdown"),
        ("Nom | Tel\n--- | ---\nZoé | 0641700001\n", "Markdown"),
        ("+-----+-----+\n| Nom | Tel |\n+-----+-----+\n| Zoé | 0641700001 |\n", "Markdown"),
        ("Nom       Tel\nZoé       0641700001\nLéo       0641700002\n", "spaces alone"),
    ],
)
def test_what_it_is_is_said(tmp_path: Path, text: str, message: str) -> None:
    """Not that its rows are wrong, or that it has none."""
    (tmp_path / "c.csv").write_text(text, encoding="utf-8")
    with pytest.raises(ContactsError) as caught:
        open_contacts(tmp_path / "c.csv")

    (problem,) = caught.value.problems
    assert problem.code == "not_a_table"
    assert message in str(problem.message)
    assert str(problem.advice)


@pytest.mark.parametrize(
    "text",
    [
        "[Nom];[Tel]\nZoé;0641700001\n",
        "{Nom};{Tel}\nZoé;0641700001\n",
        "Tel\n06  41 70 00 01\n0641700002\n",
        "Nom  complet;Tel\nZoé  Roy;06  41\nLéo  Roy;06  42\n",
        "Nom|Tel\n-|0641700001\n--|0641700002\n",
        "Nom;Tel\n---;0641700001\n",
    ],
)
def test_tables_that_look_a_little_so_are_read(tmp_path: Path, text: str) -> None:
    """Brackets in a header, a dash for what is not known, several spaces in a cell."""
    (tmp_path / "c.csv").write_text(text, encoding="utf-8")
    assert [len(batch) for batch in open_contacts(tmp_path / "c.csv").batches()] == [text.count("\n") - 1]
