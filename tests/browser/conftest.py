"""A real Chromium in front of the real processes."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from stack import local
from tests import services
from tests.browser.visitor import Visitor
from tests.settings import TestSettings

CHROMIUM = Path("/usr/bin/chromium")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

Arrive = Callable[..., Visitor]


@pytest.fixture(scope="module")
def chromium(test_settings: TestSettings) -> Iterator[Browser]:
    """The system's Chromium, without a window.

    Per module: while it lives, Playwright keeps an event loop running in this thread, and
    other folders' tests could not run one of their own.
    """
    if not CHROMIUM.exists():
        services.missing(f"no Chromium at {CHROMIUM}", ci=test_settings.ci)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield browser
        browser.close()


@pytest.fixture
def arrive(chromium: Browser, stack: local.Stack) -> Iterator[Arrive]:
    """Open a window, with its own cookies, of a given size and colour scheme."""
    contexts = []

    def opened(width: int = 1280, height: int = 800, theme: str = "light") -> Visitor:
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if theme == "dark" else "light",
        )
        contexts.append(context)
        return Visitor(context, app_url=stack.app_url, relay_url=stack.relay_url)

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture
def visitor(arrive: Arrive) -> Iterator[Visitor]:
    """A signed-up person; afterwards nothing may have been complained about or leaked."""
    somebody = arrive()
    somebody.sign_up()
    yield somebody

    assert somebody.complaints == []
    assert somebody.origins <= {somebody.app_url, somebody.relay_url}
