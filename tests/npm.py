"""Packages of npm that tests hold us against."""

import fcntl
import functools
import shutil
import subprocess
from pathlib import Path

from tests import services

NODE = shutil.which("node")
_INSTALL_SECONDS = 120


def require(folder: Path, *, ci: bool) -> None:
    """Install a folder's pinned packages once; skip where that is not possible, in CI fail."""
    reason = install(folder)
    if reason is not None:
        services.missing(reason, ci=ci)


@functools.cache
def install(folder: Path) -> str | None:
    """Install a folder's pinned packages once; return why that is not possible."""
    if NODE is None or shutil.which("npm") is None:
        return "no node and npm"
    with (folder / "package-lock.json").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # another process of the tests may be at it
        return _install(folder)


def _install(folder: Path) -> str | None:
    lock, installed = folder / "package-lock.json", folder / "node_modules" / ".package-lock.json"
    if installed.exists() and installed.stat().st_mtime >= lock.stat().st_mtime:
        return None
    command = ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--prefer-offline"]
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=_INSTALL_SECONDS, check=False
    )
    return None if done.returncode == 0 else f"npm ci failed: {done.stderr[-300:]}"
