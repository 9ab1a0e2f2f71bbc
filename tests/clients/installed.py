"""The clients under test, and whether what they need is installed."""

import functools
import importlib.util
import subprocess
from collections.abc import Callable
from pathlib import Path

from tests import npm as packages
from tests.clients.follower import HERE, Client, python

NODE = packages.NODE
CHROMIUM = Path("/usr/bin/chromium")


def npm() -> str | None:
    """Install the pinned npm packages once; return why that is not possible."""
    return packages.install(HERE)


@functools.cache
def own_of_node() -> str | None:
    """Return why Node's own EventSource cannot be used."""
    if NODE is None:
        return "no node"
    command = [NODE, "--experimental-eventsource", "-e", "new EventSource('data:,').close()"]
    done = subprocess.run(command, capture_output=True, check=False)
    return None if done.returncode == 0 else "this node has no EventSource"


def chromium() -> str | None:
    """Return why there is no Chromium to drive."""
    if importlib.util.find_spec("playwright") is None:
        return "no playwright"
    return None if CHROMIUM.exists() else f"no Chromium at {CHROMIUM}"


def clients() -> list[Client]:
    """Return every client that is to follow a stream."""
    return [
        *(_node(name) for name in ("eventsource", "eventsource-2", "eventsource-client")),
        Client(
            name="node",
            command=(NODE or "node", "--experimental-eventsource", "follow.mjs", "node"),
            missing=own_of_node,
        ),
        Client(
            name="chromium",
            command=python("follow_chromium.py", "EventSource"),
            missing=chromium,
            leaves_process=False,
        ),
        Client(
            name="fetch-event-source",
            command=python("follow_chromium.py", "fetch-event-source"),
            missing=lambda: chromium() or npm(),
            leaves_process=False,
        ),
        Client(
            name="httpx-sse", command=python("follow_httpx_sse.py"), missing=_package("httpx_sse")
        ),
        Client(
            name="sseclient-py",
            command=python("follow_sseclient.py"),
            missing=_package("sseclient"),
        ),
    ]


def _node(name: str) -> Client:
    return Client(name=name, command=(NODE or "node", "follow.mjs", name), missing=npm)


def _package(module: str) -> Callable[[], str | None]:
    return lambda: None if importlib.util.find_spec(module) else f"no Python package {module}"
