"""The pages of a result in both themes and three widths; pictures go to build/screenshots."""

import pytest
from playwright.sync_api import expect

from tests.browser.gallery import look
from tests.browser.visitor import Visitor
from tests.settings import TestSettings

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


@pytest.fixture
def project(visitor: Visitor) -> str:
    """The address of a project of the demo database with its context."""
    project_id = visitor.create_project("Shop")
    visitor.generate()
    expect(visitor.result().locator(".question").first).to_be_visible()
    return f"{visitor.app_url}/projects/{project_id}"


class TestLooks:
    """axe-core finds nothing, and nothing is too wide."""

    def test_of_the_modal(
        self, visitor: Visitor, project: str, test_settings: TestSettings
    ) -> None:
        """The review right after a generation."""
        assert visitor.page.url == project
        assert look(visitor.page, "result-modal", test_settings) == []

    def test_of_the_project(
        self, visitor: Visitor, project: str, test_settings: TestSettings
    ) -> None:
        """The list of tables, one of them open."""
        page = visitor.page
        page.goto(project)
        expect(page.locator("[data-context-facts]")).to_contain_text("not reviewed yet")
        page.locator(".table-row summary").nth(3).click()
        expect(page.locator(".columns")).to_be_visible()

        assert look(page, "result-project", test_settings) == []

    def test_of_the_context(
        self, visitor: Visitor, project: str, test_settings: TestSettings
    ) -> None:
        """Texts in every state, one of them being edited."""
        page = visitor.page
        page.goto(f"{project}/contexts/1")
        page.locator('.item-summary [data-act="accept"]').click()
        page.locator('.item-insight [data-act="discard"]').last.click()
        page.locator('.item-insight [data-act="edit"]').first.click()
        expect(page.locator('.item-insight[data-state="discarded"]')).to_be_visible()

        assert look(page, "result-context", test_settings) == []

    def test_of_a_table(self, visitor: Visitor, project: str, test_settings: TestSettings) -> None:
        """A table at its own address."""
        page = visitor.page
        page.goto(f"{project}/tables/sales_order")
        expect(page.locator(".columns")).to_be_visible()

        assert look(page, "result-table", test_settings) == []
