"""A browser with tabs in front of app and relay, and somebody who plays the worker."""

import json
import uuid
from typing import Any

from playwright.sync_api import BrowserContext

from contract.events import Eta
from tests.browser.house import House
from tests.browser.tab import Tab
from tests.browser.witness import Witness

PASSWORD = "correct horse battery staple"
#: What the browser itself says of connections that the tests break.
BROKEN = ("net::ERR_", "502 (Bad Gateway)", "503 (", "401 (")


class Desk:
    """One browser with an account of its own; its witness must have heard no complaint."""

    def __init__(self, context: BrowserContext, house: House, *, host: str) -> None:
        self.context, self.house = context, house
        self.worker, self.proxy = house.worker, house.proxy
        self.url = f"http://{host}:{house.proxy.port}"
        self.email = f"desk-{uuid.uuid4().hex[:12]}@example.com"
        context.set_default_timeout(15_000)
        self.witness = Witness(context, expected=BROKEN)
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

    def running(self, *, done: int = 31) -> str:
        """Submit a generation and come to the middle of its analysis."""
        job_id = self.job()
        self.worker.scan(job_id)
        self.worker.describe(job_id, done)
        return job_id

    def watched(self, *, eta: Eta | None = None) -> tuple[str, Tab]:
        """Return a job at fifty percent and a tab that shows it live."""
        job_id = self.job()
        self.worker.scan(job_id, eta=eta)
        tab = self.tab(f"/jobs/{job_id}")
        tab.is_live()
        return job_id, tab

    def tab(self, path: str = "", *, turned: bool = False) -> Tab:
        """Open another tab; `turned`: with a clock that the test can turn on."""
        page = self.context.new_page()
        if turned:
            page.clock.install()
        tab = Tab(page, self.url)
        if path:
            tab.goto(path)
        return tab
