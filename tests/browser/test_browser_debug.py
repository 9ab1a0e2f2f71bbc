"""What the debug panel tells of a job and of its connection."""

import itertools
from datetime import datetime

import pytest
from playwright.sync_api import expect

from tests.browser.desk import Desk
from tests.browser.tab import until

pytestmark = pytest.mark.browser


class TestDebug:
    @pytest.mark.alone
    def test_tells_the_servers_own_times(self, desk: Desk) -> None:
        """Real beside simulated seconds per step, events with their delay, the tab's role."""
        job_id, tab = desk.watched()
        tab.goto(f"/jobs/{job_id}?debug=1")
        expect(tab.page.locator("sl-debug")).to_contain_text("Role of this tab: leader.")
        desk.worker.finish(job_id)
        expect(tab.page.locator(".debug-steps tbody tr")).to_have_count(5)
        desk.context.grant_permissions(["clipboard-read", "clipboard-write"])
        tab.button("Copy JSON").click()
        expect(tab.button("Copied")).to_be_visible()
        report = tab.page.evaluate("navigator.clipboard.readText().then(JSON.parse)")

        events = {event["seq"]: event for event in report["events"]}
        stored = desk.get(f"/jobs/{job_id}/events?after=0")["items"]
        assert [event["at"] for event in stored] == [events[e["seq"]]["at"] for e in stored]
        assert [step["dummy"] for step in report["steps"]] == [3, 4, 8, 5, 2]
        at = [datetime.fromisoformat(stored[0]["at"])]
        for done in (20, 40, 70, 80, 90):
            ends = next(event["at"] for event in stored if event["progress"] >= done)
            at.append(datetime.fromisoformat(ends))
        spent = [(end - begin).total_seconds() for begin, end in itertools.pairwise(at)]
        assert [step["real"] for step in report["steps"]] == pytest.approx(spent, abs=0.05)
        assert report["transitions"][-1]["state"] == "done"

    def test_opens_by_a_key(self, desk: Desk) -> None:
        """Alt+Shift+D shows and hides it."""
        _, tab = desk.watched()
        tab.page.keyboard.press("Alt+Shift+D")
        expect(tab.page.locator("sl-debug")).to_be_visible()
        tab.page.keyboard.press("Alt+Shift+D")
        until(lambda: tab.page.locator("sl-debug").count() == 0, seconds=3, what="it to close")

    def test_counts_reconnects_also_among_the_figures(self, desk: Desk) -> None:
        """What this browser went through with a job; the page of figures sums it up."""
        job_id, tab = desk.watched()
        tab.goto(f"/jobs/{job_id}?debug=1")
        line = tab.page.locator(".debug-line")
        expect(line).to_have_text("Reconnects: 0; live 100 % of the time")
        for reconnects in (1, 2):
            desk.proxy.sever()
            expect(line).to_contain_text(f"Reconnects: {reconnects}; live ")
        desk.worker.finish(job_id)
        expect(tab.page.locator(".step[data-state=done]")).to_have_count(5)
        tab.goto("/statistics")

        told = tab.page.get_by_role("region", name="Live updates")
        expect(told).to_contain_text("Of the last 1 job that this browser watched to the end")
        expect(told).to_contain_text("2 reconnects, in 1 of them; live ")
