"""The account's page, and what somebody sees who has nothing yet."""

import pytest
from playwright.sync_api import expect

from tests.browser import gallery
from tests.browser.desk import Desk
from tests.settings import TestSettings

pytestmark = pytest.mark.browser

BACKGROUND = "getComputedStyle(document.documentElement).backgroundColor"
LIGHT, DARK = "rgb(246, 245, 241)", "rgb(18, 23, 21)"


class TestAccount:
    def test_keeps_the_theme_and_the_debug_panel(self, desk: Desk) -> None:
        """What is chosen holds on every page, and can be taken back."""
        job_id = desk.job()
        tab = desk.tab("/")
        tab.page.get_by_role("link", name="Account").click()
        expect(tab.page.locator("[data-facts]")).to_contain_text(desk.email)
        tab.page.get_by_text("Dark", exact=True).click()
        tab.page.get_by_role("checkbox", name="Show the debug panel").check()
        chosen = tab.page.evaluate(BACKGROUND)
        tab.goto(f"/jobs/{job_id}")
        expect(tab.page.locator("sl-debug")).to_be_visible()
        elsewhere = tab.page.evaluate(BACKGROUND)
        tab.goto("/account")
        expect(tab.page.get_by_role("radio", name="Dark")).to_be_checked()
        tab.button("Switch between light and dark").click()
        expect(tab.page.get_by_role("radio", name="Light", exact=True)).to_be_checked()
        tab.page.get_by_text("System", exact=True).click()
        tab.page.emulate_media(color_scheme="dark")
        followed = tab.page.evaluate(BACKGROUND)

        assert (chosen, elsewhere, followed) == (DARK, DARK, DARK)
        assert "theme" not in {cookie["name"] for cookie in desk.context.cookies()}

    def test_is_left(self, desk: Desk) -> None:
        """Signing out leads to the sign-in page, and the session is over."""
        tab = desk.tab("/account")
        tab.page.locator("[data-leave]").click()
        tab.page.wait_for_url("**/login")

        assert desk.context.request.get(f"{desk.url}/api/v1/auth/me").status == 401


class TestFirstRun:
    def test_leads_to_the_first_project(self, desk: Desk, test_settings: TestSettings) -> None:
        """Three steps, and one click to the demo; its page says who will write."""
        tab = desk.tab("/")
        expect(tab.page.locator(".first-steps li")).to_have_count(3)
        expect(tab.button("New project")).to_have_count(0)  # one way to begin is enough
        findings = gallery.look(tab.page, "first-run", test_settings)
        tab.button("Look around with the demo").click()
        tab.page.wait_for_url("**/projects/*")
        expect(tab.page.get_by_role("heading", name="Demo shop")).to_be_visible()
        expect(tab.page.locator("[data-writer]")).to_contain_text("write")
        findings += gallery.look(tab.page, "project-empty", test_settings)
        tab.goto("/account")
        expect(tab.page.locator("[data-facts]")).to_contain_text(desk.email)
        findings += gallery.look(tab.page, "account", test_settings)

        assert findings == []
