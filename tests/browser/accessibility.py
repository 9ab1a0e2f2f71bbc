"""Checks a page with axe-core, which finds what people who do not see or point cannot use."""

import functools
import shutil
import subprocess
from pathlib import Path

from playwright.sync_api import Page

_FOLDER = Path(__file__).parent / "axe"
_SCRIPT = _FOLDER / "node_modules" / "axe-core" / "axe.min.js"
_LOCK = _FOLDER / "package-lock.json"
_INSTALLED = _FOLDER / "node_modules" / ".package-lock.json"
_INSTALL_SECONDS = 120
#: The rules that colours can break; all others find the same in every theme.
_OF_COLOURS = ("color-contrast", "link-in-text-block")
_RUN = """async (only) => {
  const { violations } = await axe.run(document, { resultTypes: ["violations"], ...only });
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target} ${failureSummary}`));
}"""


@functools.cache
def missing() -> str | None:
    """Install axe-core once; return why that is not possible."""
    if shutil.which("npm") is None:
        return "no npm to install axe-core with"
    if _INSTALLED.exists() and _INSTALLED.stat().st_mtime >= _LOCK.stat().st_mtime:
        return None
    command = ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--prefer-offline"]
    done = subprocess.run(
        command, cwd=_FOLDER, capture_output=True, text=True, timeout=_INSTALL_SECONDS, check=False
    )
    return None if done.returncode == 0 else f"npm ci failed: {done.stderr[-300:]}"


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
