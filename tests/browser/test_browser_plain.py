"""The page in a browser that runs no scripts."""

import re
import uuid
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from contract.failures import FailureCode, failure
from tests.browser import gallery
from tests.browser.desk import PASSWORD, Desk
from tests.browser.house import House
from tests.settings import TestSettings

pytestmark = pytest.mark.browser


@pytest.fixture
def bare(chromium: Browser, house: House) -> Iterator[BrowserContext]:
    """A browser without scripts, in front of the house's proxy."""
    context = chromium.new_context(java_script_enabled=False, base_url=house.proxy.url)
    yield context
    context.close()


def sign_up(page: Page, house: House, path: str = "/") -> None:
    """Make an account by the form; ends where `path` leads without scripts."""
    page.goto(f"{house.proxy.url}{path}")
    page.get_by_label("Email").fill(f"bare-{uuid.uuid4().hex[:12]}@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Create an account with these").click()


class TestWithoutScripts:
    def test_a_generation_is_watched_to_its_end(self, bare: BrowserContext, house: House) -> None:
        """From the sign-up to the end of a job, whose page shows itself anew."""
        page = bare.new_page()
        sign_up(page, house)
        page.get_by_role("button", name="New project of the demo database").click()
        page.wait_for_url("**/plain/projects/*")
        project = page.url
        page.get_by_role("button", name="Generate AI context").click()
        page.wait_for_url("**/plain/jobs/*")
        job_id = page.url.rsplit("/", 1)[1]
        expect(page.get_by_role("heading", name="Waiting to start")).to_be_visible()
        house.worker.scan(job_id)
        expect(page.get_by_text("Overall progress: 50 %")).to_be_visible()
        expect(page.get_by_text("Analyzing: in progress")).to_be_visible()
        house.worker.finish(job_id)
        expect(page.get_by_role("heading", name="Generation finished")).to_be_visible()

        page.goto(f"{house.proxy.url}/jobs/{job_id}")  # the address that people send around
        page.wait_for_url(f"**/plain/jobs/{job_id}")
        expect(page.locator("li", has_text="done")).to_have_count(5)
        page.goto(project)
        expect(page.locator(".lede")).to_have_text("Orders link customers to products.")

    def test_a_job_is_cancelled(self, bare: BrowserContext, house: House) -> None:
        """The form carries the token that proves where it comes from."""
        page = bare.new_page()
        sign_up(page, house)
        page.get_by_role("button", name="New project of the demo database").click()
        page.get_by_role("button", name="Generate AI context").click()
        page.get_by_role("button", name="Cancel generation").click()

        expect(page.get_by_role("heading", name="Generation cancelled")).to_be_visible()
        page.get_by_role("link", name="Jobs").click()
        expect(page.get_by_role("row", name=re.compile("Demo shop.*Cancelled"))).to_be_visible()

    def test_a_failure_says_why(self, bare: BrowserContext, house: House) -> None:
        """Cause and remedy, as with scripts."""
        page = bare.new_page()
        sign_up(page, house)
        page.get_by_role("button", name="New project of the demo database").click()
        page.get_by_role("button", name="Generate AI context").click()
        page.wait_for_url("**/plain/jobs/*")
        job_id = page.url.rsplit("/", 1)[1]
        cause = failure(FailureCode.SCHEMA_EMPTY, "There are no tables.")
        house.worker.scan(job_id)
        house.worker.fail(job_id, cause)

        expect(page.locator(".card-failure")).to_have_text(f"There are no tables. {cause.remedy}")
        assert page.locator("meta[http-equiv=refresh]").count() == 0

    def test_the_sign_in_leads_back(self, bare: BrowserContext, house: House) -> None:
        """Whoever was sent a link ends there; a wrong password is said in the form."""
        page = bare.new_page()
        sign_up(page, house, "/login?next=/plain/jobs")
        page.wait_for_url("**/plain/jobs")
        bare.clear_cookies()
        page.goto(f"{house.proxy.url}/plain/jobs")
        page.wait_for_url("**/login?next=/plain/jobs")
        page.get_by_label("Email").fill("nobody@example.com")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()

        expect(page.get_by_role("alert")).to_contain_text("No account has this address")
        expect(page.get_by_label("Email")).to_have_value("nobody@example.com")


class TestLooks:
    def test_can_be_used_by_everybody(self, desk: Desk, test_settings: TestSettings) -> None:
        """No violation of axe-core, and nothing scrolls sideways."""
        project = desk.project()
        desk.worker.write(project)
        job = desk.running()
        desk.worker.finish(job)  # one that runs shows itself anew, which axe-core minds
        tab = desk.tab()
        findings = []
        for name, path in (
            ("projects", "/"),
            ("project", f"/projects/{project}"),
            ("jobs", "/jobs"),
            ("job", f"/jobs/{job}"),
        ):
            tab.goto(f"/plain{path}")
            findings += gallery.look(tab.page, f"plain-{name}", test_settings)

        assert findings == []
