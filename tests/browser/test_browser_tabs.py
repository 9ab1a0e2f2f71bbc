"""One job in many tabs, of which one holds the connection."""

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from contract.failures import FailureCode, failure
from contract.steps import Step
from tests.browser import observers
from tests.browser.conftest import INSECURE_HOST, SitDown
from tests.browser.desk import Desk
from tests.browser.house import House
from tests.browser.tab import Tab, until

pytestmark = pytest.mark.browser

POLLS = re.compile(r"^Polling · \d+ s$")
HOLDS = "This tab holds the connection of all tabs"


@pytest.mark.alone
class TestTabs:
    def test_share_one_connection(self, desk: Desk, house: House) -> None:
        """Ten tabs, one stream; all show the same, and another leads when the leader closes."""
        job_id = desk.running()
        tabs = [desk.tab(f"/jobs/{job_id}") for _ in range(10)]
        for tab in tabs:
            tab.is_live()
        assert house.streams() == 1
        desk.worker.describe(job_id, 40)
        for tab in tabs:
            tab.shows(40)
        pictures = [tab.picture() for tab in tabs]
        took = [_close_leader(tabs) for _ in range(3)]
        desk.worker.describe(job_id, 45)

        for tab in tabs:
            tab.shows(45)
        assert pictures == [pictures[0]] * 10
        assert min(took) < 1, f"a new leader is live at once, where nothing else is slow: {took}"
        assert house.streams() == 1

    def test_take_over_from_a_blocked_one(self, desk: Desk, house: House) -> None:
        """A tab that hangs holds its lock but not the others; when it wakes there is one leader."""
        job_id = desk.running()
        tabs = [desk.tab(f"/jobs/{job_id}") for _ in range(2)]
        for tab in tabs:
            tab.is_live()
        (leader,) = [tab for tab in tabs if tab.role() == HOLDS]
        (other,) = [tab for tab in tabs if tab is not leader]
        took = _lead_instead([other], lambda: _block(leader.page, seconds=12))
        desk.worker.describe(job_id, 40)
        other.shows(40)
        until(lambda: leader.role() != HOLDS, seconds=15, what="the old leader to follow")

        assert 3 < took < 6, "a leader that is only slow is not pushed aside"
        leader.shows(40)
        until(lambda: house.streams() == 1, seconds=5, what="one stream")

    def test_of_five_jobs_leave_room_for_pages(self, desk: Desk, house: House) -> None:
        """Four streams at most: the fifth job is polled, and pages still load."""
        jobs = [desk.running() for _ in range(5)]
        tabs = [desk.tab(f"/jobs/{job_id}") for job_id in jobs[:4]]
        for tab in tabs:
            tab.is_live()
        tabs.append(desk.tab(f"/jobs/{jobs[4]}"))
        expect(tabs[4].chip).to_have_text(POLLS)
        expect(tabs[4].note).to_contain_text("Four other generations are live")
        desk.worker.describe(jobs[4], 40)
        tabs[4].shows(40)

        assert house.streams() == 4
        desk.tab("/").page.get_by_role("heading", name="Projects", exact=True).wait_for()

    def test_share_on_plain_http(self, sit_down: SitDown, house: House) -> None:
        """On an address that is no secure origin there are no Web Locks, and sharing works."""
        desk = sit_down(host=INSECURE_HOST)
        job_id = desk.running()
        tabs = [desk.tab(f"/jobs/{job_id}") for _ in range(3)]
        assert tabs[0].page.evaluate("[isSecureContext, typeof navigator.locks]") == [
            False,
            "undefined",
        ]
        for tab in tabs:
            tab.is_live()
        assert house.streams() == 1
        took = [_close_leader(tabs) for _ in range(2)]
        desk.worker.describe(job_id, 40)
        for tab in tabs:
            tab.shows(40)

        assert min(took) < 1, f"a lease is given back by a tab that closes: {took}"
        assert house.streams() == 1


class TestPlainHttp:
    def test_generate_and_copy_on_plain_http(self, sit_down: SitDown) -> None:
        """Neither one-time keys nor copying need a secure origin."""
        desk = sit_down(host=INSECURE_HOST)
        project_id = desk.project()
        tab = desk.tab(f"/projects/{project_id}")
        tab.button("Generate AI context").click()
        tab.is_live()
        (job,) = desk.get(f"/jobs?projectId={project_id}")["items"]
        desk.worker.scan(job["id"])
        missing = {"action": "pull", "model": "m:8b"}
        cause = failure(FailureCode.MODEL_MISSING, "A model is missing.", **missing)
        desk.worker.fail(job["id"], cause)
        tab.button("Copy the command").click()

        expect(tab.button("Copy the command")).to_have_text("Copied")
        assert tab.page.evaluate("getSelection().toString()") == "ollama pull m:8b"


class TestStart:
    def test_by_a_double_click_and_in_two_tabs_is_one_job(self, desk: Desk) -> None:
        """Both tabs watch the only job there is."""
        project_id = desk.project()
        tabs = [desk.tab(f"/projects/{project_id}") for _ in range(2)]
        for tab in tabs:
            tab.button("Generate AI context").wait_for()
        for tab in tabs:
            tab.button("Generate AI context").dblclick()
        for tab in tabs:
            tab.is_live()

        (job,) = desk.get(f"/jobs?projectId={project_id}")["items"]
        desk.worker.scan(job["id"])
        for tab in tabs:
            expect(tab.page.locator(".meter-percent")).to_have_text("50 %")
        desk.worker.say(job["id"], Step.ANALYZING, 60, "On it.")
        for tab in tabs:
            expect(tab.page.locator(".meter-percent")).to_have_text("60 %")


def _close_leader(tabs: list[Tab]) -> float:
    """Close the tab that leads, and drop it; return after how many seconds another one led."""
    (leader,) = [tab for tab in tabs if tab.role() == HOLDS]
    tabs.remove(leader)
    return _lead_instead(tabs, leader.page.close)


def _lead_instead(others: list[Tab], act: Callable[[], None]) -> float:
    """Take the leader away; return after how many seconds another held a live connection."""
    for tab in others:
        tab.page.evaluate(observers.LEADS, HOLDS)
    began = time.time()
    act()

    def leads() -> list[float]:
        found = [tab.page.evaluate("window.leads") for tab in others]
        return [at / 1000 for at in found if at is not None]

    until(leads, seconds=10, what="a leader")
    return min(leads()) - began


def _block(page: Page, *, seconds: float) -> None:
    """Let the page's thread do nothing else for a while; do not wait for it."""
    page.evaluate(
        """(milliseconds) => setTimeout(() => {
          const end = performance.now() + milliseconds;
          while (performance.now() < end);
        }, 0)""",
        seconds * 1000,
    )
