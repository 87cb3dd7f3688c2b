"""`preview`: what is shown before anything is sent."""

import re

from tests.acceptance.conftest import Desk


def test_messages_are_shown_at_random_and_the_same_again(desk: Desk) -> None:
    """The first, the longest, three others; whoever looks again is shown the same people."""
    desk.contacts(500)
    desk.campaign()
    first, again = (desk.run("preview", "campaign.toml") for _ in range(2))

    rows = [int(row) for row in re.findall(r"row (\d+) →", first.out)]
    assert rows[0] == 2
    assert len(set(rows)) == 5
    assert rows[2:] == sorted(rows[2:])
    assert rows == [int(row) for row in re.findall(r"row (\d+) →", again.out)]
    more = desk.run("preview", "campaign.toml", "--rows", "6")
    assert len(set(re.findall(r"row (\d+) →", more.out))) == 8
    none = desk.run("preview", "campaign.toml", "--rows", "0")
    assert len(re.findall(r"row (\d+) →", none.out)) == 2


def test_a_small_campaign_is_shown_whole_and_nobody_twice(desk: Desk) -> None:
    """As many as there are."""
    desk.contacts(2)
    desk.campaign()
    shown = desk.run("preview", "campaign.toml").out
    assert sorted(re.findall(r"row (\d+) →", shown)) == ["2", "3"]


def test_marks_stay_where_there_is_no_terminal(desk: Desk) -> None:
    """What is piped into a file is what is sent."""
    desk.contacts(1)
    desk.campaign(message='text = "*Bonjour* {{ prenom }}. STOP"')
    assert "*Bonjour* Nom0. STOP" in desk.run("preview", "campaign.toml").out


def test_one_persons_message_is_shown(desk: Desk) -> None:
    """In any writing of their number; with every row that has it, and why one is left out."""
    desk.contacts(3)
    with (desk.folder / "clients.csv").open("a") as file:
        file.write("Encore;06 41 00 00 01\r\nFixe;01 99 00 12 34\r\n")
    desk.campaign()
    for number in ("+33641000001", "06 41 00 00 01", "0033 6.41.00.00.01"):
        done = desk.run("preview", "campaign.toml", "--for", number)
        assert done.code == 0
        assert "row 3 → +33641000001" in done.out
        assert "Bonjour Nom1," in done.out
        assert re.search(r"row 5 is left out.*\n.*same number as row 3\n.*unless this row is the one", done.out)

    landline = desk.run("preview", "campaign.toml", "--for", "0199001234", "--json").json
    [row] = landline["rows"]
    assert (row["row"], row["status"], row["reason"]) == (6, "rejected", "not_mobile")


def test_a_person_who_is_not_there_is_said_so(desk: Desk) -> None:
    """As is a number that is none."""
    desk.contacts(1)
    desk.campaign()
    absent = desk.run("preview", "campaign.toml", "--for", "0699999999")
    assert (absent.code, absent.out) == (2, "")
    assert "no row has the number +33699999999" in absent.err
    assert desk.run("preview", "campaign.toml", "--for", "12").code == 2
    assert desk.run("preview", "campaign.toml", "--for", "0699999999", "--html", "x.html").code == 64


def test_the_preview_is_written_whole_or_not_at_all(desk: Desk) -> None:
    """A page and a workbook, readable by their owner alone, named in the JSON; a folder in their place is said."""
    desk.contacts(3)
    desk.campaign()
    done = desk.run("preview", "campaign.toml", "--html", "new/page.html", "--xlsx", "new/book.xlsx", "--json")
    assert done.json["reports"] == ["new/page.html", "new/book.xlsx"]
    assert {path.stat().st_mode & 0o777 for path in (desk.folder / "new").iterdir()} == {0o600}
    assert done.json["proof"] in (desk.folder / "new" / "page.html").read_text(encoding="utf-8")

    refused = desk.run("preview", "campaign.toml", "--html", "new")
    assert refused.code in {2, 3}
    assert "the file cannot be written" in refused.err
