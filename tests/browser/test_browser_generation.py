"""A generation as a person sees it, from the click to the result."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.finished import Finished
from tests.browser.visitor import PATIENCE_MS, Visitor

pytestmark = pytest.mark.browser

STEPS = ["Scanning", "Indexing", "Analyzing", "Generating", "Optimizing"]
CLOSED_PORT = "postgresql://u@127.0.0.1:1/x"


class TestGeneration:
    def test_shows_the_servers_own_messages_and_ends_in_the_result(
        self, finished: Finished
    ) -> None:
        """Each step has the last thing that the server said of it; the focus comes back."""
        page, modal = finished.visitor.page, finished.visitor.result()
        said = {event["step"]: event["message"] for event in finished.events}
        rows = page.locator(".step")
        assert [row.get_attribute("data-state") for row in rows.all()] == ["done"] * 5
        assert rows.locator(".step-text").all_text_contents() == [
            said[name.lower()] for name in STEPS
        ]
        outcome = finished.events[-1]["data"]
        expect(modal.locator(".lede")).to_have_text(outcome["contextSummary"])
        assert modal.locator(".item-insight").count() == len(outcome["keyInsights"]) > 0
        assert modal.locator(".question").count() == len(outcome["initialPrompts"]) >= 6
        assert modal.locator(".sql code").first.text_content() in [
            prompt["sql"] for prompt in outcome["initialPrompts"]
        ]
        page.keyboard.press("Escape")

        expect(page.locator("[data-generate]")).to_be_focused()

    def test_is_live_from_the_relay(self, finished: Finished) -> None:
        """The page follows the relay's stream, cookies and CORS included; it does not only poll."""
        assert finished.streams == [200]

    def test_never_shows_a_percentage_that_the_server_did_not_send(
        self, finished: Finished
    ) -> None:
        """The bar only ever holds progress of events, and only rises."""
        sent = {event["progress"] for event in finished.events}

        assert finished.shown == sorted(finished.shown)
        assert (set(finished.shown) - sent, finished.shown[-1]) == (set(), 100)

    def test_leaves_the_result_on_the_page(self, finished: Finished) -> None:
        """Summary and tables, and all of the context a click away, in every format."""
        page = finished.tab()
        expect(page.locator("[data-count]")).to_contain_text("59 tables and 2 views; 450 columns")
        page.get_by_role("link", name="Read and review the context").click()
        expect(page.get_by_role("heading", name="Key insights")).to_be_visible()
        assert page.locator(".exports a").count() == 6
        api = f"/api/v1/projects/{finished.project_id}"
        for link in page.locator(".exports a").all():
            address = link.get_attribute("href") or ""
            assert address.startswith(f"{api}/context/export?format=")
            answer = page.request.get(f"{finished.visitor.app_url}{address}")
            assert (answer.status, len(answer.body()) > 0) == (200, True)

    def test_has_an_address_of_its_own(self, finished: Finished) -> None:
        """A colleague's link, or one's own after lunch, shows the same end."""
        page = finished.visitor.context.new_page()
        page.goto(f"{finished.visitor.app_url}/jobs/{finished.job['id']}")
        expect(page.locator(".step[data-state=done]")).to_have_count(5)
        page.get_by_role("button", name="Review result").click()

        expect(page.locator("dialog .lede")).to_have_text(
            finished.events[-1]["data"]["contextSummary"]
        )

    def test_survives_a_reload_right_after_the_click(self, visitor: Visitor) -> None:
        """The new page picks the job up by its id and still ends with the result."""
        visitor.create_project("Shop")
        job = visitor.generate()
        visitor.page.reload()
        modal = visitor.result()

        expect(modal.locator(".lede")).not_to_be_empty()
        assert visitor.api(f"/jobs?projectId={job['projectId']}")["items"][1:] == []


class TestFailedGeneration:
    def test_says_why_and_what_to_do(self, visitor: Visitor) -> None:
        """A toast and the card carry the server's cause and remedy; the page goes on working."""
        visitor.create_project("Closed", url=CLOSED_PORT)
        job = visitor.generate()
        toast = visitor.page.locator(".toast.bad")
        toast.wait_for(timeout=PATIENCE_MS)

        message = visitor.api(f"/jobs/{job['id']}")["error"]["message"]
        assert re.search(r"\. \S", message), "cause and remedy are two sentences"
        assert toast.locator(".toast-text").text_content() == message
        assert visitor.page.locator(".card-failure-text").text_content() == message
        expect(visitor.page.locator(".step").first).to_have_attribute("data-state", "failed")
        expect(visitor.page.get_by_role("button", name="Resume")).to_be_visible()

    def test_is_not_forgotten_by_a_reload(self, visitor: Visitor) -> None:
        """The reason is still on the page, without a second toast."""
        visitor.create_project("Closed", url=CLOSED_PORT)
        visitor.generate()
        visitor.page.locator(".toast.bad").wait_for(timeout=PATIENCE_MS)
        visitor.page.reload()

        expect(visitor.page.locator(".card-failure-text")).not_to_be_empty()
        expect(visitor.page.locator(".toast")).to_have_count(0)
