"""The history of jobs."""

import re

import pytest
from playwright.sync_api import Locator, expect

from contract.failures import FailureCode, failure
from contract.steps import Step
from tests.browser import gallery
from tests.browser.desk import Desk
from tests.browser.tab import Tab
from tests.settings import TestSettings

pytestmark = pytest.mark.browser

NOTHING = "\N{EN DASH}"
LOST = failure(FailureCode.MODEL_UNREACHABLE, "Ollama did not answer at gpu:11434.")


def row(tab: Tab, job_id: str) -> Locator:
    return tab.page.locator(f"tr[data-job='{job_id}']")


def cells(tab: Tab, job_id: str) -> list[str]:
    return row(tab, job_id).locator("th, td").all_text_contents()


def failed(desk: Desk, project: str = "Orders") -> str:
    job_id = desk.job(desk.project(project))
    desk.worker.scan(job_id)
    desk.worker.fail(job_id, LOST)
    return job_id


class TestRows:
    def test_say_what_became_of_each_job(self, desk: Desk) -> None:
        """Project, status, starter, start, duration, attempts, model; the name leads to the job."""
        done = desk.job(desk.project("Shop"))
        desk.worker.scan(done)
        desk.worker.finish(done)
        lost, waiting = failed(desk), desk.job(desk.project("Later"))
        tab = desk.tab("/jobs")
        expect(tab.page.locator("tbody tr")).to_have_count(3)
        began = r"\d+ \w+ \d{4}, \d\d:\d\d"
        wanted = {
            done: ["Shop", "Succeeded", desk.email, began, r"[\d.]+ m?s", "1", "llama3.1:8b"],
            lost: [
                "Orders",
                "The model server did not answer",
                desk.email,
                began,
                r"[\d.]+ m?s",
                "1",
                "llama3.1:8b",
            ],
            waiting: ["Later", r"Queued(, \d+ ahead)?", desk.email, *[NOTHING] * 4],
        }
        for job_id, patterns in wanted.items():
            found = cells(tab, job_id)
            matched = [
                re.fullmatch(*pair) is not None for pair in zip(patterns, found, strict=True)
            ]
            assert matched == [True] * 7, found
        row(tab, lost).get_by_role("link", name="Orders").click()

        tab.page.wait_for_url(f"**/jobs/{lost}")

    def test_are_live(self, desk: Desk) -> None:
        """Progress, step and end reach the row without a reload, by the same reducer."""
        job_id = desk.job()
        tab = desk.tab("/jobs")
        status = row(tab, job_id).locator(".badge")
        expect(status).to_contain_text("Queued")
        desk.worker.scan(job_id)
        expect(status).to_have_text("50 % · Analyzing")
        desk.worker.say(job_id, Step.ANALYZING, 60, "On it.")
        expect(status).to_have_text("60 % · Analyzing")
        expect(row(tab, job_id)).to_contain_text("llama3.1:8b")
        desk.worker.finish(job_id)
        expect(status).to_have_text("Succeeded")

    def test_that_are_newer_are_offered(self, desk: Desk) -> None:
        """The list does not jump under a reader: a button shows them."""
        desk.job()
        tab = desk.tab("/jobs", turned=True)
        expect(tab.page.locator("tbody tr")).to_have_count(1)
        job_id = desk.job(desk.project("Newest"))
        tab.page.clock.run_for(16_000)
        tab.button("Show newer jobs").click()

        expect(row(tab, job_id)).to_contain_text("Newest")
        expect(tab.button("Show newer jobs")).to_be_hidden()


class TestFilters:
    def test_are_in_the_address(self, desk: Desk) -> None:
        """A filtered list can be reloaded, sent to somebody, and left by the back button."""
        lost, waiting = failed(desk), desk.job(desk.project("Later"))
        tab = desk.tab("/jobs")
        expect(tab.page.locator("tbody tr")).to_have_count(2)
        tab.page.get_by_label("Status").select_option("failed")
        expect(row(tab, waiting)).to_have_count(0)
        expect(row(tab, lost)).to_be_visible()
        tab.page.wait_for_url("**/jobs?status=failed")
        tab.page.reload()
        expect(tab.page.get_by_label("Status")).to_have_value("failed")
        expect(tab.page.locator("tbody tr")).to_have_count(1)
        tab.page.get_by_label("Project").select_option("Later")
        expect(tab.page.locator(".empty")).to_contain_text("No job matches these filters.")
        tab.page.go_back()
        expect(row(tab, lost)).to_be_visible()
        tab.page.go_back()

        expect(tab.page.locator("tbody tr")).to_have_count(2)

    def test_page_through_many(self, desk: Desk) -> None:
        """25 at a time, older ones by a link; the last page leads back to the newest."""
        projects = [desk.project(f"P{number}") for number in range(27)]
        jobs = [desk.job(project) for project in projects]
        tab = desk.tab("/jobs?status=queued")
        expect(tab.page.locator("tbody tr")).to_have_count(25)
        expect(row(tab, jobs[-1])).to_be_visible()
        tab.page.get_by_role("link", name="Older jobs").click()
        expect(tab.page.locator("tbody tr")).to_have_count(2)
        expect(row(tab, jobs[0])).to_be_visible()
        expect(tab.page.get_by_role("link", name="Older jobs")).to_have_count(0)
        tab.page.get_by_role("link", name="Newest jobs").click()

        expect(row(tab, jobs[-1])).to_be_visible()
        assert tab.page.url.endswith("/jobs?status=queued")


class TestLooks:
    def test_can_be_used_by_everybody(self, desk: Desk, test_settings: TestSettings) -> None:
        """Empty and full: no violation of axe-core, nothing scrolls sideways, markup is text."""
        tab = desk.tab("/jobs")
        expect(tab.page.locator(".empty")).to_contain_text("No jobs yet")
        findings = gallery.look(tab.page, "jobs-empty", test_settings)
        failed(desk, "<img src=x onerror=alert(1)>" + "x" * 170)
        for name in ("Warehouse", "Shop"):
            done = desk.job(desk.project(name))
            desk.worker.scan(done)
            desk.worker.finish(done)
        running = desk.job(desk.project("Billing"))
        desk.worker.scan(running)
        desk.job(desk.project("Later"))
        tab.page.reload()
        expect(row(tab, running)).to_contain_text("50 % · Analyzing")
        findings += gallery.look(tab.page, "jobs", test_settings)

        assert findings == []
