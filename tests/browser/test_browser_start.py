"""The button that starts a generation, and what it says before and after the click."""

import re

import pytest
from playwright.sync_api import Route, expect

from tests.browser.desk import Desk
from tests.browser.tab import Tab, until

pytestmark = pytest.mark.browser


def hint(tab: Tab, text: str | re.Pattern[str]) -> None:
    expect(tab.page.locator("[data-generate-hint]")).to_have_text(text)


def done(desk: Desk, project_id: str) -> None:
    (job,) = desk.get(f"/jobs?projectId={project_id}&status=queued")["items"]
    desk.worker.scan(job["id"])
    desk.worker.finish(job["id"])


class TestButton:
    def test_waits_until_a_click_means_something(self, desk: Desk) -> None:
        """The page is drawn before it knows the project; a click that nobody hears is worse."""
        project_id = desk.project()
        tab, held = desk.tab(), list[Route]()

        def hold(route: Route) -> None:
            held.append(route)

        tab.page.route(f"**/api/v1/projects/{project_id}", hold)
        tab.goto(f"/projects/{project_id}")
        button = tab.button("Generate AI context")
        expect(button).to_be_disabled()
        until(lambda: tab.page.evaluate("1") and held, seconds=10, what="the page asks")
        expect(button).to_be_disabled()
        held[0].continue_()
        button.click()

        tab.is_live()


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
