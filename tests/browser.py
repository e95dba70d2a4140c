"""A real Chromium for tests marked ``browser``: the one of the machine, driven by Playwright."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

HOW_TO_GET_IT = "no Chromium found: apt install chromium, or set CHROMIUM to the path of one"
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


def find_chromium() -> str | None:
    """Path of a Chromium; ``CHROMIUM`` in the environment comes first."""
    stated = os.environ.get("CHROMIUM")
    found = [stated, *map(shutil.which, _NAMES), str(_MAC) if _MAC.exists() else None]
    return next((path for path in found if path), None)


def require_chromium() -> str:
    """Path of a Chromium. Skips the test where there is none; with REQUIRE_BROWSER=1 that is a failure."""
    path = find_chromium()
    if path is None and os.environ.get("REQUIRE_BROWSER") == "1":
        pytest.fail(HOW_TO_GET_IT)
    if path is None:
        pytest.skip(HOW_TO_GET_IT)
    return path


@contextmanager
def open_browser() -> Iterator[Browser]:
    """A headless browser, with no profile of its own."""
    path = require_chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, headless=True, args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()
