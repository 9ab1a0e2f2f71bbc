"""The list of projects, and the form of a new one."""

import pytest
from playwright.sync_api import expect

from tests.browser.desk import Desk
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser

URL = "postgresql://u@127.0.0.1:1/x"


class TestList:
    def test_tells_how_far_each_job_is(self, desk: Desk) -> None:
        """Live, by the same reducer as everywhere; at the end what became of the project."""
        job_id = desk.job(desk.project("Shop"))
        tab = desk.tab("/")
        row = tab.page.locator(".project-row")
        expect(row).to_contain_text("Not scanned yet")
        expect(row.locator(".badge")).to_contain_text("Queued")
        desk.worker.scan(job_id)
        expect(row.locator(".badge")).to_have_text("50 % · Analyzing")
        desk.worker.finish(job_id)

        expect(row.locator(".badge")).to_have_text("Context v1")
        expect(row).to_contain_text("2 tables, 4 columns")


class TestProfile:
    def test_is_off_unless_somebody_chooses_a_level(self, visitor: Visitor) -> None:
        """Asked where there is a database to look into, and kept with the project."""
        visitor.page.goto(f"{visitor.app_url}/")
        visitor.page.get_by_role("button", name="Create the first project").click()
        form = visitor.page.get_by_role("dialog", name="New project")
        level = form.get_by_label("What may be read besides the schema")
        hidden = level.is_visible()
        form.get_by_label("Name").fill("Shop")
        form.get_by_role("radio", name="Connection URL").check()
        form.get_by_role("textbox", name="Connection URL").fill(URL)
        first = level.input_value()
        level.select_option("shapes")
        form.get_by_role("button", name="Create project").click()
        visitor.page.wait_for_url("**/projects/*")
        chosen = visitor.page.url.rsplit("/", 1)[1]
        other = visitor.create_project("Other")

        assert (False, "none") == (hidden, first)
        assert "shapes" == visitor.api(f"/projects/{chosen}")["profile"]
        assert "none" == visitor.api(f"/projects/{other}")["profile"]
