"""A real Chromium in front of the real processes."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from stack import local
from store import database
from tests import services
from tests.browser import observers
from tests.browser.desk import Desk
from tests.browser.finished import Finished
from tests.browser.hand_worker import HandWorker
from tests.browser.house import House
from tests.browser.proxy import Proxy
from tests.browser.visitor import Visitor
from tests.settings import TestSettings

CHROMIUM = Path("/usr/bin/chromium")
# A busy machine is slow; how soon a page shows something is for benches.
expect.set_options(timeout=20_000)
#: A name of this machine that browsers do not count as this machine: plain http without privileges.
INSECURE_HOST = "lore.test"
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    f"--host-resolver-rules=MAP {INSECURE_HOST} 127.0.0.1",
)

Arrive = Callable[..., Visitor]
SitDown = Callable[..., Desk]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put these tests last.

    While the browser lives, Playwright keeps an event loop running in this thread, and other
    folders' tests could not run one of their own.
    """
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


@pytest.fixture(scope="session")
def chromium(test_settings: TestSettings) -> Iterator[Browser]:
    """The system's Chromium, without a window."""
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

    assert somebody.witness.complaints == []
    assert somebody.witness.origins <= {somebody.app_url, somebody.relay_url}


@pytest.fixture(scope="session")
def finished(chromium: Browser, stack: local.Stack) -> Iterator[Finished]:
    """A generation that somebody started and watched to its end, to be looked at by many tests."""
    context = chromium.new_context(viewport={"width": 1280, "height": 800})
    somebody = Visitor(context, app_url=stack.app_url, relay_url=stack.relay_url)
    somebody.sign_up()
    somebody.create_project("Shop")
    somebody.page.evaluate(observers.BAR)
    job = somebody.generate()
    somebody.result()
    yield Finished(somebody, job)
    context.close()
    assert somebody.witness.complaints == []


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """App and relay behind a proxy that can be broken, and a worker played by hand."""
    proxy = Proxy()
    environ = {
        "APP_URL": proxy.url,
        "RELAY_URL": "",  # behind a proxy both are one origin
        "GENERATE_RATE_LIMIT": "10000/minute",
        "LOGIN_RATE_LIMIT": "10000/minute",
    }
    directory = tmp_path_factory.mktemp("house")
    with local.Stack(directory, environ=environ, processes=("web", "relay")) as stack:
        proxy.app_port, proxy.relay_port = stack.plan.app_port, stack.plan.relay_port
        opened = database.connect(stack.database_url)
        yield House(stack, proxy, HandWorker(opened, stack.redis_url))
        opened.close()
    proxy.close()


@pytest.fixture
def sit_down(chromium: Browser, house: House) -> Iterator[SitDown]:
    """Open a browser with an account; afterwards nothing may have been complained about."""
    desks = []

    def opened(
        *,
        host: str = "localhost",
        width: int = 1280,
        height: int = 900,
        theme: str = "light",
        motion: str = "no-preference",
    ) -> Desk:
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if theme == "dark" else "light",
            reduced_motion="reduce" if motion == "reduce" else "no-preference",
        )
        desk = Desk(context, house, host=host)
        desks.append(desk)
        return desk

    yield opened
    house.proxy.mend()
    for desk in desks:
        desk.context.close()
    assert [complaint for desk in desks for complaint in desk.witness.complaints] == []
    assert {origin for desk in desks for origin in desk.witness.origins} <= {
        desk.url for desk in desks
    }


@pytest.fixture
def desk(sit_down: SitDown) -> Desk:
    """A browser with an account."""
    return sit_down()
