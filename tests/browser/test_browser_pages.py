"""The pages around a generation, as everybody can use them."""

import pytest
from playwright.sync_api import Browser, expect

from contract.events import Eta
from tests.browser import gallery
from tests.browser.desk import Desk
from tests.browser.house import House
from tests.settings import TestSettings

pytestmark = pytest.mark.browser

ETA = Eta(seconds=180, low=120, high=240, runs=14)
#: The colours that forced colours leave to the cells of the strip, by state.
CELLS = """() => Object.fromEntries(["done", "fallback", "working", "waiting"].map((state) => {
  const { backgroundColor, borderTopWidth } =
    getComputedStyle(document.querySelector(`.strip-cells i[data-state=${state}]`));
  return [state, `${backgroundColor} ${borderTopWidth}`];
}))"""


class TestPages:
    def test_of_the_entrance(
        self, chromium: Browser, house: House, test_settings: TestSettings
    ) -> None:
        """The sign-in page, in both its modes."""
        context = chromium.new_context()
        page = context.new_page()
        page.goto(f"{house.proxy.url}/login")
        expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
        findings = gallery.look(page, "login", test_settings)
        page.get_by_role("button", name="Create one").click()
        expect(page.get_by_role("heading", name="Create account")).to_be_visible()
        findings += gallery.look(page, "register", test_settings)
        context.close()

        assert findings == []

    def test_of_projects(self, desk: Desk, test_settings: TestSettings) -> None:
        """The list with its states, and the form of a new one."""
        names = ["Shop", "<script>alert(1)</script>" + "y" * 150, "Payroll"]
        projects = [desk.project(name) for name in names]
        desk.worker.scan(desk.job(projects[0]))
        tab = desk.tab("/")
        expect(tab.page.locator(".project-row")).to_have_count(3)
        expect(tab.page.locator(".badge.active")).to_have_text("50 % · Analyzing")
        findings = gallery.look(tab.page, "projects", test_settings)
        tab.button("New project").click()
        tab.page.get_by_role("dialog", name="New project").wait_for()
        tab.page.get_by_role("radio", name="DDL text").check()
        findings += gallery.look(tab.page, "project-form", test_settings)

        assert findings == []

    def test_of_a_running_job_in_forced_colours(self, desk: Desk) -> None:
        """Whoever chose their own colours sees every state of the strip, step and bar."""
        job_id = desk.job()
        desk.worker.scan(job_id, eta=ETA)
        desk.worker.describe(job_id, 31, fallback=4, eta=ETA)
        tab = desk.tab(f"/jobs/{job_id}")
        expect(tab.page.locator(".strip-text")).to_contain_text("31 of 59")
        tab.page.emulate_media(forced_colors="active")
        cells = tab.page.evaluate(CELLS)

        assert all(look.endswith(" 1px") for look in cells.values()), cells
        assert len({cells[state] for state in ("done", "working", "waiting")}) > 1, cells
        assert cells["done"] != cells["waiting"]
