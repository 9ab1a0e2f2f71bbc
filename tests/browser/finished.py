"""A generation that has ended, of which many tests look at what is left."""

from typing import Any

from playwright.sync_api import Page

from tests.browser.visitor import Visitor


class Finished:
    """What its starter saw, and the addresses of what it left."""

    def __init__(self, visitor: Visitor, job: dict[str, Any]) -> None:
        self.visitor, self.job = visitor, job
        self.events: list[dict[str, Any]] = visitor.api(f"/jobs/{job['id']}/events?after=0")[
            "items"
        ]
        self.shown: list[int] = visitor.page.evaluate("window.shown")  # values of the bar
        self.streams = list(visitor.streams)

    @property
    def project_id(self) -> str:
        """The project's id."""
        return str(self.job["projectId"])

    def tab(self, path: str = "") -> Page:
        """Open an address below the project's in a tab of its own."""
        page = self.visitor.context.new_page()
        page.goto(f"{self.visitor.app_url}/projects/{self.project_id}{path}")
        return page
