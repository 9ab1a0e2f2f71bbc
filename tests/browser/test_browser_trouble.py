"""The progress card of jobs that stall, are lost, cancelled or fail."""

import re

import pytest
from playwright.sync_api import expect

from contract.failures import FailureCode, failure
from contract.steps import Step
from tests.browser import observers
from tests.browser.desk import Desk
from tests.browser.tab import until

pytestmark = pytest.mark.browser

MISSING = failure(
    FailureCode.MODEL_MISSING,
    "The model llama3.1:8b is not installed.",
    action="pull",
    model="llama3.1:8b",
)
CODES = [code for code in FailureCode if code is not FailureCode.CANCELLED]


class TestTroubled:
    def test_says_that_the_job_is_gone(self, desk: Desk) -> None:
        """Calmly, with a way on; nothing spins for ever."""
        desk.witness.expected.append("404 (NOT FOUND)")
        job_id, tab = desk.watched()
        desk.worker.forget(job_id)
        tab.page.reload()
        expect(tab.note).to_contain_text("This job is no longer stored, or it is not yours.")
        expect(tab.chip).to_have_text("Not found")
        expect(tab.page.locator(".card-message")).to_be_hidden()
        expect(tab.page.locator(".meter")).to_be_hidden()
        expect(tab.page.locator("[data-announce=polite]")).to_contain_text("no longer stored")
        tab.button("Start again").click()

        tab.page.wait_for_url(f"{desk.url}/")

    def test_says_that_it_stalls_while_the_worker_lives(self, desk: Desk) -> None:
        """No progress for long, yet signs of life: that is said, and can be put aside."""
        job_id = desk.job()
        desk.worker.scan(job_id)
        desk.worker.age(job_id, 110, worker_too=False)
        desk.worker.renew(job_id)
        tab = desk.tab(f"/jobs/{job_id}")
        said = tab.page.locator("[data-announce=polite]")
        expect(said).to_contain_text("No progress for", timeout=15_000)
        expect(tab.note).to_contain_text(
            re.compile(r"^No progress for 1 min \d+ s\. The worker answered \d s ago\.")
        )
        tab.button("Keep waiting").click()

        expect(tab.note).to_be_hidden()
        expect(tab.button("Cancel generation")).to_be_visible()

    def test_says_that_the_worker_is_silent_and_what_a_second_one_kept(self, desk: Desk) -> None:
        """Silent, queued again, resumed with a count; the bar never falls."""
        job_id = desk.running()
        tab = desk.tab(f"/jobs/{job_id}", turned=True)
        tab.is_live()
        tab.shows(31)
        desk.worker.age(job_id, 45, worker_too=True)
        tab.page.reload()
        tab.page.evaluate(observers.BAR)
        expect(tab.note).to_contain_text(re.compile(r"The worker has not answered for 4\d s\."))
        tab.is_live()
        desk.worker.lose(job_id)
        tab.page.clock.run_for(6000)
        expect(tab.page.locator(".card-message")).to_contain_text(
            "The worker was lost; another one takes the job over. Queued."
        )
        desk.worker.claim(job_id)
        desk.worker.say(job_id, Step.SCANNING, 0, "Resuming after an interruption...")
        desk.worker.describe(job_id, 31, kept=31)
        tab.shows(31)
        tab.page.clock.run_for(16_000)
        expect(tab.note).to_have_text("Resumed from checkpoint: 31 of 59 tables kept (attempt 2).")

        shown: list[int] = tab.page.evaluate("window.shown")
        assert shown == sorted(shown)
        expect(tab.page.locator(".meter-percent")).to_have_text("59 %")


class TestCancelled:
    def test_after_a_question(self, desk: Desk) -> None:
        """Asked once, shown through to its end; what is kept is counted, and can be resumed."""
        job_id, tab = desk.watched()
        desk.worker.describe(job_id, 31)
        tab.shows(31)
        tab.button("Cancel generation").click()
        expect(tab.button("Stop")).to_be_focused()
        tab.button("Keep running").click()
        expect(tab.button("Cancel generation")).to_be_focused()
        tab.button("Cancel generation").click()
        tab.button("Stop").dblclick()
        expect(tab.page.get_by_role("heading", name="Cancelling…")).to_be_focused()
        assert desk.worker.renew(job_id), "the worker is told"
        desk.post(f"/jobs/{job_id}/cancel")
        expect(tab.page.locator(".toast")).to_have_count(0)
        cause = failure(FailureCode.CANCELLED, "The generation was cancelled.")
        desk.worker.fail(job_id, cause)

        tab.says(re.compile(r"^Cancelled by you at \d\d:\d\d\. 31 descriptions are kept\.$"))
        expect(tab.page.locator(".step[data-state=stopped]")).to_have_count(1)
        tab.button("Resume").click()
        tab.page.wait_for_url(lambda url: job_id not in url)
        expect(tab.page.locator(".card-message")).to_contain_text("Queued.")
        resumed = tab.page.url.rsplit("/", 1)[1]
        desk.worker.scan(resumed)
        desk.worker.describe(resumed, 31, kept=31)
        tab.shows(31)
        expect(tab.note).to_have_text("31 of 59 tables kept from an earlier generation.")


class TestFailed:
    def test_says_why_and_what_to_do(self, desk: Desk) -> None:
        """For every code: the server's cause and remedy, a heading of its own, three ways on."""
        tab = desk.tab()
        headings = set()
        for code in CODES:
            cause = failure(code, f"This is the cause of {code}.")
            job_id = desk.job()
            desk.worker.scan(job_id)
            desk.worker.fail(job_id, cause)
            tab.goto(f"/jobs/{job_id}")
            expect(tab.page.locator(".card-failure-text")).to_have_text(
                f"This is the cause of {code}. {cause.remedy}"
            )
            headings.add(tab.card.locator("h2").text_content())
            for name in ("Resume", "Start over", "Copy details"):
                expect(tab.button(name)).to_be_visible()
            expect(tab.page.locator(".step[data-state=failed]")).to_have_count(1)

        assert len(headings) == len(CODES)
        assert "Generation failed" not in headings

    def test_offers_the_command_that_helps(self, desk: Desk) -> None:
        """By keyboard: first the command, then the ways on, in the order in which they stand."""
        desk.context.grant_permissions(["clipboard-read", "clipboard-write"])
        job_id, tab = desk.watched()
        desk.worker.fail(job_id, MISSING)
        expect(tab.page.locator(".card-command code")).to_have_text("ollama pull llama3.1:8b")
        tab.button("Copy the command").focus()
        tab.page.keyboard.press("Enter")
        expect(tab.button("Copy the command")).to_have_text("Copied")
        copied = tab.page.evaluate("navigator.clipboard.readText()")
        order = []
        for _ in range(3):
            tab.page.keyboard.press("Tab")
            order.append(tab.page.evaluate("document.activeElement.textContent"))
        tab.page.keyboard.press("Enter")
        expect(tab.page.locator(".toast")).to_contain_text("The details are copied")

        assert copied == "ollama pull llama3.1:8b"
        assert order == ["Resume", "Start over", "Copy details"]
        details = tab.page.evaluate("navigator.clipboard.readText()")
        assert f"job: {job_id}" in details
        assert "code: model_missing" in details

    def test_pulls_the_missing_model_with_its_own_progress(self, desk: Desk) -> None:
        """A second card follows the pull; afterwards the generation can be resumed."""
        job_id, tab = desk.watched()
        desk.worker.fail(job_id, MISSING)
        with tab.page.expect_response("**/models/pull") as answered:
            tab.button("Pull llama3.1:8b").click()
        pull_id = answered.value.json()["id"]
        pull = tab.page.locator(".pull sl-progress-card")
        expect(pull.get_by_role("heading", name="Waiting to pull the model")).to_be_visible()
        desk.worker.claim(pull_id)
        desk.worker.say(pull_id, Step.PULLING, 40, "Pulling layer 2 of 5...")
        pace = pull.locator(".life-pace")

        def told() -> str:
            # A tick that comes before the stream is live is lost: a real pull tells ten a second.
            desk.worker.transfer(pull_id, completed=1_200_000_000, total=4_700_000_000)
            tab.page.wait_for_timeout(100)
            return pace.inner_text()

        until(told, seconds=20, what="the bytes that were pulled")
        expect(pace).to_have_text("1.2 GB of 4.7 GB, 45.0 MB per second")
        expect(pull.locator(".meter-percent")).to_have_text("40 %")
        desk.worker.install(pull_id)
        expect(pull.get_by_role("heading", name="The model is installed")).to_be_visible()
        with tab.page.expect_request(f"**/jobs/{job_id}/retry"):
            tab.button("Resume").click()
        tab.page.wait_for_url(lambda url: job_id not in url)
        expect(tab.page.locator(".card-message")).to_contain_text("Queued.")

    def test_starts_over_by_force(self, desk: Desk) -> None:
        """Starting over asks the model anew for what it has answered before."""
        job_id, tab = desk.watched()
        desk.worker.fail(job_id, MISSING)
        with tab.page.expect_request("**/context/generate") as asked:
            tab.button("Start over").click()
        tab.page.wait_for_url(lambda url: job_id not in url)

        assert asked.value.post_data_json == {"force": True}
