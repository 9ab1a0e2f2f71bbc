"""One page of the app, read as a person reads it."""

import re
import time
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Locator, Page, expect


class Tab:
    """One page, read as a person reads it."""

    def __init__(self, page: Page, url: str) -> None:
        self.page, self.url = page, url

    def goto(self, path: str) -> None:
        """Open an address of the app."""
        self.page.goto(f"{self.url}{path}")

    def is_live(self) -> None:
        """Wait until the news comes over a stream."""
        expect(self.chip).to_contain_text("Live")

    def says(self, words: str | re.Pattern[str]) -> None:
        """Wait until this is the card's message."""
        expect(self.page.locator(".card-message")).to_have_text(words)

    def shows(self, tables: int) -> None:
        """Wait until the strip has so many of the 59 tables described."""
        expect(self.page.locator(".strip-text")).to_have_text(f"{tables} of 59 tables described")

    @property
    def card(self) -> Locator:
        """The progress card."""
        return self.page.locator("sl-progress-card")

    @property
    def chip(self) -> Locator:
        """The state of the connection."""
        return self.page.locator("sl-connection .chip")

    @property
    def note(self) -> Locator:
        """What the card says about connection and worker."""
        return self.page.locator(".card-note")

    def button(self, name: str) -> Locator:
        """A button by its words."""
        return self.page.get_by_role("button", name=name)

    def picture(self) -> dict[str, Any]:
        """Return what the card shows of the job, as far as it is the same in every tab."""
        found: dict[str, Any] = self.page.evaluate(
            """() => ({
              percent: document.querySelector(".meter-percent").textContent,
              bar: document.querySelector("progress").value,
              steps: [...document.querySelectorAll(".step")].map((row) =>
                [row.dataset.state, row.querySelector(".step-text").textContent]),
              tables: document.querySelector(".strip-text").textContent,
              cells: document.querySelectorAll(".strip-cells i[data-state=done]").length,
            })"""
        )
        return found

    def role(self) -> str:
        """What this tab is to the connection, in the words of the chip's details."""
        details = self.page.locator(".chip-details")
        if details.is_hidden():
            self.chip.click()
        return details.locator("dd").first.text_content() or ""


def until(met: Callable[[], object], *, seconds: float, what: str) -> float:
    """Wait until something holds; return after how many seconds it did."""
    began = time.monotonic()
    while not met():
        assert time.monotonic() - began < seconds, f"not within {seconds} s: {what}"
        time.sleep(0.05)
    return time.monotonic() - began
