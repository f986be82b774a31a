"""A headless Chromium for tests of the pages, and a record of what goes wrong in it."""

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, Request, sync_playwright

_REPOSITORY = Path(__file__).resolve().parents[2]
_PRIVATE_CHROMIUM = _REPOSITORY / ".cache" / "chromium" / "chromium"
_NAMES = ("chromium", "chromium-browser", "google-chrome")
_PATIENCE_SECONDS = 20
_FLAGS = (
    # Containers and CI machines have neither the sandbox's privileges nor a graphics card.
    "--no-sandbox",
    "--disable-gpu",
    # Nothing but the page under test may use the network.
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


class ChromiumMissing(RuntimeError):
    """There is no Chromium to run the browser tests with."""

    def __init__(self) -> None:
        super().__init__(
            "No Chromium was found: run `make test`, which installs one for the tests."
        )


def find_chromium() -> str:
    """The path of a Chromium, looked for where ``scripts/install_chromium.sh`` leaves one."""
    candidates = (os.environ.get("CHROMIUM"), *map(shutil.which, _NAMES), str(_PRIVATE_CHROMIUM))
    for path in candidates:
        if path and os.access(path, os.X_OK):
            return path
    raise ChromiumMissing


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser that ends with the block."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=list(_FLAGS))
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class OpenPage:
    """A page, what its console said, and which URLs it asked for."""

    page: Page
    errors: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)


@contextmanager
def open_page(browser: Browser, url: str, **context_options: Any) -> Iterator[OpenPage]:
    """A page in a context of its own, loaded.

    Args:
        browser: Where to open it.
        url: What to open.
        context_options: For Playwright's ``new_context``: ``java_script_enabled`` and others.
    """
    context = browser.new_context(**context_options)
    try:
        opened = OpenPage(context.new_page())
        _listen(opened)
        opened.page.goto(url)
        yield opened
    finally:
        context.close()


def _listen(opened: OpenPage) -> None:
    page, errors = opened.page, opened.errors
    page.on("console", lambda message: _note_message(errors, message.type, message.text))
    page.on("pageerror", lambda error: errors.append(f"uncaught: {error}"))
    page.on("request", lambda request: opened.requests.append(request.url))
    page.on("requestfailed", lambda request: _note_failure(errors, request))


def _note_failure(errors: list[str], request: Request) -> None:
    # What was still loading when the page went on to something else has not failed.
    if request.failure != "net::ERR_ABORTED":
        errors.append(f"failed: {request.url}")


def _note_message(errors: list[str], kind: str, text: str) -> None:
    if kind in {"error", "warning"}:
        errors.append(f"{kind}: {text}")


def wait_until(page: Page, condition: str) -> None:
    """Wait for a JavaScript expression to become true.

    Playwright's ``wait_for_function`` evaluates in the page, which the pages' policy forbids.
    """
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not page.evaluate(condition):
        assert time.monotonic() < deadline, f"this never became true: {condition}"
        page.wait_for_timeout(20)
