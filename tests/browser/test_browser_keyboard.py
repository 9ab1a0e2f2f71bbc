"""The whole journey without a pointer, from the sign-in to an accepted context."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.visitor import PASSWORD, PATIENCE_MS, Visitor

pytestmark = pytest.mark.browser

FARTHEST = 150  # presses of Tab; a long context has many buttons before its last
#: The focused element's name; and whether one sees that it has the focus: it is in the window,
#: under nothing else, and it or its label has a ring. Null between the last element and
#: the first, and where the link that skips leads to.
FOCUS = """() => {
  const element = document.activeElement;
  if (element.matches("body, main")) return null;
  const name = element.ariaLabel ?? element.labels?.[0]?.innerText ?? element.textContent;
  const { left, top, width, height } = element.getBoundingClientRect();
  const [x, y] = [left + width / 2, top + height / 2];
  const above = document.elementFromPoint(x, y);
  const free = above !== null && (element.contains(above) || above.contains(element));
  const ringed = [element, element.closest("label")].some((each) =>
    each !== null && getComputedStyle(each).outlineStyle !== "none");
  return { name: name.trim(), seen: free && ringed };
}"""


class Keys:
    """Somebody who has a keyboard only."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def reach(self, name: str) -> None:
        """Go on with Tab to what is called so, and see that it has the focus all the way."""
        passed: list[dict[str, object] | None] = []
        while len(passed) < FARTHEST:
            focus = self.page.evaluate(FOCUS)
            if focus is not None:
                assert focus["seen"], f"nobody sees the focus at {focus['name']!r}"
                if focus["name"].startswith(name):
                    return
            passed.append(focus)
            self.page.keyboard.press("Tab")
        raise AssertionError(f"no {name!r} among {passed}")

    def press(self, name: str) -> None:
        """Reach a button or link, and press it."""
        self.reach(name)
        self.page.keyboard.press("Enter")

    def fill(self, name: str, words: str) -> None:
        """Reach a field, and type."""
        self.reach(name)
        self.page.keyboard.type(words)


class TestJourney:
    def test_leads_from_the_sign_in_to_an_accepted_context(self, visitor: Visitor) -> None:
        """Each focus can be seen, and is where one expects it after what opens and closes."""
        visitor.context.clear_cookies()
        page, keys = visitor.page, Keys(visitor.page)
        page.goto(f"{visitor.app_url}/")
        page.get_by_role("heading", name="Sign in").wait_for()
        keys.fill("Email", visitor.email)
        keys.fill("Password", PASSWORD)
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="No projects yet").wait_for()
        keys.press("Create the first project")
        keys.fill("Name", "Shop")
        keys.press("Create project")
        page.get_by_role("heading", name="Shop", level=1).wait_for()
        keys.press("Skip to content")
        keys.press("Generate AI context")
        modal = visitor.result()
        expect(modal.locator(".question").first).to_be_visible()
        keys.press("Accept remaining")
        expect(modal.get_by_text("All is decided")).to_be_focused(timeout=PATIENCE_MS)
        page.keyboard.press("Escape")
        expect(page.locator("[data-generate]")).to_be_focused()
        keys.press("Read and review the context")
        expect(page.get_by_role("heading", name="Context of Shop")).to_be_visible()

        shown = page.locator(".context-parts .context .item")
        expect(shown.first).to_have_attribute("data-state", "accepted")
        assert shown.count() > 8
        states = {item.get_attribute("data-state") for item in shown.all()}
        assert states == {"accepted"}
