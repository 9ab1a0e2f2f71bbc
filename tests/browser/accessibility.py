"""Checks a page with axe-core, which finds what people who do not see or point cannot use."""

import functools
from pathlib import Path

from playwright.sync_api import Page

#: The folder of npm packages that has axe-core.
PACKAGES = Path(__file__).parent / "axe"
_SCRIPT = PACKAGES / "node_modules" / "axe-core" / "axe.min.js"
#: The rules that colours can break; all others find the same in every theme.
_OF_COLOURS = ("color-contrast", "link-in-text-block")
_RUN = """async (only) => {
  const { violations } = await axe.run(document, { resultTypes: ["violations"], ...only });
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target} ${failureSummary}`));
}"""


def violations(page: Page, *, colours_only: bool = False) -> list[str]:
    """Return what is wrong with the page, or with its colours, as it is now."""
    if page.evaluate("typeof axe === 'undefined'"):
        page.evaluate(_script())  # since trusted types refuse a script element
    only = {"runOnly": {"type": "rule", "values": _OF_COLOURS}} if colours_only else {}
    found: list[str] = page.evaluate(_RUN, only)
    return found


@functools.cache
def _script() -> str:
    return _SCRIPT.read_text(encoding="utf-8")
