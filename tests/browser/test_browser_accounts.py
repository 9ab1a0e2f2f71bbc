"""Signing in and out, and what others may not do."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.finished import Finished
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser

HOSTILE = '<img src=x onerror="window.hacked = true"><script>window.hacked = true</script>'


class TestAccount:
    def test_is_left_and_entered_again(self, visitor: Visitor) -> None:
        """Signing in leads back to the page that was asked for."""
        project_id = visitor.create_project("Shop")
        visitor.page.get_by_role("button", name="Sign out").click()
        visitor.page.wait_for_url("**/login")
        visitor.page.goto(f"{visitor.app_url}/projects/{project_id}")
        visitor.page.wait_for_url("**/login?next=*")
        visitor.sign_in()

        expect(visitor.page.get_by_role("heading", name="Shop", level=1)).to_be_visible()

    def test_is_renewed_silently(self, visitor: Visitor) -> None:
        """An access token that ran out costs one refresh, not a visit to the sign-in page."""
        visitor.create_project("Shop")
        visitor.context.clear_cookies(name="auth_access_token")
        visitor.context.clear_cookies(name="csrf_access_token")
        visitor.page.reload()

        expect(visitor.page.get_by_role("heading", name="Shop", level=1)).to_be_visible()

    def test_is_refused_with_a_wrong_password(
        self, visitor: Visitor, arrive: Callable[..., Visitor]
    ) -> None:
        """The form says so, and nobody is signed in."""
        stranger = arrive()
        stranger.email = visitor.email
        stranger.page.goto(f"{stranger.app_url}/login")
        stranger.sign_in("not the password")

        expect(stranger.page.get_by_role("alert")).not_to_be_empty()
        assert stranger.page.url == f"{stranger.app_url}/login"

    def test_never_leads_to_another_site(self, visitor: Visitor) -> None:
        """A crafted `next` ends on our own page."""
        visitor.page.goto(f"{visitor.app_url}/login?next=//evil.example/x")
        visitor.sign_in()

        visitor.page.wait_for_url(f"{visitor.app_url}/")


class TestProject:
    def test_shows_a_script_in_its_name_as_text(self, visitor: Visitor) -> None:
        """In the heading, the title, the list and the modal alike."""
        visitor.create_project(HOSTILE)
        visitor.generate()
        modal = visitor.result()

        page = visitor.page
        assert modal.locator("h2").text_content() == f"Review AI context: {HOSTILE}"
        assert page.locator("h1").text_content() == HOSTILE
        page.goto(f"{visitor.app_url}/")
        expect(page.locator(".project-link")).to_have_text(HOSTILE)
        assert page.evaluate("window.hacked") is None

    def test_is_not_shown_to_others(self, visitor: Visitor, arrive: Callable[..., Visitor]) -> None:
        """Somebody else's address looks like one that does not exist."""
        project_id = visitor.create_project("Secret plans")
        other = arrive()
        other.sign_up()
        other.page.goto(f"{other.app_url}/projects/{project_id}")

        expect(other.page.get_by_role("heading", name="No such project")).to_be_visible()
        expect(other.page.locator("[data-facts]")).to_contain_text("it is somebody else's")
        assert "Secret plans" not in other.page.content()


class TestTables:
    def test_are_found_by_name_and_opened(self, finished: Finished) -> None:
        """Typing filters; opening a table fetches and shows its columns."""
        page = finished.tab()
        expect(page.locator("[data-count]")).to_contain_text("59 tables")
        page.keyboard.press("/")
        page.keyboard.type("customer")
        rows = page.locator(".table-row")
        expect(page.locator("[data-count]")).to_contain_text("of 59 tables")
        names = rows.locator(".table-name").all_text_contents()
        texts = rows.locator(".table-text").all_text_contents()
        rows.first.locator("summary").click()

        assert 0 < len(names) < 59
        shown = [f"{name} {text}".lower() for name, text in zip(names, texts, strict=True)]
        assert [text for text in shown if "customer" not in text] == []
        expect(rows.first.locator("tbody tr").first).to_be_visible()
