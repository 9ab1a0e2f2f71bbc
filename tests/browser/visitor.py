"""A person in front of the page, and what the browser complains about meanwhile."""

import re
import uuid
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Locator, Page, Response

from tests.browser.witness import Witness

PASSWORD = "correct horse battery staple"
PATIENCE_MS = 60_000
STEP_MS = 15_000
_CREATE = re.compile("New project|Create the first project")


class Visitor:
    """One browser window with an account of its own once `sign_up` was called."""

    def __init__(self, context: BrowserContext, *, app_url: str, relay_url: str) -> None:
        self.app_url = app_url
        self.relay_url = relay_url
        self.context = context
        self.email = f"visitor-{uuid.uuid4().hex[:12]}@example.com"
        context.set_default_timeout(STEP_MS)
        self.page: Page = context.new_page()
        self.witness = Witness(context)
        self.streams: list[int] = []
        context.on("response", self._response)

    def sign_up(self) -> None:
        """Create an account through the form; ends on the list of projects."""
        self.page.goto(f"{self.app_url}/")
        self.page.wait_for_url("**/login?next=%2F")
        self.page.get_by_role("button", name="Create one").click()
        self._enter("Create account")
        self.page.get_by_role("heading", name="Projects", exact=True).wait_for()
        self.page.get_by_role("heading", name="No projects yet").wait_for()

    def sign_in(self, password: str = PASSWORD) -> None:
        """Fill in and send the sign-in form of the page that is open."""
        self._enter("Sign in", password)

    def create_project(self, name: str, *, url: str | None = None) -> str:
        """Create a project of the demo database, or of `url`; ends on its page, whose id it is."""
        self.page.goto(f"{self.app_url}/")
        self.page.get_by_role("button", name=_CREATE).click()
        form = self.page.get_by_role("dialog", name="New project")
        form.get_by_label("Name").fill(name)
        if url is not None:
            form.get_by_role("radio", name="Connection URL").check()
            form.get_by_role("textbox", name="Connection URL").fill(url)
        form.get_by_role("button", name="Create project").click()
        self.page.wait_for_url("**/projects/*")
        self.page.get_by_role("heading", name=name, level=1).wait_for()
        return urlsplit(self.page.url).path.rsplit("/", 1)[1]

    def generate(self) -> dict[str, Any]:
        """Press the button; returns the job as the API answered it."""
        with self.page.expect_response("**/context/generate") as answered:
            self.page.get_by_role("button", name="Generate AI context").click()
        job: dict[str, Any] = answered.value.json()
        return job

    def api(self, path: str) -> dict[str, Any]:
        """Ask the API with this browser's cookies, beside the page."""
        answer = self.context.request.get(f"{self.app_url}/api/v1{path}")
        assert answer.ok, answer.text()
        body: dict[str, Any] = answer.json()
        return body

    def result(self) -> Locator:
        """Wait for the modal with the finished context and return it."""
        modal = self.page.locator("dialog[data-review]")
        modal.wait_for(state="visible", timeout=PATIENCE_MS)
        return modal

    def _enter(self, button: str, password: str = PASSWORD) -> None:
        self.page.get_by_label("Email").fill(self.email)
        self.page.get_by_label("Password").fill(password)
        self.page.get_by_role("button", name=button, exact=True).click()

    def _response(self, response: Response) -> None:
        if response.url.startswith(self.relay_url) and "/stream" in response.url:
            self.streams.append(response.status)
