"""Looks at a page in both themes and three widths; pictures go to build/screenshots."""

from pathlib import Path

from playwright.sync_api import Page

from tests import npm
from tests.browser import accessibility
from tests.settings import TestSettings

PICTURES = Path(__file__).resolve().parents[2] / "build" / "screenshots"
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
HEIGHTS = {1280: 900, 390: 844, 320: 640}
PICTURED = (1280, 390)
#: Waits for what ends; the active step breathes for ever.
_SETTLE = """() => Promise.allSettled(document.getAnimations()
  .filter(({ effect }) => effect.getTiming().iterations === 1).map(({ finished }) => finished))"""


def look(page: Page, name: str, test_settings: TestSettings) -> list[str]:
    """Return what axe-core finds, and where the page scrolls sideways."""
    npm.require(accessibility.PACKAGES, ci=test_settings.ci)
    PICTURES.mkdir(parents=True, exist_ok=True)
    found = []
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        for width in HEIGHTS:
            found += _look(page, f"{name}-{width}-{theme}", width, colours_only=theme == "dark")
    page.emulate_media(color_scheme="light", forced_colors="active")
    found += _look(page, f"{name}-1280-forced", 1280, colours_only=True)
    page.emulate_media(forced_colors="none")
    return found


def _look(page: Page, label: str, width: int, *, colours_only: bool) -> list[str]:
    page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
    page.evaluate(_SETTLE)  # a colour on its way has no contrast yet
    violations = accessibility.violations(page, colours_only=colours_only)
    found = [f"{label}: {each}" for each in violations]
    excess = page.evaluate(OVERFLOW)
    found += [f"{label}: {excess} px too wide"] if excess > 0 else []
    if width in PICTURED:
        page.evaluate("scrollTo(0, 0)")
        page.screenshot(path=PICTURES / f"{label}.png", full_page=True, animations="disabled")
    return found
