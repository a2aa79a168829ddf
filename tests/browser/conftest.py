"""A real browser before the real product, with the demo family in it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Page,
    Playwright,
    Request,
    sync_playwright,
)

from tests.stack import Stack

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
PATIENCE_MS = 20_000


class Product(NamedTuple):
    """The running product and its demo family."""

    url: str
    demo: dict[str, Any]
    # The catalogue's words: by control its name and the names of its values.
    words: dict[str, dict[str, Any]]

    def parent(self, name: str) -> dict[str, str]:
        """Return how a parent signs in."""
        return next(each for each in self.demo["parents"] if each["name"] == name)

    def teen(self, name: str) -> dict[str, Any]:
        """Return one of the demo's teens."""
        return next(each for each in self.demo["teens"] if each["name"] == name)

    def name_of(self, key: str) -> str:
        """Return what a control is called."""
        return str(self.words[key]["name"])

    def value_of(self, key: str, value: str) -> str:
        """Return what a value of a control is called."""
        return next(str(each["name"]) for each in self.words[key]["values"] if each["value"] == value)


@pytest.fixture(scope="package")
def product(whole_stack: Stack) -> Generator[Product, None, None]:
    """Start the product with its demo family, for all tests here."""
    whole_stack.reset()
    whole_stack.start("web", "worker", "sweeper")
    demo = Path(whole_stack.env["FAMILY_PAIRING_HOME"], "demo.json")
    whole_stack.manage("demo", "--write", str(demo))
    catalogue = whole_stack.get("/v1/controls", headers={"Accept-Language": "en"})
    assert catalogue.status_code == httpx.codes.OK
    words = {control["key"]: control for control in catalogue.json()["controls"]}
    yield Product(f"http://localhost:{whole_stack.port}", json.loads(demo.read_text()), words)
    whole_stack.reset()


@pytest.fixture(scope="package")
def chromium() -> Generator[Browser, None, None]:
    """Start the browser; where there is none, CI fails and a developer is told."""
    with sync_playwright() as playwright:
        browser = launched(playwright)
        yield browser
        browser.close()


def launched(playwright: Playwright) -> Browser:
    """Return a browser: the system's, or the one that Playwright has installed."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    try:
        return playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
    except Error as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"NO BROWSER, so the pages were NOT tested; install chromium, or run\n{INSTALL}\n{error.message}")


INSTALL = subprocess.list2cmdline(["python", "-m", "playwright", "install", "chromium"])


class Watched:
    """Opens pages, and notes everything that a page must never do."""

    def __init__(self, chromium: Browser, product: Product):
        self.faults: list[str] = []
        self._chromium = chromium
        self._product = product
        self._contexts: list[BrowserContext] = []

    def __call__(self, **options: Any) -> Page:
        """Return a page of a person who has used nothing here before."""
        context = self._chromium.new_context(
            base_url=self._product.url, locale="en-GB", timezone_id="Europe/Paris", **options
        )
        context.set_default_timeout(PATIENCE_MS)
        context.on("console", self._hear)
        context.on("weberror", lambda error: self.faults.append(f"error: {error.error}"))
        context.on("request", self._ask)
        self._contexts.append(context)
        return context.new_page()

    def close(self) -> None:
        """Close every page."""
        for context in self._contexts:
            context.close()

    def _hear(self, message: ConsoleMessage) -> None:
        # A violation of the content security policy is one of these, too.
        if message.type in ("error", "warning"):
            self.faults.append(f"{message.type}: {message.text} ({message.location.get('url')})")

    def _ask(self, request: Request) -> None:
        if urlsplit(request.url).scheme != "data" and not request.url.startswith(self._product.url):
            self.faults.append(f"asked somebody else: {request.url}")


Opened = Callable[..., Page]


@pytest.fixture
def opened(chromium: Browser, product: Product) -> Generator[Opened, None, None]:
    """Return what opens pages; a page that complains, or asks anybody else, fails the test."""
    watched = Watched(chromium, product)
    yield watched
    watched.close()
    assert not watched.faults


def sign_in(page: Page, product: Product, name: str) -> None:
    """Sign a parent in, by the form."""
    parent = product.parent(name)
    page.goto("/accounts/login/")
    page.get_by_label("Email").fill(parent["email"])
    page.get_by_label("Password", exact=True).fill(parent["password"])
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", level=1, name="Your family").wait_for()
