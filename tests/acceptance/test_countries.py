"""A number without a country code is never read as a stranger's in another country."""

import pytest

from tests.acceptance.conftest import Desk

PEOPLE = "Prénom;Mobile;{header}\nZoé;0641700001;{fr}\nUrs;079 123 45 67;{ch}\nSami;0661234567;{ma}\n"
NUMBERS = ["+33641700001", "+41791234567", "+212661234567"]


@pytest.fixture(
    params=[
        ("Pays", "France", "Suisse", "Maroc"),
        ("Default Address Country Code", "FR", "CH", "MA"),
        ("Indicatif", "33", "+41", "00212"),
    ]
)
def people(desk: Desk, request: pytest.FixtureRequest) -> Desk:
    """A file that says of each person which country they are in."""
    header, fr, ch, ma = request.param
    desk.write("clients.csv", PEOPLE.format(header=header, fr=fr, ch=ch, ma=ma))
    return desk


def test_init_names_the_column_of_countries(people: Desk) -> None:
    """As it does that of the numbers, so that nobody has to think of it."""
    people.run("init", "clients.csv", "-o", "campaign.toml")
    text = (people.folder / "campaign.toml").read_text().replace("✏️", "")
    people.write("campaign.toml", text)

    for number in NUMBERS:
        assert people.run("preview", "campaign.toml", "--for", number).code == 0
    assert people.run("preview", "campaign.toml", "--for", "+33661234567").code != 0


def test_check_reads_a_file_by_its_countries(people: Desk) -> None:
    """And says so, since they were guessed."""
    done = people.run("check", "clients.csv")

    assert "Their countries were read from the column" in done.out
    assert "3  can be written to" in done.out


def test_a_column_that_nobody_named_makes_the_number_doubtful(people: Desk) -> None:
    """Where the campaign does not: those whose number would be another one are left out, with the reason."""
    people.campaign(contacts='file = "clients.csv"\nphone = "Mobile"')
    done = people.run("preview", "campaign.toml", "--json")

    assert done.json["messages"]["pending"] == 1
    assert done.json["rejected"] == {"invalid_phone": 2}
    assert "name it in the campaign" in people.run("check", "campaign.toml").out


def test_where_one_lives_is_no_reason_to_doubt(desk: Desk) -> None:
    """A French mobile in Belgium is no Belgian number, so that there is only one way to read it."""
    desk.write("clients.csv", "Prénom;Mobile;Pays\nZoé;0641700001;Belgique\nLéo;+33641700002;Suisse\n")
    desk.campaign()

    assert desk.run("preview", "campaign.toml", "--json").json["messages"]["pending"] == 2


def test_a_file_with_nobody_in_it_is_not_fine(desk: Desk) -> None:
    """A header alone is the wrong sheet, most often."""
    desk.write("clients.csv", "Prénom;Téléphone\n")
    done = desk.run("check", "clients.csv")

    assert done.code == 2
    assert "a header and no rows" in done.out


@pytest.mark.parametrize("verb", ["init", "check"])
def test_a_file_from_another_country_is_not_said_to_be_full_of_landlines_alone(desk: Desk, verb: str) -> None:
    """A Belgian mobile looks like a landline of the Drôme; what to write in the campaign is said."""
    desk.write("clients.csv", "Naam;GSM\nJan;0470 12 34 56\nPiet;0488 12 34 56\nKlaas;+32 470 12 34 57\n")

    assert "[contacts] region = “BE”" in " ".join(desk.run(verb, "clients.csv").out.split())


def test_a_campaign_says_it_until_it_names_the_country(desk: Desk) -> None:
    """Then the numbers are read, and there is nothing to say."""
    desk.write("clients.csv", "Prénom;GSM\nJan;0470 12 34 56\nPiet;0488 12 34 56\n")
    desk.campaign()
    before = desk.run("check", "campaign.toml", "--json").json["problems"]
    desk.campaign(contacts='file = "clients.csv"\nregion = "BE"')
    after = desk.run("check", "campaign.toml", "--json").json["problems"]

    assert "other_region" in {each["code"] for each in before}
    assert not {"other_region", "not_mobile"} & {each["code"] for each in after}


@pytest.mark.parametrize("verb", ["init", "check"])
@pytest.mark.parametrize("country", ["Royaume de Fès", "Casa", "NA"])
def test_a_column_of_countries_that_is_not_understood_is_a_question(desk: Desk, verb: str, country: str) -> None:
    """It stops there: the numbers beside may be anybody's in France."""
    desk.write("clients.csv", f"Nom;Tél;Pays\nV;06 61 23 45 10;{country}\nW;06 61 23 45 11;{country}\n")
    done = desk.run(verb, "clients.csv")

    assert done.code == 2
    assert "are these countries?" in done.out + done.err
    assert country in done.out + done.err


@pytest.mark.parametrize("country", ["MAR", "Maroc (MA)", "Marokko", "🇲🇦", "Casablanca - Maroc", "00 212"])
def test_a_country_in_any_writing_keeps_strangers_out(desk: Desk, country: str) -> None:
    """A campaign that names no column of countries writes to nobody whose number is another one there."""
    desk.write("clients.csv", f"Prénom;Mobile;Pays\nV;06 61 23 45 10;{country}\nW;+33 6 61 23 45 11;{country}\n")
    desk.campaign(contacts='file = "clients.csv"\nphone = "Mobile"')

    assert desk.run("preview", "campaign.toml", "--json").json["messages"]["pending"] == 1


def test_a_row_whose_country_is_not_understood_is_left_out(desk: Desk) -> None:
    """Unless its number has its country code; a dash is no country."""
    desk.write(
        "clients.csv",
        "Prénom;Mobile;Pays\nV;06 61 23 45 10;Casa\nW;+33661234511;Casa\nX;0661234512;-\nY;0661234513;France\n",
    )
    desk.campaign(contacts='file = "clients.csv"\nphone = "Mobile"')
    done = desk.run("preview", "campaign.toml", "--json")

    assert done.json["messages"]["pending"] == 3
    assert done.json["rejected"] == {"invalid_phone": 1}
