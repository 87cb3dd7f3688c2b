"""The library as a program uses it."""

import re
import subprocess
import sys

import lecommercial_batch
from lecommercial_batch.testing import SandboxServer
from tests.acceptance.conftest import ROOT, Desk

EXAMPLE = re.compile(r"```python\n(.*?)```", re.DOTALL)

LEAVING = """
import asyncio, lecommercial_batch as lc
from contextlib import aclosing

async def main():
    plan = await lc.plan("campaign.toml")
    async with aclosing(lc.sending(plan)) as results:
        async for result in results:
            break
    sent = (await lc.send(plan.run, limit=1)).counts
    print(sent.messages[lc.Status.PENDING], sent.messages[lc.Status.SENDING], sent.rows)
    again = await lc.plan("campaign.toml")
    try:
        await lc.send(again)
    except lc.InputError as error:
        print(error.problems[0].code)

asyncio.run(main())
"""


def run(desk: Desk, program: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", program],
        cwd=desk.folder,
        env={"PATH": "", "PYTHONPATH": str(ROOT), **desk.environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_readmes_client_works_when_pasted(desk: Desk, sandbox: SandboxServer) -> None:
    """Ten lines: a message, a contact, a list read to its end."""
    [example] = EXAMPLE.findall((ROOT / "README.md").read_text(encoding="utf-8"))

    done = run(desk, example)

    assert done.returncode == 0, done.stderr
    assert [message.to for message in sandbox.received()] == ["33612345678"]
    assert done.stdout.splitlines()[0] == "1 Jean Dupont"
    assert done.stdout.splitlines()[-1] == "42 Zoé Petit"
    assert len(done.stdout.splitlines()) == 42


def test_the_clients_example_works_when_pasted(desk: Desk, sandbox: SandboxServer) -> None:
    """The one of docs/library.md, whose calls come to nothing in a named way."""
    example = EXAMPLE.findall((ROOT / "docs" / "library.md").read_text(encoding="utf-8"))[1]

    done = run(desk, example)

    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[:2] == ["3 Prospects 41", "7 Clients VIP 15"]
    assert "not_found" in done.stdout
    assert "41 of 41" in done.stdout
    assert sandbox.received() == ()


def test_lists_follow_a_send(desk: Desk, sandbox: SandboxServer) -> None:
    """`[after]` holds for the library too."""
    desk.contacts(3)
    desk.write("senders.toml", 'machine_rate = "500/s"\n')
    desk.campaign(extra="[after]\nadd_to_list = 7\n", rate="500/s")
    sending = (
        "import asyncio, lecommercial_batch as lc\nasyncio.run(lc.send(asyncio.run(lc.plan('campaign.toml'))))"
    )

    done = run(desk, sending)

    assert done.returncode == 0, done.stderr
    assert {f"336410{n:05d}" for n in range(3)} <= {each.phone for each in sandbox.contacts(7)}


def test_the_example_of_the_documentation_runs(desk: Desk, sandbox: SandboxServer) -> None:
    """Pasted as it stands: each result comes by, and everybody has the message."""
    desk.contacts(5)
    desk.campaign()
    (desk.folder / "campaigns").mkdir()
    text = (desk.folder / "campaign.toml").read_text().replace('file = "', 'file = "../')
    (desk.folder / "campaigns" / "clients.toml").write_text(text)
    example = EXAMPLE.findall((ROOT / "docs" / "library.md").read_text(encoding="utf-8"))[0]

    done = run(desk, example)

    assert done.returncode == 0, done.stderr
    assert done.stdout.count("accepted") == 6
    assert "5 accepted {}" in done.stdout
    assert len(sandbox.received()) == 5


def test_leaving_the_loop_stops_and_loses_nothing(desk: Desk, sandbox: SandboxServer) -> None:
    """What is on its way is finished; the rest waits; the same campaign planned again is refused meanwhile."""
    desk.contacts(100)
    desk.campaign(rate="20/s")

    done = run(desk, LEAVING)

    assert done.returncode == 0, done.stderr
    pending, in_flight, rows = map(int, done.stdout.split()[:3])
    assert (in_flight, rows) == (0, 100)
    assert len(sandbox.received()) == 100 - pending < 100
    assert done.stdout.split()[3] == "already_under_way"


def test_input_to_fix_is_an_error_with_its_place(desk: Desk) -> None:
    desk.campaign()
    done = run(
        desk,
        "import asyncio, lecommercial_batch as lc\n"
        "try: asyncio.run(lc.plan('campaign.toml'))\n"
        "except lc.InputError as error: print(error.problems[0].file)",
    )
    assert "clients.csv" in done.stdout, done.stderr


def test_the_public_names_are_all_there_and_in_order() -> None:
    names = lecommercial_batch.__all__
    assert names == sorted(names)
    assert all(getattr(lecommercial_batch, name).__doc__ for name in names)


def test_importing_the_package_loads_next_to_nothing() -> None:
    """What is used is loaded when it is used."""
    program = "import sys, lecommercial_batch; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    ).stdout.split()
    assert not {"pandas", "httpx", "sqlalchemy", "jinja2", "pydantic", "asyncio"} & set(loaded)


def test_a_plan_leaves_out_who_opted_out(desk: Desk) -> None:
    """The library obeys the same list as the command."""
    desk.contacts(3)
    desk.campaign()
    desk.run("optout", "add", "0641000001")

    program = "import asyncio, lecommercial_batch as lc\n"
    program += "print(dict(asyncio.run(lc.plan('campaign.toml')).counts.rejected))"
    done = run(desk, program)

    assert done.stdout.strip() == "{<Reason.OPTED_OUT: 'opted_out'>: 1}", done.stderr


CANARY = """
import asyncio, lecommercial_batch as lc

async def no(counts):
    print("asked", counts.messages[lc.Status.ACCEPTED])
    return False

async def yes(counts):
    return True

async def main():
    GO
    print(sent.counts.messages[lc.Status.PENDING], sent.halted)

asyncio.run(main())
"""


def test_the_canary_waits_for_a_word(desk: Desk, sandbox: SandboxServer) -> None:
    """`go` is asked once the first are through; its no halts the run, and the next send means the others."""
    desk.contacts(30)
    desk.campaign(extra="canary = 10")

    asked = run(desk, CANARY.replace("GO", "sent = await lc.send(await lc.plan('campaign.toml'), go=no)"))
    calls = sandbox.stats().calls
    then = run(desk, CANARY.replace("GO", "sent = await lc.send('essai-ete-1', go=no)"))

    assert asked.stdout.splitlines() == ["asked 10", "20 {'default': 'canary'}"], asked.stderr
    assert calls == 10
    assert then.stdout.splitlines() == ["0 {}"], then.stderr
    assert sandbox.stats().accepted == 30


def test_a_canary_that_failed_halts_where_nobody_is_asked(desk: Desk, sandbox: SandboxServer) -> None:
    """As the command does without a terminal; `go` may decide otherwise, and a spotless one needs no word."""
    desk.contacts(30)
    desk.campaign(extra="canary = 10")
    for fault, go, calls, told in (
        ("401_failed@4", "", 10, "20 {'default': 'canary_failed'}"),
        ("401_failed@4", ", go=yes", 30, "0 {}"),
        ("", "", 30, "0 {}"),
    ):
        sandbox.clear()
        sandbox.set_faults(*filter(None, [fault]))
        for file in desk.folder.glob("*lecommercial.db*"):  # a journal anew, its sentinel with it
            file.unlink()
        done = run(desk, CANARY.replace("GO", f"sent = await lc.send(await lc.plan('campaign.toml'){go})"))

        assert done.stdout.splitlines() == [told], done.stderr
        assert sandbox.stats().calls == calls


def test_what_was_sent_from_another_folder_is_not_sent_by_a_program(desk: Desk, sandbox: SandboxServer) -> None:
    """The command's refusal: the journal of the campaign's own folder knows who has had it."""
    desk.contacts(3)
    desk.campaign()
    desk.run("send", "campaign.toml", "--yes")
    (desk.folder / "ailleurs").mkdir()
    program = """
import asyncio, lecommercial_batch as lc

async def main():
    for again in (False, True):
        plan = await lc.plan("../campaign.toml", again=again)
        try:
            print((await lc.send(plan)).counts.messages[lc.Status.ACCEPTED])
        except lc.InputError as error:
            print(error.problems[0].code)

asyncio.run(main())
"""

    done = run(Desk(desk.folder / "ailleurs", desk.environment), program)

    assert done.stdout.split() == ["sent_elsewhere", "3"], done.stderr
    assert len(sandbox.received()) == 6


def test_the_skeleton_of_init_is_not_planned(desk: Desk) -> None:
    """The library refuses it as the command does, and leaves no plan behind."""
    desk.contacts(2)
    desk.run("init", "clients.csv", "--output", "campaign.toml")
    program = "import asyncio, lecommercial_batch as lc\n"
    program += "try: asyncio.run(lc.plan('campaign.toml'))\n"
    program += "except lc.InputError as error: print(error.problems[0].code, error.problems[0].file)"

    done = run(desk, program)

    assert done.stdout.split() == ["unwritten_message", "campaign.toml"], done.stderr
    assert desk.run("runs", "--json").json == {"runs": []}


def test_what_an_operator_paused_is_not_sent_by_a_program(desk: Desk, sandbox: SandboxServer) -> None:
    """Not until somebody says `resume`: a program that tries again and again does not overrule them."""
    desk.contacts(3)
    desk.campaign()
    program = "import asyncio, lecommercial_batch as lc\n"
    planned = run(desk, program + "print(asyncio.run(lc.plan('campaign.toml')).run)")
    desk.run("pause", "essai-ete-1")
    program += "try: asyncio.run(lc.send('essai-ete-1'))\n"
    program += "except lc.InputError as error: print(error.problems[0].code)"

    assert planned.stdout.strip() == "essai-ete-1", planned.stderr
    assert run(desk, program).stdout.strip() == "set_aside"
    assert sandbox.received() == ()
    assert desk.run("resume", "essai-ete-1", "--yes").code == 0
    assert len(sandbox.received()) == 3
