"""Looks at a page in both themes and three widths; pictures, if wanted, go to build/screenshots."""

from pathlib import Path

from playwright.sync_api import Page

from tests import npm
from tests.browser import accessibility
from tests.settings import TestSettings

PICTURES = Path(__file__).resolve().parents[2] / "build" / "screenshots"
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
HEIGHTS = {1280: 900, 390: 844, 320: 640}
PICTURED = (1280, 390)
#: axe-core takes seconds; between the widest and the narrowest layout there is none of its own.
EXAMINED = (1280, 320)
#: Ends what ends by itself, for waiting may take for ever; the active step does breathe for ever.
_SETTLE = """() => document.getAnimations()
  .filter(({ effect }) => effect.getTiming().iterations === 1).forEach((each) => each.finish())"""


def look(page: Page, name: str, test_settings: TestSettings) -> list[str]:
    """Return what axe-core finds, and where the page scrolls sideways."""
    npm.require(accessibility.PACKAGES, ci=test_settings.ci)
    found = []
    page.emulate_media(reduced_motion="reduce")  # a colour on its way has no contrast yet
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        for width in HEIGHTS:
            label = f"{name}-{width}-{theme}"
            _resize(page, width)
            found += _sideways(page, label)
            if width in EXAMINED:
                found += _examine(page, label, colours_only=theme == "dark")
            if width in PICTURED and test_settings.pictures:
                _picture(page, label)
    page.emulate_media(color_scheme="light", forced_colors="active")
    _resize(page, 1280)
    found += _examine(page, f"{name}-1280-forced", colours_only=True)
    if test_settings.pictures:
        _picture(page, f"{name}-1280-forced")
    page.emulate_media(forced_colors="none", reduced_motion="no-preference")
    return found


def _resize(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
    page.evaluate(_SETTLE)  # what had begun before


def _sideways(page: Page, label: str) -> list[str]:
    excess = page.evaluate(OVERFLOW)
    return [f"{label}: {excess} px too wide"] if excess > 0 else []


def _examine(page: Page, label: str, *, colours_only: bool) -> list[str]:
    violations = accessibility.violations(page, colours_only=colours_only)
    return [f"{label}: {each}" for each in violations]


def _picture(page: Page, label: str) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.evaluate("scrollTo(0, 0)")
    page.screenshot(path=PICTURES / f"{label}.png", full_page=True, animations="disabled")
