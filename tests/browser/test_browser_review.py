"""Reviewing a context: accepted, edited, discarded, undone, in the modal and on its page."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import INSECURE_HOST, SitDown
from tests.browser.desk import Desk
from tests.browser.proxy import Way, mended
from tests.browser.tab import Tab

pytestmark = pytest.mark.browser


def item(page: Page, target: str) -> Locator:
    """One text of the context."""
    return page.locator(f'[data-target="{target}"]:visible')


def act(page: Page, target: str, name: str) -> None:
    """Press one of an item's buttons."""
    item(page, target).get_by_role("button", name=re.compile(f"^{name}")).click()


def badge(page: Page, target: str) -> Locator:
    return item(page, target).locator(".item-state .badge").first


def focus(page: Page) -> str:
    """What a screen reader would say of where the focus is."""
    words: str = page.evaluate(
        "document.activeElement.ariaLabel ?? document.activeElement.textContent.trim()"
    )
    return words


def reviewed(desk: Desk) -> tuple[str, Tab]:
    """Return a project with a context, and the tab of that context's page."""
    project = desk.project()
    version = desk.worker.write(project)
    return project, desk.tab(f"/projects/{project}/contexts/{version}")


class TestContextPage:
    def test_saves_what_is_decided_at_once(self, desk: Desk) -> None:
        """Accepted, edited and discarded texts are so after a reload, and for the API."""
        project, tab = reviewed(desk)
        act(tab.page, "summary", "Accept")
        expect(badge(tab.page, "summary")).to_have_text("Accepted")
        act(tab.page, "description", "Edit")
        tab.page.get_by_role("textbox", name="Text").fill("We sell things.")
        tab.button("Save").click()
        expect(badge(tab.page, "description")).to_have_text("Edited")
        act(tab.page, "insight:Two tables have no key.", "Discard")
        expect(badge(tab.page, "insight:Two tables have no key.")).to_have_text("Discarded")
        tab.page.reload()

        for target, state in (
            ("summary", "Accepted"),
            ("description", "Edited"),
            ("insight:Two tables have no key.", "Discarded"),
            ("insight:Orders refer to customers.", "AI draft"),
        ):
            expect(badge(tab.page, target)).to_have_text(state)
        expect(item(tab.page, "description")).to_contain_text("We sell things.")
        body = desk.get(f"/projects/{project}/context")
        decided = {review["target"]: review["state"] for review in body["reviews"]}
        assert decided == {
            "summary": "accepted",
            "description": "edited",
            "insight:Two tables have no key.": "discarded",
        }

    def test_takes_decisions_back_one_by_one(self, desk: Desk) -> None:
        """Undo leads to what was decided before, and at last to the draft."""
        _, tab = reviewed(desk)
        act(tab.page, "summary", "Accept")
        expect(badge(tab.page, "summary")).to_have_text("Accepted")
        act(tab.page, "summary", "Discard")
        expect(badge(tab.page, "summary")).to_have_text("Discarded")
        act(tab.page, "summary", "Undo")
        expect(badge(tab.page, "summary")).to_have_text("Accepted")
        act(tab.page, "summary", "Undo")

        expect(badge(tab.page, "summary")).to_have_text("AI draft")
        expect(item(tab.page, "summary")).to_contain_text("Orders link customers to products.")

    def test_accepts_what_is_left(self, desk: Desk) -> None:
        """One press decides about all drafts, and leaves what was decided."""
        _, tab = reviewed(desk)
        act(tab.page, "summary", "Discard")
        tab.button("Accept remaining 4").click()

        expect(tab.button("Accept remaining")).to_be_hidden()
        expect(badge(tab.page, "description")).to_have_text("Accepted")
        expect(badge(tab.page, "prompt:How many orders are there?")).to_have_text("Accepted")
        expect(badge(tab.page, "summary")).to_have_text("Discarded")

    def test_says_on_the_item_that_it_was_not_saved(self, desk: Desk) -> None:
        """While the server is away the text stays what it was, and what was typed is kept."""
        _, tab = reviewed(desk)
        expect(badge(tab.page, "summary")).to_be_visible()
        with mended(desk.proxy) as proxy:
            proxy.app = Way.BAD_GATEWAY
            act(tab.page, "summary", "Edit")
            tab.page.get_by_role("textbox", name="Text").fill("My words.")
            tab.button("Save").click()
            expect(item(tab.page, "summary").get_by_role("alert")).to_contain_text("Not saved.")
            expect(tab.page.get_by_role("textbox", name="Text")).to_have_value("My words.")
        tab.button("Save").click()

        expect(badge(tab.page, "summary")).to_have_text("Edited")
        expect(item(tab.page, "summary")).to_contain_text("My words.")

    def test_keeps_decisions_over_regeneration(self, desk: Desk) -> None:
        """A new version shows what was decided; the old one is to be read only."""
        project, tab = reviewed(desk)
        act(tab.page, "prompt:How many orders are there?", "Edit")
        tab.page.get_by_role("textbox", name="Question").fill("How many orders last week?")
        tab.button("Save").click()
        expect(badge(tab.page, "prompt:How many orders are there?")).to_have_text("Edited")
        desk.worker.write(project)
        tab.goto(f"/projects/{project}/contexts/2")

        expect(badge(tab.page, "prompt:How many orders are there?")).to_have_text("Edited")
        expect(tab.page.locator(".question")).to_have_text("How many orders last week?")
        tab.goto(f"/projects/{project}/contexts/1")
        expect(tab.page.locator("[data-notices]")).to_contain_text("The newest is version 2.")
        expect(tab.button("Accept")).to_have_count(0)

    def test_reviews_tables_and_columns(self, desk: Desk) -> None:
        """Each shows source and confidence, and is decided about like all texts."""
        project, tab = reviewed(desk)
        tab.page.locator('.table-row[data-id="orders"] summary').click()
        expect(item(tab.page, "table:orders")).to_contain_text(
            "Written by the model · from foreign keys · medium confidence"
        )
        act(tab.page, "column:orders.customer_id", "Edit")
        tab.page.get_by_role("textbox", name="Text").fill("Who ordered.")
        tab.button("Save").click()
        expect(badge(tab.page, "column:orders.customer_id")).to_have_text("Edited")
        tab.goto(f"/projects/{project}/tables/orders")

        expect(item(tab.page, "column:orders.customer_id")).to_contain_text("Who ordered.")
        expect(badge(tab.page, "table:orders")).to_have_text("AI draft")

    def test_accepts_a_table_at_once(self, desk: Desk) -> None:
        """One press decides about a table and its columns, and about nothing else."""
        project, tab = reviewed(desk)
        tab.page.locator('.table-row[data-id="orders"] summary').click()
        act(tab.page, "column:orders.id", "Discard")
        tab.button("Accept all 2 of orders").click()
        expect(tab.page.locator(".table-detail .accepted")).to_be_focused()
        tab.goto(f"/projects/{project}/tables/orders")

        for target, state in (
            ("table:orders", "Accepted"),
            ("column:orders.customer_id", "Accepted"),
            ("column:orders.id", "Discarded"),
        ):
            expect(badge(tab.page, target)).to_have_text(state)
        expect(tab.button("Accept all")).to_be_hidden()
        assert len(desk.get(f"/projects/{project}/context")["reviews"]) == 3
        act(tab.page, "table:orders", "Undo")
        expect(tab.button("Accept all 1 of orders")).to_be_visible()

    def test_shows_at_each_row_how_far_people_are(self, desk: Desk) -> None:
        """At once where it is decided, and with the project's first tables."""
        project, tab = reviewed(desk)
        row = tab.page.locator('.table-row[data-id="orders"]')
        expect(row.locator(".table-state")).to_have_text("AI draft")
        row.locator("> summary").click()
        act(tab.page, "table:orders", "Accept")
        expect(badge(tab.page, "table:orders")).to_have_text("Accepted")
        row.locator("> summary").click()
        expect(row.locator(".table-state")).to_have_text("Accepted")
        tab.goto(f"/projects/{project}")

        states = tab.page.locator(".table-row .table-state")
        expect(states).to_have_text(["AI draft", "Accepted"])

    def test_is_reviewed_by_keyboard_alone(self, desk: Desk) -> None:
        """Accept, undo and edit are reached by Tab; the focus stays at the text it was at."""
        _, tab = reviewed(desk)
        expect(badge(tab.page, "summary")).to_be_visible()
        for _ in range(20):
            if focus(tab.page).startswith("Accept: Orders link"):
                break
            tab.page.keyboard.press("Tab")
        tab.page.keyboard.press("Enter")
        expect(badge(tab.page, "summary")).to_have_text("Accepted")
        assert focus(tab.page) == "Undo: Orders link customers to products."
        tab.page.keyboard.press("Tab")
        tab.page.keyboard.press("Enter")
        tab.page.keyboard.press("Control+A")
        tab.page.keyboard.type("By hand.")
        tab.page.keyboard.press("Control+Enter")

        expect(badge(tab.page, "summary")).to_have_text("Edited")
        expect(item(tab.page, "summary")).to_contain_text("By hand.")
        assert focus(tab.page) == "Edit: By hand."

    def test_keeps_the_texts_when_the_rest_does_not_load(self, desk: Desk) -> None:
        """A server that fails for the versions takes nothing away from what is there."""
        project = desk.project()
        version = desk.worker.write(project)
        tab = desk.tab()
        tab.page.route("**/context/versions", lambda route: route.fulfill(status=503))
        tab.goto(f"/projects/{project}/contexts/{version}")

        expect(tab.page.get_by_text("The versions were not loaded.")).to_be_visible()
        expect(item(tab.page, "summary")).to_be_visible()
        expect(tab.page.get_by_role("region", name="What was read")).to_be_visible()

    def test_copies_sql_on_plain_http(self, sit_down: SitDown) -> None:
        """Where there is no clipboard API, SQL is copied by selecting it."""
        desk = sit_down(host=INSECURE_HOST)
        _, tab = reviewed(desk)
        tab.page.get_by_role("button", name="Copy SQL: How many").click()

        expect(tab.page.get_by_role("button", name="Copy SQL: How many")).to_have_text("Copied")
        expect(tab.page.get_by_text("SELECT count(*) FROM orders")).to_be_visible()
