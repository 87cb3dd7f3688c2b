"""The main job: a spreadsheet in, messages out, the spreadsheet back."""

import threading
from collections.abc import Iterator
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import openpyxl
import pytest

from lecommercial_batch.sandbox.settings import TEMPLATE
from lecommercial_batch.testing import SandboxServer
from tests.acceptance.conftest import ROOT, Desk

SUMMARY_KEYS = [
    "run",
    "campaign",
    "address",
    "proof",
    "rows",
    "rejected",
    "messages",
    "halted",
    "started_at",
    "ended_at",
    "reports",
]


class Recorder(BaseHTTPRequestHandler):
    """A server that knows nothing of ours: it keeps what comes, and answers as the API's page says."""

    protocol_version = "HTTP/1.1"
    requests: ClassVar[list[tuple[str, dict[str, str], dict[str, str]]]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        head = f"Content-Type: {self.headers['Content-Type']}\r\n\r\n".encode()
        form = BytesParser(policy=HTTP).parsebytes(head + body)
        fields = {
            str(part.get_param("name", header="content-disposition")): part.get_payload(decode=True).decode()  # type: ignore[union-attr]  # a part of a form is no message
            for part in form.iter_parts()
        }
        self.requests.append((self.path, {name.lower(): value for name, value in self.headers.items()}, fields))
        answer = b'{"message_status":"Success","data":{"from":"33700000001","to":"x","status_code":200}}'
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name http.server calls
        """Say nothing."""


@pytest.fixture
def recorder(desk: Desk) -> Iterator[type[Recorder]]:
    Recorder.requests.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), Recorder) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        desk.connect(f"http://127.0.0.1:{server.server_address[1]}/api", authkey="auth-1", appkey="app-1")
        yield Recorder
        server.shutdown()
        thread.join()


def test_what_is_received_equals_what_is_reported(desk: Desk, recorder: type[Recorder]) -> None:
    """Field for field: multipart, bare digits in `to`, the message trimmed, and the report says the same."""
    desk.contacts(25)
    desk.campaign()

    done = desk.run("send", "campaign.toml", "--yes", "--json")

    assert done.code == 0, done.err
    sent = {
        (f"+{fields['to']}", fields["message"], fields["authkey"], fields["appkey"])
        for _, _, fields in recorder.requests
    }
    reported = {(row["lc_phone"], row["lc_message"], "auth-1", "app-1") for row in desk.report()}
    assert sent == reported
    assert len(recorder.requests) == 25
    path, headers, fields = recorder.requests[0]
    assert path == "/api/create-message"
    assert headers["content-type"].startswith("multipart/form-data; boundary=")
    assert headers["accept"] == "application/json"
    assert set(fields) == {"appkey", "authkey", "to", "message"}
    assert fields["message"].startswith("Bonjour Nom")
    assert fields["message"].endswith("à bientôt.")


def test_a_template_goes_with_braced_variables(desk: Desk, recorder: type[Recorder]) -> None:
    """A template's variables are written `variables[{name}]`, each with the person's value."""
    desk.contacts(1)
    desk.campaign(message=f'template_id = "{TEMPLATE}"\nvariables = {{ prenom = "{{{{ prenom|upper }}}}" }}')

    done = desk.run("send", "campaign.toml", "--yes", "--json")

    assert done.code == 0, done.err
    ((_, _, fields),) = recorder.requests
    del fields["authkey"], fields["appkey"]
    assert fields == {"to": "33641000000", "template_id": TEMPLATE, "variables[{prenom}]": "NOM0"}


def test_an_attachment_goes_with_its_text(desk: Desk, recorder: type[Recorder]) -> None:
    """The attachment's address is rendered for each person and sent beside the text."""
    desk.contacts(1)
    desk.campaign(message='text = "Bonjour"\nfile = "https://example.fr/{{ prenom }}.pdf"')

    desk.run("send", "campaign.toml", "--yes", "--json")

    ((_, _, fields),) = recorder.requests
    assert (fields["message"], fields["file"]) == ("Bonjour", "https://example.fr/Nom0.pdf")


def test_the_summary_has_the_documented_keys(desk: Desk, sandbox: SandboxServer) -> None:
    """`--json` prints one object with the interface's keys, and every row is accounted for."""
    desk.contacts(5)
    desk.campaign()

    done = desk.run("send", "campaign.toml", "--yes", "--json")

    assert list(done.json) == SUMMARY_KEYS
    assert done.json["rows"] == sum(done.json["rejected"].values()) + sum(done.json["messages"].values()) == 5
    assert done.json["messages"]["accepted"] == len(sandbox.received()) == 5
    assert done.json["ended_at"] >= done.json["started_at"]


@pytest.mark.parametrize("campaign", sorted(path.name for path in (ROOT / "campaigns").glob("*.toml")))
def test_the_sample_campaigns_work_as_they_are(campaign: str, desk: Desk, sandbox: SandboxServer) -> None:
    """Each campaign of the repository previews without keys and sends its first messages."""
    path = str(ROOT / "campaigns" / campaign)
    preview = Desk(desk.folder).run("preview", path, "--json")
    done = desk.run("send", path, "--yes", "--json", "--limit", "3", "--report", str(desk.folder / "reports"))

    assert preview.code == 0, preview.err
    assert preview.json["run"] is None
    assert preview.json["messages"]["pending"] > 3
    assert preview.json["proof"][:9] == done.json["proof"][:9]  # the rest is of keys, which the preview has not
    assert (done.code, len(sandbox.received())) == (3, 3)


def test_preview_leaves_no_run_behind(desk: Desk) -> None:
    """A dry run needs no key and writes nothing but what its proof stands for."""
    desk.contacts(5)
    desk.campaign()
    before = desk.files()

    beside = {".lecommercial.db.lock", ".lecommercial.db.sentinel"}
    done = desk.run("preview", "campaign.toml")

    assert (done.code, desk.files()) == (0, before | {"lecommercial.db", *beside})
    assert desk.run("runs", "--json").json == {"runs": []}
    assert "Bonjour Nom0," in done.out


def test_a_proof_that_still_holds_sends_without_asking(desk: Desk, sandbox: SandboxServer) -> None:
    """What was approved is what is sent: the proof of a preview is enough, and a changed text is refused."""
    desk.contacts(3)
    desk.campaign()
    proof = desk.run("preview", "campaign.toml", "--json").json["proof"]

    desk.campaign(message='text = "Bonjour {{ prenom }} !"')
    refused = desk.run("send", "campaign.toml", "--proof", proof, "--json")
    desk.campaign()
    sent = desk.run("send", "campaign.toml", "--proof", proof, "--json")

    assert (sent.code, refused.code) == (0, 2)
    assert refused.json["problems"][0]["code"] == "proof_changed"
    assert len(sandbox.received()) == 3
    assert len(desk.run("runs", "--json").json["runs"]) == 1


def test_no_run_is_begun_where_the_pace_cannot_be_kept(desk: Desk, sandbox: SandboxServer) -> None:
    """Where it says that nothing was sent, nothing is left to resume, nor in the way once that is mended."""
    desk.contacts(3)
    desk.campaign()
    desk.write("file", "")

    refused = desk.run("send", "campaign.toml", "--yes", LECOMMERCIAL_RUNTIME_DIR="file")

    assert refused.code == 2
    assert "agree on their pace" in refused.err
    assert desk.run("runs", "--json").json["runs"] == []
    assert desk.run("send", "campaign.toml", "--yes", "--limit", "1").code == 3
    assert desk.run("resume", "essai-ete-1", "--yes", LECOMMERCIAL_RUNTIME_DIR="file").code == 2
    assert desk.run("resume", "essai-ete-1", "--yes").code == 0
    assert len(sandbox.received()) == 3


def test_a_limit_sends_so_many_and_resume_the_others(desk: Desk, sandbox: SandboxServer) -> None:
    """`--limit` stops the run early, resumable, and nobody is written to twice."""
    desk.contacts(10)
    desk.campaign()

    first = desk.run("send", "campaign.toml", "--yes", "--json", "--limit", "4")
    status = desk.run("status", first.json["run"], "--json")
    second = desk.run("resume", first.json["run"], "--yes", "--json")

    assert (first.code, first.json["messages"]["accepted"], first.json["messages"]["pending"]) == (3, 4, 6)
    assert status.json["messages"] == first.json["messages"]
    assert (second.code, second.json["messages"]["accepted"]) == (0, 10)
    assert len({message.to for message in sandbox.received()}) == len(sandbox.received()) == 10


def test_a_finished_run_has_nothing_to_resume(desk: Desk, sandbox: SandboxServer) -> None:
    """Resuming a run that is done sends nothing and says so with the same figures."""
    desk.contacts(3)
    desk.campaign()
    run = desk.run("send", "campaign.toml", "--yes", "--json").json["run"]

    again = desk.run("resume", run, "--yes", "--json")

    assert (again.code, again.json["messages"]["accepted"]) == (0, 3)
    assert len(sandbox.received()) == 3


def test_failures_and_unknowns_are_told_apart(desk: Desk, sandbox: SandboxServer) -> None:
    """A refused message is failed, one without an answer is unknown, and both make exit code 1."""
    desk.contacts(6)
    desk.campaign()
    sandbox.set_faults("401_failed@2", "drop_after@4")

    done = desk.run("send", "campaign.toml", "--yes", "--json")

    assert done.code == 1, done.err
    assert {k: v for k, v in done.json["messages"].items() if v} == {"accepted": 4, "failed": 1, "unknown": 1}
    reported = {row["lc_phone"] for row in desk.report() if row["lc_status"] == "accepted"}
    received = {f"+{message.to}" for message in sandbox.received()}
    unknown = {row["lc_phone"] for row in desk.report() if row["lc_status"] == "unknown"}
    assert received == reported | unknown


def test_the_workbook_is_the_input_with_results(desk: Desk, sandbox: SandboxServer) -> None:
    """The workbook has the input's rows in order with their own columns, then what became of each."""
    desk.write("clients.csv", "Prénom;Téléphone\r\nÉlodie;06 41 00 00 01\r\n;0641000002\r\nJean;n/a\r\n", "cp1252")
    desk.campaign()

    done = desk.run("send", "campaign.toml", "--yes", "--json")

    book = openpyxl.load_workbook(next(path for path in done.json["reports"] if path.endswith(".xlsx")))
    header, *rows = list(book["Results"].values)
    assert header[:2] == ("Prénom", "Téléphone")
    table = [dict(zip(header, row, strict=True)) for row in rows]
    assert [(row["Prénom"], row["lc_row"], row["lc_status"], row["lc_reason"]) for row in table] == [
        ("Élodie", 2, "accepted", None),
        (None, 3, "rejected", "missing_value"),
        ("Jean", 4, "rejected", "invalid_phone"),
    ]
    assert table[0]["lc_phone"] == "+33641000001"
    assert [row[0] for row in list(book["Rejected"].values)[1:]] == [3, 4]
    assert len(sandbox.received()) == 1


def test_reports_can_be_written_again(desk: Desk, sandbox: SandboxServer) -> None:
    """`report RUN --format` writes the reports of a run as it stands, elsewhere if asked."""
    desk.contacts(2)
    desk.campaign()
    run = desk.run("send", "campaign.toml", "--yes", "--json").json["run"]

    done = desk.run("report", run, "--format", "csv", "--report", "elsewhere", "--json")

    assert done.json["reports"] == [f"elsewhere/{run}.csv"]
    assert (desk.folder / "elsewhere" / f"{run}.csv").stat().st_mode & 0o077 == 0
    assert len(sandbox.received()) == 2


def test_init_writes_a_campaign_that_previews(desk: Desk) -> None:
    """The campaign file that `init` writes works as it is."""
    desk.contacts(4)

    made = desk.run("init", "clients.csv", "--json")
    preview = desk.run("preview", "campaigns/clients.toml", "--json")
    again = desk.run("init", "clients.csv", "--json")

    assert (made.code, made.json["phone"], made.json["name"]) == (0, "Téléphone", "Prénom")
    assert (preview.code, preview.json["messages"]["pending"]) == (0, 4), preview.err
    assert (again.code, again.json["problems"][0]["code"]) == (2, "file_exists")


def test_a_skeleton_is_not_sent(desk: Desk, sandbox: SandboxServer) -> None:
    """Until its message is written, the campaign of `init` is refused by `send`."""
    desk.contacts(4)
    desk.run("init", "clients.csv")

    done = desk.run("send", "campaigns/clients.toml", "--yes", "--json")

    assert (done.code, done.json["problems"][0]["code"]) == (2, "unwritten_message")
    assert sandbox.stats().calls == 0
