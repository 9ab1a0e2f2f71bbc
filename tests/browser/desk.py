"""A browser with tabs in front of app and relay, and somebody who plays the worker."""

import contextlib
import json
import time
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import httpx
from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Page

from stack import local
from tests.browser.hand_worker import HandWorker
from tests.browser.proxy import Proxy

PASSWORD = "correct horse battery staple"
#: What the browser itself says of connections that the tests break.
BROKEN = ("net::ERR_", "502 (Bad Gateway)", "503 (", "401 (")


class House:
    """App and relay behind one proxy, without a worker but the one by hand."""

    def __init__(self, stack: local.Stack, proxy: Proxy, worker: HandWorker) -> None:
        self.stack, self.proxy, self.worker = stack, proxy, worker

    def streams(self) -> int:
        """Return how many streams the relay says are open."""
        metrics = httpx.get(
            f"http://127.0.0.1:{self.stack.plan.relay_port}/metrics", trust_env=False
        ).text
        (line,) = (
            row for row in metrics.splitlines() if row.startswith("schemalore_relay_streams ")
        )
        return int(float(line.split()[1]))


class Desk:
    """One browser with an account of its own; afterwards `complaints` must be empty."""

    def __init__(self, context: BrowserContext, house: House, *, host: str) -> None:
        self.context, self.house = context, house
        self.worker, self.proxy = house.worker, house.proxy
        self.url = f"http://{host}:{house.proxy.port}"
        self.complaints: list[str] = []
        self.expected: list[str] = []  # complaints that a test provokes
        self.origins: set[str] = set()
        self.email = f"desk-{uuid.uuid4().hex[:12]}@example.com"
        context.set_default_timeout(15_000)
        self.post("/auth/register", {"email": self.email, "password": PASSWORD})
        if host != "localhost":  # only the browser knows that name
            cookies: list[Any] = [{**cookie, "domain": host} for cookie in context.cookies()]
            context.add_cookies(cookies)

    def post(self, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """Ask the API with the browser's cookies, beside the page."""
        tokens = {cookie["name"]: cookie["value"] for cookie in self.context.cookies()}
        answer = self.context.request.post(
            f"{self.proxy.url}/api/v1{path}",
            data=body or {},
            headers={"X-CSRF-TOKEN": tokens.get("csrf_access_token", "")},
        )
        assert answer.ok, answer.text()
        found: dict[str, Any] = json.loads(answer.text() or "{}")
        return found

    def get(self, path: str) -> dict[str, Any]:
        """Ask the API with the browser's cookies, beside the page."""
        answer = self.context.request.get(f"{self.proxy.url}/api/v1{path}")
        assert answer.ok, answer.text()
        found: dict[str, Any] = answer.json()
        return found

    def project(self, name: str = "Shop") -> str:
        """Create a project of the demo database."""
        body = {"name": name, "source": {"kind": "demo"}}
        return str(self.post("/projects", body)["id"])

    def job(self, project_id: str | None = None) -> str:
        """Submit a generation that waits for the worker."""
        project_id = project_id or self.project()
        return str(self.post(f"/projects/{project_id}/context/generate")["id"])

    def tab(self, path: str = "") -> "Tab":
        """Open another tab."""
        page = self.context.new_page()
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.complaints.append(f"uncaught: {error}"))
        page.on("request", lambda request: self.origins.add("/".join(request.url.split("/")[:3])))
        tab = Tab(page, self.url)
        if path:
            tab.goto(path)
        return tab

    def _console(self, message: ConsoleMessage) -> None:
        broken = any(word in message.text for word in (*BROKEN, *self.expected))
        if message.type in ("error", "warning") and not broken:
            self.complaints.append(f"{message.type}: {message.text}")


class Tab:
    """One page, read as a person reads it."""

    def __init__(self, page: Page, url: str) -> None:
        self.page, self.url = page, url

    def goto(self, path: str) -> None:
        """Open an address of the app."""
        self.page.goto(f"{self.url}{path}")

    @property
    def card(self) -> Locator:
        """The progress card."""
        return self.page.locator("sl-progress-card")

    @property
    def chip(self) -> Locator:
        """The state of the connection."""
        return self.page.locator("sl-connection .chip")

    @property
    def note(self) -> Locator:
        """What the card says about connection and worker."""
        return self.page.locator(".card-note")

    def button(self, name: str) -> Locator:
        """A button by its words."""
        return self.page.get_by_role("button", name=name)

    def picture(self) -> dict[str, Any]:
        """Return what the card shows of the job, as far as it is the same in every tab."""
        found: dict[str, Any] = self.page.evaluate(
            """() => ({
              percent: document.querySelector(".meter-percent").textContent,
              bar: document.querySelector("progress").value,
              steps: [...document.querySelectorAll(".step")].map((row) =>
                [row.dataset.state, row.querySelector(".step-text").textContent]),
              tables: document.querySelector(".strip-text").textContent,
              cells: document.querySelectorAll(".strip-cells i[data-state=done]").length,
            })"""
        )
        return found

    def role(self) -> str:
        """What this tab is to the connection, in the words of the chip's details."""
        self.chip.click()
        words = self.page.locator(".chip-details dd").first.text_content() or ""
        self.chip.click()
        return words


def until(met: Callable[[], object], *, seconds: float, what: str) -> float:
    """Wait until something holds; return after how many seconds it did."""
    began = time.monotonic()
    while not met():
        assert time.monotonic() - began < seconds, f"not within {seconds} s: {what}"
        time.sleep(0.05)
    return time.monotonic() - began


@contextlib.contextmanager
def mended(proxy: Proxy) -> Iterator[Proxy]:
    """Let a test break the proxy, and mend it whatever comes."""
    try:
        yield proxy
    finally:
        proxy.mend()
