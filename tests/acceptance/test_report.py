"""`report`: a run as it stands, in each format."""

import re

from lecommercial_batch.testing import SandboxServer
from tests.acceptance.conftest import Desk


def test_the_page_of_a_run_that_has_not_ended_says_how_it_stands(desk: Desk, sandbox: SandboxServer) -> None:
    """Its figures are the journal's at that moment, and nobody is in it; once it ends it says so."""
    desk.contacts(5)
    desk.campaign()
    desk.run("send", "campaign.toml", "--yes", "--limit", "2")
    wanted = ["report", "essai-ete-1", "--format", "html"]

    done = desk.run(*wanted)

    page = (desk.folder / "reports" / "essai-ete-1.html").read_text(encoding="utf-8")
    assert (done.code, len(sandbox.received())) == (0, 2)
    assert re.search(r"<h2 id=\"told\">2 of 5 messages accepted, 40%</h2>", page)
    assert "Nom1" not in page
    assert "+33641" not in page

    desk.run("resume", "essai-ete-1", "--yes")
    desk.run("--lang", "fr", *wanted)
    page = (desk.folder / "reports" / "essai-ete-1.html").read_text(encoding="utf-8")
    assert '<html lang="fr">' in page
    assert "100\u00a0%</h2>" in page


def test_a_format_that_does_not_exist_is_said_with_those_that_do(desk: Desk, sandbox: SandboxServer) -> None:
    """Before anything is written."""
    desk.contacts(1)
    desk.campaign()
    desk.run("send", "campaign.toml", "--yes")
    refused = desk.run("report", "essai-ete-1", "--format", "pdf")
    assert refused.code == 2
    assert "xlsx, csv, html, json" in refused.err
    assert sandbox.stats().accepted == 1


def test_a_run_in_which_there_was_nobody_to_write_to_says_so(desk: Desk, sandbox: SandboxServer) -> None:
    """“0 of 0 messages accepted, 0%” would tell whoever it is passed on to nothing."""
    desk.write("clients.csv", "Prénom;Téléphone\nZoé;0199001234\nLéo;0199001235\n")
    desk.campaign()
    desk.run("send", "campaign.toml", "--yes")
    desk.run("report", "essai-ete-1", "--format", "html")

    page = (desk.folder / "reports" / "essai-ete-1.html").read_text(encoding="utf-8")
    assert "Nothing was sent: all 2 rows were left out</h2>" in page
    assert not sandbox.received()
