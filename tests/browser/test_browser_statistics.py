"""The page of figures."""

import re

import pytest
from playwright.sync_api import Locator, expect

from contract.failures import FailureCode, failure
from tests.browser import gallery
from tests.browser.desk import Desk
from tests.browser.tab import until
from tests.settings import TestSettings

pytestmark = pytest.mark.browser


def ran(desk: Desk, *, succeeded: int, failed: int = 0) -> None:
    """Let so many generations have ended."""
    for number in range(succeeded + failed):
        job_id = desk.job(desk.project(f"P{number}"))
        desk.worker.scan(job_id)
        if number < succeeded:
            desk.worker.finish(job_id)
        else:
            desk.worker.fail(job_id, failure(FailureCode.OUTPUT_INVALID, "No JSON."))


def edge(region: Locator) -> bytes:
    """A picture of the right edge, above the words of the head."""
    box = region.bounding_box()
    assert box is not None
    clip = {"x": box["x"] + box["width"] - 3, "y": box["y"] + 1, "width": 2, "height": 5}
    return region.page.screenshot(clip=clip)  # type: ignore[arg-type]  # a dict of its keys


class TestStatistics:
    def test_can_be_used_by_everybody(self, desk: Desk, test_settings: TestSettings) -> None:
        """Empty and full: no violation of axe-core, nothing scrolls sideways."""
        tab = desk.tab("/")
        tab.page.get_by_role("link", name="Metrics").click()
        expect(tab.page.locator(".empty h2")).to_have_text("Not enough runs yet")
        findings = gallery.look(tab.page, "metrics-empty", test_settings)
        ran(desk, succeeded=9, failed=2)
        tab.page.reload()
        expect(tab.page.locator("[data-line]")).to_contain_text(re.compile("^Average .*9 runs$"))
        expect(tab.page.locator("svg.bars").first.locator("rect")).to_have_count(11)
        tab.page.get_by_text("Show as a table").click()
        expect(tab.page.locator("[data-runs] tbody tr")).to_have_count(11)
        findings += gallery.look(tab.page, "metrics", test_settings)

        assert findings == []

    def test_show_that_a_wide_table_goes_on(self, desk: Desk) -> None:
        """On a telephone: a shade at the edge until the end, keys that scroll, names that stay."""
        ran(desk, succeeded=3)
        tab = desk.tab()
        tab.page.set_viewport_size({"width": 390, "height": 844})
        tab.goto("/statistics")
        region = tab.page.get_by_role("group", name="By engine and model")
        name = region.locator("tbody th")
        region.focus()
        shade, place = edge(region), name.bounding_box()

        def at_the_end() -> bool:
            tab.page.keyboard.press("ArrowRight")
            return bool(
                region.evaluate("box => box.scrollLeft + box.clientWidth > box.scrollWidth - 1")
            )

        until(at_the_end, seconds=10, what="the last column")
        assert name.bounding_box() == place
        assert edge(region) != shade

    def test_renews_a_sign_in_that_ran_out(self, desk: Desk) -> None:
        """The server's page cannot; its script can, and asks again."""
        ran(desk, succeeded=3)
        for name in ("auth_access_token", "csrf_access_token"):
            desk.context.clear_cookies(name=name)
        tab = desk.tab("/statistics")

        expect(tab.page.locator("[data-figure=mean]")).to_be_visible()
