from pathlib import Path

import pytest

from lecommercial_batch.core.errors import CampaignError, Problem
from lecommercial_batch.core.model import Rate
from lecommercial_batch.planning.campaign.campaign import Campaign, load_campaign

WHOLE = """name = "Relance"
[contacts]
file = "../clients.xlsx"
[message]
text = "Bonjour"
"""


def load(tmp_path: Path, text: str) -> Campaign:
    path = tmp_path / "campaign.toml"
    path.write_text(text, encoding="utf-8")
    return load_campaign(path)


def problems(tmp_path: Path, text: str) -> list[Problem]:
    with pytest.raises(CampaignError) as error:
        load(tmp_path, text)
    return list(error.value.problems)


def test_the_least_a_campaign_needs(tmp_path: Path) -> None:
    """A name, a file and a text make a campaign; all else has the documented defaults."""
    campaign = load(tmp_path, WHOLE)

    assert campaign.senders == ("default",)
    assert campaign.options.rate == Rate(count=55, period=60)
    assert campaign.options.stop_after_failures == 10
    assert campaign.options.report_formats == ("xlsx", "csv")
    assert campaign.options.report_directory == (tmp_path / "reports").resolve()
    assert campaign.contacts.region == "FR"
    assert campaign.contacts_file == tmp_path / "../clients.xlsx"


@pytest.mark.parametrize(
    ("change", "line", "code", "hint"),
    [
        (("text =", "texte ="), 5, "unknown_key", "text"),
        (("[message]", "[mesage]"), 4, "unknown_key", "message"),
        (("file =", "fiel ="), 3, "unknown_key", "file"),
        (("file =", 'consentement = "x"\nfile ='), 3, "unknown_key", "consent"),
        (('"Relance"', "Relance"), 1, "broken_toml", "quotation"),
        (('"Relance"', "12"), 1, "bad_value", "campaign-file.md"),
        (("[message]", '[sending]\nrate = "vite"\n[message]'), 5, "bad_value", "55/min"),
        (("[message]", "[contacts.x]\ny = 1\n[message]"), 4, "unknown_key", "Keys known"),
        (("file =", 'region = "France"\nfile ='), 3, "bad_value", "ISO"),
    ],
)
def test_a_fault_is_named_with_its_line(
    change: tuple[str, str], line: int, code: str, hint: str, tmp_path: Path
) -> None:
    """The line of the file, a code, and the nearest name that exists or an example."""
    found = problems(tmp_path, WHOLE.replace(*change))

    named = [problem for problem in found if (problem.row, problem.code) == (line, code)]
    assert named, found
    assert hint in f"{named[0].message} {named[0].advice}"


def test_every_fault_is_named_at_once(tmp_path: Path) -> None:
    """Whoever made three mistakes reads of three."""
    text = WHOLE.replace("text =", "texte =").replace("file =", "fiel =").replace("name =", "nom =")

    codes = [problem.code for problem in problems(tmp_path, text)]

    assert codes.count("unknown_key") == 3


@pytest.mark.parametrize(
    "message",
    [
        "",
        'text = "x"\ntext_file = "y.txt"',
        'text = "x"\ntemplate_id = "8d1f6a4e-0000-4000-8000-000000000001"',
        'text = "x"\nvariables = { a = "b" }',
        'template_id = "8d1f6a4e-0000-4000-8000-000000000001"\nvariables = { "{prenom}" = "b" }',
        'template_id = "8d1f6a4e-0000-4000-8000-000000000001"\nvariables = { "" = "b" }',
        'template_id = "8d1f6a4e-0000-4000-8000-000000000001"\nfile = "https://example.fr/a.pdf"',
        'template_id = "not a uuid"',
    ],
)
def test_a_message_is_one_thing(message: str, tmp_path: Path) -> None:
    """A text or a template, and nothing that the API would drop in silence."""
    found = problems(tmp_path, WHOLE.replace('text = "Bonjour"', message))

    assert {problem.code for problem in found} == {"bad_value"}


def test_a_text_may_stand_in_a_file_of_its_own(tmp_path: Path) -> None:
    """text_file is read beside the campaign; a missing one is named."""
    (tmp_path / "relance.txt").write_text("Bonjour {{ prenom }}", encoding="utf-8")
    text = WHOLE.replace('text = "Bonjour"', 'text_file = "relance.txt"')

    assert load(tmp_path, text).variants[0].wording.text == "Bonjour {{ prenom }}"
    (found,) = problems(tmp_path, text.replace("relance.txt", "relanse.txt"))
    assert "relanse.txt" in str(found.message)
