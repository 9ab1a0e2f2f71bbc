"""Starting one real process of ours for a test."""

import contextlib
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).resolve().parents[1]
START_SECONDS = 30


@dataclass
class Server:
    """A running web process."""

    url: str
    process: subprocess.Popen[bytes]
    log: Path


@contextlib.contextmanager
def serve(command: list[str], *, url: str, env: Mapping[str, str], log: Path) -> Iterator[Server]:
    """Start `python -m <command>`, wait for its /healthz, stop it at the end."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", *command],
            cwd=ROOT,
            env={"PATH": "/usr/bin:/bin", **env},
            stdout=output,
            stderr=output,
        )
    try:
        _wait_until_healthy(url, process, log)
        yield Server(url, process, log)
    finally:
        process.terminate()
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_healthy(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(httpx.HTTPError):
            if httpx.get(f"{url}/healthz").is_success:
                return
        time.sleep(0.05)
    pytest.fail(f"{url} did not start:\n{log.read_text()[-3000:]}")
