"""The button that starts a generation, and what it says before and after the click."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.desk import Desk
from tests.browser.tab import Tab

pytestmark = pytest.mark.browser


def hint(tab: Tab, text: str | re.Pattern[str]) -> None:
    expect(tab.page.locator("[data-generate-hint]")).to_have_text(text)


def done(desk: Desk, project_id: str) -> None:
    (job,) = desk.get(f"/jobs?projectId={project_id}&status=queued")["items"]
    desk.worker.scan(job["id"])
    desk.worker.finish(job["id"])


class TestHint:
    def test_is_what_earlier_runs_took(self, desk: Desk) -> None:
        """Nothing is guessed before there is a run; then their number and times are named."""
        project_id = desk.project()
        tab = desk.tab(f"/projects/{project_id}")
        hint(tab, "No earlier run to estimate from.")
        tab.button("Generate AI context").click()
        expect(tab.chip).to_contain_text("Live")
        hint(tab, "")
        done(desk, project_id)
        expect(tab.button("Review result")).to_be_attached()
        tab.page.keyboard.press("Escape")

        hint(tab, re.compile(r"1 earlier run with llama3\.1:8b took (less than a second|\d+ s)\.$"))

    def test_says_what_regenerating_keeps(self, desk: Desk) -> None:
        """Nobody has to fear for what they wrote."""
        project_id = desk.project()
        job_id = desk.job(project_id)
        desk.worker.scan(job_id)
        desk.worker.finish(job_id)
        tab = desk.tab(f"/projects/{project_id}")

        hint(tab, re.compile(r"^Accepted and edited text is kept\. 1 earlier run with"))
        expect(tab.button("Regenerate")).to_be_visible()


class TestStanding:
    def test_one_that_did_it_already_is_shown(self, desk: Desk) -> None:
        """A tab that has no context yet gets it, is told so, and no modal jumps out."""
        project_id = desk.project()
        tab = desk.tab(f"/projects/{project_id}")
        tab.button("Generate AI context").wait_for()
        job_id = desk.job(project_id)
        desk.worker.scan(job_id)
        desk.worker.finish(job_id)
        tab.button("Generate AI context").click()

        expect(tab.page.locator(".toast")).to_have_text(
            "Nothing has changed since this context was written. Regenerate asks the model anew."
        )
        expect(tab.button("Regenerate")).to_be_visible()
        expect(tab.button("Review result")).to_be_visible()
        expect(tab.page.get_by_role("dialog")).to_have_count(0)

    def test_one_that_runs_is_watched(self, desk: Desk) -> None:
        """A tab that did not know of it yet says since when it runs, and follows it."""
        project_id = desk.project()
        tab = desk.tab(f"/projects/{project_id}")
        tab.button("Generate AI context").wait_for()
        job_id = desk.job(project_id)
        tab.button("Generate AI context").click()

        expect(tab.page.locator(".toast")).to_have_text(
            re.compile(r"^Already running, started \d+ s ago by you\. You are watching it\.$")
        )
        expect(tab.page.locator("[data-announce=assertive]")).to_contain_text("Already running")
        desk.worker.scan(job_id)
        expect(tab.page.locator(".meter-percent")).to_have_text("50 %")
        expect(tab.button("View running generation")).to_be_visible()
