"""The review that opens when a generation has ended."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.desk import Desk

pytestmark = pytest.mark.browser


class TestOpening:
    def test_opens_in_the_starters_tab_only(self, desk: Desk) -> None:
        """Elsewhere it waits for a click; the focus returns to the button that started all."""
        project_id = desk.project()
        other = desk.tab(f"/projects/{project_id}")
        tab = desk.tab(f"/projects/{project_id}")
        tab.button("Generate AI context").click()
        tab.is_live()
        (job,) = desk.get(f"/jobs?projectId={project_id}")["items"]
        other.page.reload()
        desk.worker.scan(job["id"])
        expect(other.page.locator(".meter-percent")).to_have_text("50 %")
        desk.worker.finish(job["id"])
        expect(tab.page.get_by_role("dialog", name="Review AI context: Shop")).to_be_visible()
        tab.page.keyboard.press("Escape")

        expect(tab.page.locator("[data-generate]")).to_be_focused()
        expect(other.button("Review result")).to_be_visible()
        expect(other.page.get_by_role("dialog", name="Review AI context: Shop")).to_be_hidden()

    def test_does_not_open_while_somebody_types(self, desk: Desk) -> None:
        """A toast says it instead; nothing takes the focus away."""
        project_id = desk.project()
        tab = desk.tab(f"/projects/{project_id}")
        tab.button("Generate AI context").click()
        tab.is_live()
        (job,) = desk.get(f"/jobs?projectId={project_id}")["items"]
        tab.page.evaluate(
            """() => {
              const input = document.createElement("input");
              document.querySelector("main").prepend(input);
              input.focus();
            }"""
        )
        desk.worker.scan(job["id"])
        desk.worker.finish(job["id"])
        expect(tab.page.locator(".toast")).to_contain_text("The context of Shop is ready")

        expect(tab.page.locator("main > input")).to_be_focused()
        expect(tab.page.get_by_role("dialog")).to_have_count(0)


class TestReading:
    def test_has_its_parts_in_order(self, desk: Desk) -> None:
        """From the whole to the single question; a press leads to each, with the focus."""
        project = desk.project()
        job = desk.job(project)
        desk.worker.scan(job)
        desk.worker.finish(job)
        tab = desk.tab(f"/jobs/{job}")
        tab.button("Review result").click()
        modal = tab.page.get_by_role("dialog", name="Review AI context: Shop")
        parts = ["Context", "Summary", "Key insights", "Starting prompts"]
        expect(modal.locator(".result-title")).to_have_text(parts)
        jumps = modal.get_by_role("navigation", name="Parts of the context").get_by_role("button")
        expect(jumps).to_have_text(parts)
        jumps.last.click()

        expect(modal.get_by_role("heading", name="Starting prompts")).to_be_focused()


class TestDeciding:
    def test_is_reviewed_where_it_opens(self, desk: Desk) -> None:
        """What is decided in the modal is on the project's page after a reload."""
        project = desk.project()
        tab = desk.tab(f"/projects/{project}")
        tab.button("Generate AI context").click()
        expect(tab.button("Cancel generation")).to_be_visible()
        job = desk.get(f"/jobs?projectId={project}")["items"][0]["id"]
        desk.worker.scan(job)
        desk.worker.finish(job)
        modal = tab.page.get_by_role("dialog", name="Review AI context: Shop")
        expect(modal).to_be_visible()
        modal.get_by_role("button", name=re.compile("^Edit: Orders link")).click()
        tab.page.get_by_role("textbox", name="Text").fill("Customers order.")
        tab.page.keyboard.press("Escape")
        expect(modal).to_be_visible()
        modal.get_by_role("button", name="Accept remaining 5").click()
        expect(modal.get_by_role("button", name="Accept remaining")).to_be_hidden()
        tab.page.keyboard.press("Escape")
        expect(modal).to_be_hidden()
        tab.page.reload()

        expect(tab.page.locator("[data-context-facts]")).to_contain_text("5 reviewed")
