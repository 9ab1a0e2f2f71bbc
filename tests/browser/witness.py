"""What a browser complains about, and whom it asks, over all its tabs."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Request


class Witness:
    """Listens from the beginning; `expected` are words of complaints that a test provokes."""

    def __init__(self, context: BrowserContext, *, expected: Sequence[str] = ()) -> None:
        self.complaints: list[str] = []
        self.origins: set[str] = set()
        self.expected = list(expected)
        context.on("console", self._console)
        context.on("weberror", lambda error: self.complaints.append(f"uncaught: {error.error}"))
        context.on("request", self._request)

    def _console(self, message: ConsoleMessage) -> None:
        known = any(words in message.text for words in self.expected)
        if message.type in ("error", "warning") and not known:
            self.complaints.append(f"{message.type}: {message.text}")

    def _request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        self.origins.add(f"{parts.scheme}://{parts.netloc}")
