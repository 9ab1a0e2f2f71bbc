"""A page that comes back: from a machine asleep, a sign-in that ran out, from behind other tabs."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from tests.browser.desk import Desk
from tests.browser.tab import Tab, until

pytestmark = pytest.mark.browser

TEN_MINUTES = 600


def goes_on(desk: Desk, tab: Tab, job_id: str) -> None:
    tab.is_live()
    desk.worker.describe(job_id, 40)
    tab.shows(40)
    expect(tab.note).to_be_hidden()


class TestWaking:
    def test_opens_the_stream_anew_after_sleep(self, desk: Desk) -> None:
        """A machine that wakes tells nobody; its clock has jumped, and the stream may be dead.

        The server's clock has not: nothing is said to be late.
        """
        job_id = desk.running()
        tab = desk.tab(f"/jobs/{job_id}", turned=True)
        tab.is_live()

        def streams() -> int:
            return sum(f"/jobs/{job_id}/stream" in line for line in desk.proxy.requests)

        def jumped() -> bool:
            now = tab.page.evaluate("Date.now()") / 1000
            tab.page.clock.set_system_time(datetime.fromtimestamp(now + TEN_MINUTES, tz=UTC))
            tab.page.wait_for_timeout(2000)
            return streams() > before

        before = streams()
        # A heartbeat that comes just then shows that the stream lives, and it is kept.
        until(jumped, seconds=20, what="a new stream")

        goes_on(desk, tab, job_id)

    def test_renews_a_sign_in_that_ran_out(self, desk: Desk) -> None:
        """In the middle of a run: silently, and the job goes on where it was."""
        job_id = desk.running()
        tab = desk.tab(f"/jobs/{job_id}")
        tab.is_live()
        for name in ("auth_access_token", "csrf_access_token"):
            desk.context.clear_cookies(name=name)
        with tab.page.expect_request("**/auth/refresh"):
            desk.proxy.sever()

        goes_on(desk, tab, job_id)

    def test_finds_the_job_that_others_started(self, desk: Desk) -> None:
        """Whoever comes back to a project's tab sees what runs there by now."""
        project = desk.project()
        tab = desk.tab(f"/projects/{project}")
        tab.button("Generate AI context").wait_for()
        desk.worker.scan(desk.job(project))
        tab.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")

        expect(tab.button("View running generation")).to_be_visible()
        expect(tab.page.locator(".meter-percent")).to_have_text("50 %")
