"""What is shown while a request is open and nothing tells how far it is."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.desk import Desk
from tests.browser.proxy import mended

pytestmark = pytest.mark.browser


class TestSimulation:
    def test_shows_no_number_and_gives_way_to_the_first_real_word(self, desk: Desk) -> None:
        """While the POST hangs: violet, without percent, counts or time; then the job itself."""
        tab = desk.tab(f"/projects/{desk.project()}", turned=True)
        simulated = tab.page.locator("sl-simulated-card")
        tab.button("Generate AI context").wait_for()
        with mended(desk.proxy) as proxy:
            proxy.holds_post = True
            tab.button("Generate AI context").click()
            tab.page.clock.run_for(1100)
            expect(simulated).to_contain_text("Real progress is unavailable. The request is open.")
            tab.page.clock.run_for(3100)
            expect(simulated.locator(".step[data-state=passed]")).to_have_count(1)
            text = simulated.text_content() or ""
            bar = simulated.locator("progress").get_attribute("value")
        expect(tab.card).to_contain_text("Queued.")

        assert re.search(r"[%\d]", text) is None, text
        assert bar is None
        expect(simulated).to_have_count(0)

    def test_is_not_shown_when_the_answer_is_quick(self, desk: Desk) -> None:
        """A job within a second needs no make-believe."""
        tab = desk.tab(f"/projects/{desk.project()}")
        tab.page.evaluate(
            """() => new MutationObserver(() => {
              if (document.querySelector("sl-simulated-card")) window.simulated = true;
            }).observe(document, { subtree: true, childList: true })"""
        )
        tab.button("Generate AI context").click()
        expect(tab.chip).to_contain_text("Live")

        assert tab.page.evaluate("window.simulated") is None
