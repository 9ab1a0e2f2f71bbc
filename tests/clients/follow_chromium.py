"""Follows a stream in the system's Chromium until standard input ends."""

import json
import sys
import threading
from typing import Any

from playwright.sync_api import sync_playwright
from pydantic_settings import BaseSettings

QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
FOLLOW = "async (task) => (await import('/page.mjs')).follow(task)"


class Task(BaseSettings):
    """Who follows what; `page_url` is a page on another port, as the app's is."""

    stream_url: str
    stream_token: str
    stream_leaves: str
    page_url: str
    chromium: str


def main(client: str) -> None:
    """Open the page, sign its browser in, follow."""
    task, asked_to_go = Task(), threading.Event()
    threading.Thread(target=_wait_for_end_of_input, args=(asked_to_go,), daemon=True).start()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=task.chromium, args=list(QUIET))
        context = browser.new_context()
        if client == "EventSource":
            cookie: Any = {"name": "auth_access_token", "value": task.stream_token}
            cookie |= {"url": task.page_url, "httpOnly": True, "sameSite": "Lax"}
            context.add_cookies([cookie])
        page = context.new_page()
        page.on("pageerror", lambda error: _say({"what": "uncaught", "cause": str(error)}))
        page.expose_function("say", _say)
        page.goto(task.page_url)
        arguments = {"client": client, "url": task.stream_url, "token": task.stream_token}
        page.evaluate(FOLLOW, arguments | {"leaves": task.stream_leaves == "yes"})
        while not asked_to_go.is_set():
            page.wait_for_timeout(50)
        browser.close()


def _wait_for_end_of_input(asked_to_go: threading.Event) -> None:
    sys.stdin.read()
    asked_to_go.set()


def _say(step: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(step) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1])
