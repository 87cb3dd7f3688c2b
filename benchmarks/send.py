"""Sending as fast as the machine can, against the usual script and a bare loop.

`python -m benchmarks.send [messages] [repeats]`, on loopback, to a server that costs nearly nothing.
"""

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks.cheap_server import cheap_server
from benchmarks.contacts import write_csv
from benchmarks.side import forget_journal, measure, run_side

TEXT: Final = (
    "Bonjour {{ prenom }} {{ nom }}, votre devis {{ devis }} de {{ montant }} € vous attend à {{ ville }}."
)
SENT: Final = TEXT.replace("{", "").replace("}", "")  # what the others send: as long, the same for everybody
KEYS: Final = {"appkey": "a" * 36, "authkey": "b" * 60}
OURS: Final = "lecommercial-batch"
#: What the others do at once. An API that answers within a second or two needs fifty and more; fewer suit httpx.
USUAL, BEST, BARE = "httpx, Semaphore(50)", "httpx, Semaphore(8)", "aiohttp, 16 at once"
#: So many messages of the usual script for each of ours: it would take minutes.
_SHARE: Final = 10


def main(messages: int = 20_000, repeats: int = 3) -> None:
    """Print the messages a second of each side, run by turns, and how ours compares, by the medians."""
    sides = (OURS, USUAL, BEST, BARE)
    taken: dict[str, list[float]] = {side: [] for side in sides}
    print(f"{'side':>22} {'messages/s':>11} {'µs of processor':>16} {'peak MB':>8}")
    with TemporaryDirectory() as folder, cheap_server() as url:
        write_csv(Path(folder) / "clients.csv", messages)
        for _ in range(repeats):
            for side in sides:
                measured = measure("benchmarks.send", side, url, folder, str(messages))
                rate, cost = (float(str(measured.result[name])) for name in ("rate", "cost"))
                taken[side].append(rate)
                print(f"{side:>22} {rate:>11,.0f} {cost:>16.0f} {measured.peak / 1e6:>8.0f}", flush=True)
    ours = median(taken[OURS])
    for side in (USUAL, BEST, BARE):
        print(f"{ours / median(taken[side]):.2f} times the messages a second of {side}")


def timed(messages: int, work: Callable[[], Awaitable[object]]) -> dict[str, object]:
    """Run it, and return messages a second and microseconds of this process's processor time for each."""

    async def clocked() -> dict[str, object]:
        begun, used = time.perf_counter(), time.process_time()
        await work()
        took, cost = time.perf_counter() - begun, time.process_time() - used
        return {"rate": messages / took, "cost": cost / messages * 1e6}

    return asyncio.run(clocked())


def ours(url: str, folder: str, _messages: str) -> dict[str, object]:
    """Send a run that is planned, as the command does: durable journal, claims before calls, the pace."""
    from lecommercial_batch.contacts import open_contacts  # noqa: PLC0415 - as above
    from lecommercial_batch.core.clock import SystemClock  # noqa: PLC0415 - as above
    from lecommercial_batch.core.model import Status  # noqa: PLC0415 - as above
    from lecommercial_batch.core.sender import DEFAULT_SENDER, Secret, Sender  # noqa: PLC0415 - as above
    from lecommercial_batch.delivery.engine.local import Engine  # noqa: PLC0415 - as above
    from lecommercial_batch.delivery.pacing.shared_budget import CELLS  # noqa: PLC0415 - each side loads its own
    from lecommercial_batch.delivery.pacing.shared_memory import OwnCells  # noqa: PLC0415 - as above
    from lecommercial_batch.delivery.runtime import rare_collections  # noqa: PLC0415 - as above
    from lecommercial_batch.gateway import ApiGateway  # noqa: PLC0415 - as above
    from lecommercial_batch.journal import open_journal  # noqa: PLC0415 - as above
    from lecommercial_batch.planning.campaign.campaign import load_campaign  # noqa: PLC0415 - as above
    from lecommercial_batch.planning.pipeline import Way  # noqa: PLC0415 - as above
    from lecommercial_batch.planning.plan import make_plan  # noqa: PLC0415 - as above

    clock, place = SystemClock(), Path(folder)
    path = place / "campaign.toml"
    path.write_text(
        f'name = "Bench"\n[contacts]\nfile = "clients.csv"\n[message]\ntext = "{TEXT}"\n'
        '[sending]\nrate = "1000000/s"\n',
        encoding="utf-8",
    )
    campaign = load_campaign(path)
    forget_journal(place)
    journal = open_journal(f"sqlite:///{place}/journal.db", clock=clock)
    plan = asyncio.run(make_plan(Way(campaign, open_contacts(campaign.contacts_file)), journal))
    run = asyncio.run(journal.find(plan.run))
    waiting = asyncio.run(journal.counts(run.id)).messages[Status.PENDING]
    sender = Sender(name=DEFAULT_SENDER, appkey=Secret(KEYS["appkey"]), authkey=Secret(KEYS["authkey"]))
    engine = Engine(
        journal=journal,
        gateway=lambda sender: ApiGateway(url, sender, clock=clock),
        clock=clock,
        locks=place,
        cells=lambda _name: OwnCells(CELLS),
    )
    with rare_collections():
        figures = timed(waiting, lambda: engine.send(run, [sender], stop=asyncio.Event()))
    counts = asyncio.run(journal.counts(run.id)).messages
    journal.close()
    assert counts[Status.ACCEPTED] == waiting, counts
    return figures


def usual(url: str, _folder: str, messages: str, *, at_once: int) -> dict[str, object]:
    """Do what scripts do: one client, one task a message, a semaphore, no journal."""
    import httpx  # noqa: PLC0415 - each side loads its own

    count = int(messages) // _SHARE

    async def work() -> None:
        semaphore = asyncio.Semaphore(at_once)
        async with httpx.AsyncClient() as client:

            async def send(number: int) -> None:
                fields = {**KEYS, "to": f"336410{number:05d}", "message": SENT}
                files = {name: (None, value) for name, value in fields.items()}
                async with semaphore:
                    answer = await client.post(f"{url}/create-message", files=files)
                assert answer.json()["message_status"] == "Success"

            await asyncio.gather(*(send(number) for number in range(count)))

    return timed(count, work)


def bare(url: str, _folder: str, messages: str) -> dict[str, object]:
    """Send with aiohttp alone, sixteen loops over one counter, no journal."""
    import aiohttp  # noqa: PLC0415 - each side loads its own

    count = int(messages)

    async def work() -> None:
        numbers = iter(range(count))
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:

            async def loop() -> None:
                for number in numbers:
                    form = aiohttp.FormData(default_to_multipart=True)
                    for name, value in {**KEYS, "to": f"336410{number:05d}", "message": SENT}.items():
                        form.add_field(name, value)
                    async with session.post(f"{url}/create-message", data=form) as answer:
                        assert (await answer.json())["message_status"] == "Success"

            await asyncio.gather(*(loop() for _ in range(16)))

    return timed(count, work)


_WORK: Final[dict[str, Callable[..., dict[str, object]]]] = {
    OURS: ours,
    USUAL: partial(usual, at_once=50),
    BEST: partial(usual, at_once=8),
    BARE: bare,
}

if __name__ == "__main__" and not run_side(_WORK):
    main(*map(int, sys.argv[1:]))
