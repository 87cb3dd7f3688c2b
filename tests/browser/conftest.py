"""A real browser, driven by Playwright."""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from tools.programs import REMEDY, find

Open = Callable[..., Page]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium or Playwright's own, for one file of tests: its event loop must not be in others' way."""
    path = find("chromium")
    if path is None:
        pytest.fail(f"chromium is missing: {REMEDY}")
    rootless = [] if not hasattr(os, "geteuid") or os.geteuid() else ["--no-sandbox"]  # it refuses root otherwise
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=rootless)
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Open]:
    """Open pages, each in a profile of its own, and hold them to a silent console and to this computer."""
    complaints: list[str] = []
    contexts = []

    def asked(address: str, url: str) -> None:
        if not address.startswith((url, "data:")):
            complaints.append(address)

    def open_page(url: str, **profile: Any) -> Page:  # any of Playwright's options
        context = browser.new_context(**{"locale": "en-GB", **profile})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", lambda message: complaints.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: asked(request.url, url))
        page.goto(url)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


def serious_faults(page: Page) -> list[str]:
    """Return what axe-core finds that keeps people out, as they are now on the page."""
    found = Axe().run(page).response["violations"]
    return [
        f"{fault['id']}: {node['target']} {node['failureSummary']}"
        for fault in found
        if fault["impact"] in {"serious", "critical"}
        for node in fault["nodes"]
    ]
