"""The page in both widths and themes; pictures go to build/screenshots for a person to look at."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser.visitor import PATIENCE_MS, Visitor

pytestmark = pytest.mark.browser

PICTURES = Path(__file__).resolve().parents[2] / "build" / "screenshots"
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
HEIGHTS = {1280: 800, 390: 844}


class Photographer:
    """Takes pictures of a visitor's page and measures how far it is too wide."""

    def __init__(self, visitor: Visitor, label: str) -> None:
        self.visitor = visitor
        self.page = visitor.page
        self.label = label
        self.too_wide: dict[str, int] = {}
        PICTURES.mkdir(parents=True, exist_ok=True)

    def take(self, name: str, *, whole: bool = False) -> None:
        """Save a picture of what is to be seen now, or of the whole page."""
        self.page.screenshot(
            path=PICTURES / f"{name}-{self.label}.png", full_page=whole, animations="disabled"
        )
        excess: int = self.page.evaluate(OVERFLOW)
        if excess > 0:
            self.too_wide[name] = excess

    def enter(self) -> None:
        """From the sign-in page to a new project."""
        self.page.goto(f"{self.visitor.app_url}/login")
        self.take("sign-in")
        self.visitor.sign_up()
        self.take("projects-empty")
        self.page.get_by_role("button", name="New project").click()
        self.take("project-form")
        self.visitor.create_project("Shop")
        self.take("project-new")

    def succeed(self) -> None:
        """A generation, its result, and what stays on the page."""
        self.visitor.generate()
        self.page.locator(".step[data-state=done]").first.wait_for()
        self.take("running")
        self.visitor.result()
        self.take("result")
        self.page.keyboard.press("Escape")
        self.page.locator("[data-tables]").wait_for()
        self.take("project", whole=True)
        self.page.locator(".table-row summary").first.click()
        self.page.locator("[data-filter]").scroll_into_view_if_needed()
        self.take("table")

    def fail(self) -> None:
        """A generation that fails, and the list of projects after it."""
        self.visitor.create_project("Closed", url="postgresql://u@127.0.0.1:1/x")
        self.visitor.generate()
        self.page.locator(".toast.bad").wait_for(timeout=PATIENCE_MS)
        self.take("failed")
        self.page.goto(f"{self.visitor.app_url}/")
        self.page.locator(".project-row").first.wait_for()
        self.take("projects")


class TestAppearance:
    @pytest.mark.parametrize("theme", ["light", "dark"])
    @pytest.mark.parametrize("width", HEIGHTS)
    def test_fits_the_window(self, arrive: Callable[..., Visitor], width: int, theme: str) -> None:
        """No page scrolls sideways, from the sign-in to the result and to a failure."""
        visitor = arrive(width=width, height=HEIGHTS[width], theme=theme)
        photographer = Photographer(visitor, f"{width}-{theme}")
        photographer.enter()
        photographer.succeed()
        photographer.fail()

        assert photographer.too_wide == {}
        assert visitor.complaints == []
