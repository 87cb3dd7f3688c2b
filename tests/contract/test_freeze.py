"""A program that is stopped and goes on later: what arrived meanwhile is read, with real signals and sockets."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

import pytest

from tests.contract.test_gateway import http, read_request, server

MESSAGES = 20
TIMEOUT = 5.0  # seconds for an answer: a freeze of a little more is one that no busy machine makes
SUCCESS = http("200 OK", '{"message_status":"Success"}')

#: Sends its messages through the real loop with a read timeout of its own, and prints what became of them.
SENDING = f"""
import asyncio, sys
from lecommercial_batch.core.clock import SystemClock
from lecommercial_batch.gateway import ApiGateway, wire
from lecommercial_batch.core.model import Rate
from tests.contract.test_gateway import a_sender
from tests.unit.drain_bench import Bench

async def main(url):
    wire.TIMEOUT["read"] = {TIMEOUT}
    async with ApiGateway(url, a_sender(), clock=SystemClock()) as gateway:
        bench = Bench(gateway, rate=Rate(count=1000, period=1), clock=SystemClock())
        await bench.plan({MESSAGES})
        drained = await bench.drain()
    print(await bench.statuses(), repr(drained.halted))

asyncio.run(main(sys.argv[1]))
"""


@pytest.mark.skipif(os.name == "nt", reason="no SIGSTOP there")
@pytest.mark.parametrize("answered", [True, False], ids=["answered meanwhile", "not answered"])
async def test_a_freeze_costs_no_answer(answered: bool) -> None:
    """Frozen for longer than an answer is waited for: what lies in the sockets is known when it thaws.

    What does not is in doubt, as ever; but the time that this program stood still is no failure of the phone.
    """
    all_read, frozen, ended = asyncio.Event(), asyncio.Event(), asyncio.Event()
    read = 0

    async def answer_in_the_freeze(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal read
        await read_request(reader)
        read += 1
        if read == MESSAGES:
            all_read.set()
        await frozen.wait()
        if answered:
            writer.write(SUCCESS)
            await writer.drain()
        await ended.wait()

    async with server(answer_in_the_freeze) as url:
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-c", SENDING, url, cwd=Path(__file__).parents[2], stdout=PIPE, stderr=PIPE
        )
        try:
            async with asyncio.timeout(60):
                await all_read.wait()
                await asyncio.sleep(0.5)  # by then it sleeps in its selector, which is where a freeze does harm
                child.send_signal(signal.SIGSTOP)
                frozen.set()
                await asyncio.sleep(TIMEOUT + 2)
                child.send_signal(signal.SIGCONT)
                said, errors = await child.communicate()
        finally:
            ended.set()
            if child.returncode is None:
                child.kill()

    became = "accepted" if answered else "unknown"
    assert f"'{became}'>: {MESSAGES}" in said.decode(), errors.decode()
    assert said.decode().strip().endswith("''")
