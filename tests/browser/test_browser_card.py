"""The progress card while a job runs, one told by hand after the other."""

import re

import pytest
from playwright.sync_api import expect

from contract.events import Eta
from contract.failures import FailureCode, failure
from tests.browser import observers
from tests.browser.conftest import SitDown
from tests.browser.desk import Desk

pytestmark = pytest.mark.browser

ICON = "link[rel=icon]"
ETA = Eta(seconds=180, low=120, high=240, runs=14)


class TestRunning:
    def test_says_its_place_in_the_queue(self, desk: Desk) -> None:
        """The place is the server's, and is asked for again while the job waits."""
        first, second = desk.job(), desk.job()
        tab = desk.tab(f"/jobs/{second}", turned=True)
        tab.is_live()
        tab.says(re.compile(r"^Queued\. \d+ jobs? ahead\.$"))
        before = tab.page.locator(".card-message").text_content()
        desk.worker.scan(first)
        tab.page.clock.run_for(6000)

        expect(tab.page.locator(".card-message")).not_to_have_text(before or "")

    def test_shows_what_the_server_says(self, desk: Desk) -> None:
        """Bar, message, strip, estimate with its basis, and the model's pace with its tail."""
        job_id, tab = desk.watched(eta=ETA)
        expect(tab.page.locator(".card-time")).to_have_text(
            re.compile("elapsed · about 2\N{EN DASH}4 min left, from 14 similar runs$")
        )
        desk.worker.describe(job_id, 31)
        desk.worker.tick(job_id, tokens=412, tail="An order is what a customer")

        expect(tab.page.locator(".life-pace")).to_have_text("412 tokens, 31 per second")
        expect(tab.page.locator(".life-tail")).to_have_text("An order is what a customer")
        tab.says("Describing orders...")
        tab.shows(31)
        assert tab.page.locator(".strip-cells i[data-state=done]").count() == 31
        expect(tab.page).to_have_title(re.compile(r"^59 % · Analyzing · Shop — Schemalore$"))
        expect(tab.page.locator(ICON)).to_have_attribute("href", re.compile("favicon-running"))

    def test_tells_the_starter_and_others_the_same(self, desk: Desk) -> None:
        """Every step's row has the server's last message of it, and its real time when done."""
        job_id, tab = desk.watched()
        desk.worker.finish(job_id)
        expect(tab.page.locator(".step[data-state=done]")).to_have_count(5)

        assert tab.page.locator(".step-text").all_text_contents() == [
            "Analyzing 59 tables...",
            "Building the text index of the schema...",
            "Understanding patterns and relationships...",
            "Extracting key insights...",
            "Creating suggestion prompts...",
        ]
        took = tab.page.locator(".step-time").all_text_contents()
        assert [words for words in took if not re.fullmatch(r"[\d.]+ m?s", words)] == []
        tab.says(re.compile(r"^AI context ready in .*\.$"))
        expect(tab.page.locator(ICON)).to_have_attribute("href", re.compile("favicon-done"))
        expect(tab.button("Review result")).to_be_visible()

    def test_says_that_the_model_is_loading(self, desk: Desk) -> None:
        """Minutes can pass before the first word: that is said, and no box waits for words."""
        job_id, tab = desk.watched()
        desk.worker.wait_for_model(job_id)
        tab.says("Waiting for llama3.1:8b to load...")
        expect(tab.page.locator(".life")).to_be_hidden()
        desk.worker.tick(job_id, tokens=1, tail="An")

        expect(tab.page.locator(".life-pace")).to_have_text("1 token, 31 per second")


class TestStrip:
    def test_has_a_cell_for_each_table(self, desk: Desk) -> None:
        """Done, from facts alone, being worked on, waiting; and where it broke off."""
        job_id, tab = desk.watched()
        desk.worker.describe(job_id, 31, fallback=2)
        expect(tab.page.locator(".strip-text")).to_have_text(
            "31 of 59 tables described, 2 of them from facts alone"
        )

        def cells() -> dict[str, int]:
            states = ("done", "fallback", "working", "failed", "waiting")
            strip = tab.page.locator(".strip-cells")
            return {name: strip.locator(f"[data-state={name}]").count() for name in states}

        running = cells()
        desk.worker.fail(job_id, failure(FailureCode.INTERNAL, "It broke."))
        expect(tab.page.locator(".strip-cells [data-state=failed]")).to_have_count(1)

        assert running == {"done": 29, "fallback": 2, "working": 1, "failed": 0, "waiting": 27}
        assert cells() == {"done": 29, "fallback": 2, "working": 0, "failed": 1, "waiting": 27}


class TestQuietness:
    def test_moves_nothing_for_those_who_ask(self, sit_down: SitDown) -> None:
        """With reduced motion no animation runs, neither of the step nor of the strip."""
        desk = sit_down(motion="reduce")
        job_id, tab = desk.watched()
        desk.worker.tick(job_id, tokens=4, tail="x")
        expect(tab.page.locator(".life-pace")).to_be_visible()

        assert tab.page.evaluate("document.getAnimations().length") == 0

    def test_moves_the_active_step_for_others(self, desk: Desk) -> None:
        """Otherwise exactly the active step breathes."""
        _, tab = desk.watched()

        assert tab.page.evaluate(
            """() => document.getAnimations()
              .filter((animation) => animation instanceof CSSAnimation)
              .map(({ effect }) => effect.target.closest(".step")?.dataset.state)"""
        ) == ["active"]

    def test_says_little_aloud(self, desk: Desk) -> None:
        """A long run with many ticks, by a clock that is turned: few words, and no tokens."""
        job_id = desk.job()
        tab = desk.tab(f"/jobs/{job_id}", turned=True)
        tab.page.evaluate(observers.WORDS)
        tab.is_live()
        desk.worker.scan(job_id)
        for done in range(1, 60, 4):
            desk.worker.describe(job_id, done)
            desk.worker.tick(job_id, tokens=done * 40, tail=f"Table {done} is")
            expect(tab.page.locator(".strip-text")).to_contain_text(f"{done} of 59")
            tab.page.clock.run_for(20_000)
        desk.worker.finish(job_id)
        expect(tab.button("Review result")).to_be_visible()
        tab.page.clock.run_for(11_000)

        said: list[str] = tab.page.evaluate("window.said")
        assert 2 <= len(said) <= 20, said  # of what comes at once only the newest
        assert [words for words in said if "token" in words or "Table " in words] == []
        assert said[-1].startswith("AI context ready in")
