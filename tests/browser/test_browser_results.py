"""The pages of a result in both themes and three widths."""

import pytest
from playwright.sync_api import expect

from tests.browser.finished import Finished
from tests.browser.gallery import look
from tests.settings import TestSettings

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


class TestLooks:
    """axe-core finds nothing, and nothing is too wide."""

    def test_of_the_modal(self, finished: Finished, test_settings: TestSettings) -> None:
        """The review right after a generation."""
        page = finished.visitor.context.new_page()
        page.goto(f"{finished.visitor.app_url}/jobs/{finished.job['id']}")
        expect(page.get_by_role("heading", name="Generation of Shop")).to_be_visible()
        page.get_by_role("button", name="Review result").click()
        expect(page.get_by_role("heading", name="Review AI context: Shop")).to_be_visible()
        expect(page.locator("dialog .question").first).to_be_visible()

        assert look(page, "result-modal", test_settings) == []

    def test_of_the_project(self, finished: Finished, test_settings: TestSettings) -> None:
        """The list of tables, one of them open."""
        page = finished.tab()
        expect(page.locator("[data-context-facts]")).to_contain_text("reviewed")
        page.locator(".table-row summary").nth(3).click()
        expect(page.locator(".columns")).to_be_visible()

        assert look(page, "result-project", test_settings) == []

    def test_of_the_context(self, finished: Finished, test_settings: TestSettings) -> None:
        """Texts in every state, one of them being edited."""
        page = finished.tab("/contexts/1")
        page.locator('.item-summary [data-act="accept"]').click()
        page.locator('.item-insight [data-act="discard"]').last.click()
        page.locator('.item-insight [data-act="edit"]').first.click()
        expect(page.locator('.item-insight[data-state="discarded"]')).to_be_visible()

        assert look(page, "result-context", test_settings) == []

    def test_of_a_table(self, finished: Finished, test_settings: TestSettings) -> None:
        """A table at its own address."""
        page = finished.tab("/tables/sales_order")
        page.get_by_text("What was read of it").click()
        expect(page.locator(".columns")).to_be_visible()

        assert look(page, "result-table", test_settings) == []
