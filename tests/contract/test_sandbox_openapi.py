"""The sandbox answers as its OpenAPI description says, whatever it is asked."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, settings

from lecommercial_batch.sandbox.endpoints import SPECS
from lecommercial_batch.sandbox.openapi import describe
from lecommercial_batch.sandbox.settings import Settings
from lecommercial_batch.testing import SandboxServer

HEADERS = {"Accept": "application/json"}
SCHEMA = schemathesis.openapi.from_dict(describe("http://127.0.0.1/api"))


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxServer]:
    """Malformed calls answered by status, as a description can tell them apart."""
    with SandboxServer(Settings(validation_status=422)) as server:
        yield server


@SCHEMA.parametrize()
@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
def test_calls_are_answered_as_described(case: "schemathesis.Case[Any]", sandbox: SandboxServer) -> None:
    """Calls that fit the description and calls that do not: status, type and body are described, none is a 5xx."""
    case.call_and_validate(base_url=sandbox.url, headers=HEADERS)


def test_the_description_is_served() -> None:
    """GET /openapi.json names the six endpoints, at the address they answer at."""
    with SandboxServer() as sandbox:
        shown = httpx.get(f"{sandbox.url.removesuffix('/api')}/openapi.json", trust_env=False).json()
        assert shown["servers"] == [{"url": sandbox.url}]
    assert {(path, *ways) for path, ways in shown["paths"].items()} == {
        (f"/{endpoint}", spec.method.lower()) for endpoint, spec in SPECS.items()
    }
