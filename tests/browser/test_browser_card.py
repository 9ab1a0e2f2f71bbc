"""The progress card in every state of a job, one told by hand after the other."""

import itertools
import re
from datetime import datetime

import pytest
from playwright.sync_api import expect

from contract.events import Eta
from contract.failures import FailureCode, failure
from contract.steps import Step
from tests.browser.conftest import SitDown
from tests.browser.desk import Desk, Tab, until

pytestmark = pytest.mark.browser

ETA = Eta(seconds=180, low=120, high=240, runs=14)
MISSING = failure(
    FailureCode.MODEL_MISSING,
    "The model llama3.1:8b is not installed.",
    action="pull",
    model="llama3.1:8b",
)
CODES = [code for code in FailureCode if code is not FailureCode.CANCELLED]
#: Notes every value that the bar ever shows.
WATCH_BAR = """() => {
  window.shown = [];
  new MutationObserver((changes) => {
    for (const { target } of changes) {
      if (target.matches("progress")) window.shown.push(target.value);
    }
  }).observe(document, { subtree: true, attributes: true, attributeFilter: ["value"] });
}"""
#: Notes everything that is said aloud, and when.
WATCH_WORDS = """() => {
  window.said = [];
  for (const region of document.querySelectorAll("[data-announce]")) {
    new MutationObserver(() => region.textContent && window.said.push(region.textContent))
      .observe(region, { childList: true, characterData: true, subtree: true });
  }
}"""


def message(tab: Tab, text: str | re.Pattern[str]) -> None:
    expect(tab.page.locator(".card-message")).to_have_text(text)


def watched(desk: Desk, *, eta: Eta | None = None) -> tuple[str, Tab]:
    """Return a job at fifty percent and a tab that shows it."""
    job_id = desk.job()
    desk.worker.scan(job_id, eta=eta)
    tab = desk.tab(f"/jobs/{job_id}")
    expect(tab.chip).to_contain_text("Live")
    return job_id, tab


class TestRunning:
    def test_says_its_place_in_the_queue(self, desk: Desk) -> None:
        """The place is the server's, and is asked for again while the job waits."""
        first, second = desk.job(), desk.job()
        tab = desk.tab(f"/jobs/{second}")
        message(tab, re.compile(r"^Queued\. \d+ jobs? ahead\.$"))
        before = tab.page.locator(".card-message").text_content()
        desk.worker.scan(first)

        expect(tab.page.locator(".card-message")).not_to_have_text(before or "", timeout=9000)

    def test_shows_what_the_server_says(self, desk: Desk) -> None:
        """Bar, message, strip, estimate with its basis, and the model's pace with its tail."""
        job_id, tab = watched(desk, eta=ETA)
        expect(tab.page.locator(".card-time")).to_have_text(
            re.compile("elapsed · about 2\N{EN DASH}4 min left, from 14 similar runs$")
        )
        desk.worker.describe(job_id, 31)
        desk.worker.tick(job_id, tokens=412, tail="An order is what a customer")

        expect(tab.page.locator(".life-pace")).to_have_text("412 tokens, 31 per second")
        expect(tab.page.locator(".life-tail")).to_have_text("An order is what a customer")
        message(tab, "Describing orders...")
        expect(tab.page.locator(".strip-text")).to_have_text("31 of 59 tables described")
        assert tab.page.locator(".strip-cells i[data-state=done]").count() == 31
        expect(tab.page).to_have_title(re.compile(r"^59 % · Analyzing · Shop — Schemalore$"))

    def test_tells_the_starter_and_others_the_same(self, desk: Desk) -> None:
        """Every step's row has the server's last message of it, and its real time when done."""
        job_id, tab = watched(desk)
        desk.worker.finish(job_id)
        expect(tab.page.locator(".step[data-state=done]")).to_have_count(5)

        assert tab.page.locator(".step-text").all_text_contents() == [
            "Analyzing 59 tables...",
            "Building the text index of the schema...",
            "Understanding patterns and relationships...",
            "Extracting key insights...",
            "Creating suggestion prompts...",
        ]
        message(tab, re.compile(r"^AI context ready in .*\.$"))
        expect(tab.button("Review result")).to_be_visible()

    def test_says_that_the_model_is_loading(self, desk: Desk) -> None:
        """Minutes can pass before the first word: that is said, and no speed is made up."""
        job_id, tab = watched(desk)
        desk.worker.wait_for_model(job_id)

        message(tab, "Waiting for llama3.1:8b to load...")
        expect(tab.page.locator(".life-pace")).to_have_text("0 tokens")


class TestTroubled:
    def test_says_that_the_job_is_gone(self, desk: Desk) -> None:
        """Calmly, with a way on; nothing spins for ever."""
        desk.expected.append("404 (NOT FOUND)")
        job_id, tab = watched(desk)
        desk.worker.forget(job_id)
        tab.page.reload()
        expect(tab.note).to_contain_text("This job is no longer stored, or it is not yours.")
        expect(tab.chip).to_have_text("Not found")
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
        job_id, tab = watched(desk)
        desk.worker.describe(job_id, 31)
        expect(tab.page.locator(".strip-text")).to_have_text("31 of 59 tables described")
        tab.page.evaluate(WATCH_BAR)
        desk.worker.age(job_id, 45, worker_too=True)
        tab.page.reload()
        tab.page.evaluate(WATCH_BAR)
        expect(tab.note).to_contain_text(re.compile(r"The worker has not answered for 4\d s\."))
        desk.worker.lose(job_id)
        expect(tab.page.locator(".card-message")).to_contain_text(
            "The worker was lost; another one takes the job over. Queued.", timeout=9000
        )
        desk.worker.claim(job_id)
        desk.worker.say(job_id, Step.SCANNING, 0, "Resuming after an interruption...")
        desk.worker.describe(job_id, 31, kept=31)
        expect(tab.note).to_have_text(
            "Resumed from checkpoint: 31 of 59 tables kept (attempt 2).", timeout=18_000
        )

        shown: list[int] = tab.page.evaluate("window.shown")
        assert shown == sorted(shown)
        expect(tab.page.locator(".meter-percent")).to_have_text("59 %")


class TestCancelled:
    def test_after_a_question(self, desk: Desk) -> None:
        """Asked once, shown through to its end; what is kept is counted, and can be resumed."""
        job_id, tab = watched(desk)
        desk.worker.describe(job_id, 31)
        expect(tab.page.locator(".strip-text")).to_have_text("31 of 59 tables described")
        tab.button("Cancel generation").click()
        expect(tab.button("Stop")).to_be_focused()
        tab.button("Keep running").click()
        expect(tab.button("Cancel generation")).to_be_focused()
        tab.button("Cancel generation").click()
        tab.button("Stop").click()
        expect(tab.page.get_by_role("heading", name="Cancelling…")).to_be_focused()
        assert desk.worker.renew(job_id), "the worker is told"
        desk.post(f"/jobs/{job_id}/cancel")
        cause = failure(FailureCode.CANCELLED, "The generation was cancelled.")
        desk.worker.fail(job_id, cause)

        message(tab, re.compile(r"^Cancelled by you at \d\d:\d\d\. 31 descriptions are kept\.$"))
        expect(tab.page.locator(".step[data-state=stopped]")).to_have_count(1)
        tab.button("Resume").click()
        tab.page.wait_for_url(lambda url: job_id not in url)
        expect(tab.page.locator(".card-message")).to_contain_text("Queued.")


class TestStrip:
    def test_has_a_cell_for_each_table(self, desk: Desk) -> None:
        """Done, from facts alone, being worked on, waiting; and where it broke off."""
        job_id, tab = watched(desk)
        desk.worker.describe(job_id, 31, fallback=2)
        expect(tab.page.locator(".strip-text")).to_have_text(
            "31 of 59 tables described, 2 of them from facts alone"
        )

        def cells() -> dict[str, int]:
            states = ("done", "fallback", "working", "failed", "waiting")
            strip = tab.page.locator(".strip-cells")
            return {name: strip.locator(f"[data-state={name}]").count() for name in states}

        running = cells()
        desk.worker.fail(job_id, MISSING)
        expect(tab.page.locator(".strip-cells [data-state=failed]")).to_have_count(1)

        assert running == {"done": 29, "fallback": 2, "working": 1, "failed": 0, "waiting": 27}
        assert cells() == {"done": 29, "fallback": 2, "working": 0, "failed": 1, "waiting": 27}


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
        job_id, tab = watched(desk)
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
        job_id, tab = watched(desk)
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
        job_id, tab = watched(desk)
        desk.worker.fail(job_id, MISSING)
        with tab.page.expect_request("**/context/generate") as asked:
            tab.button("Start over").click()
        tab.page.wait_for_url(lambda url: job_id not in url)

        assert asked.value.post_data_json == {"force": True}


class TestReview:
    def test_opens_in_the_starters_tab_only(self, desk: Desk) -> None:
        """Elsewhere it waits for a click; the focus returns to the button that started all."""
        project_id = desk.project()
        other = desk.tab(f"/projects/{project_id}")
        tab = desk.tab(f"/projects/{project_id}")
        tab.button("Generate AI context").click()
        expect(tab.chip).to_contain_text("Live")
        (job,) = desk.get(f"/jobs?projectId={project_id}")["items"]
        other.page.reload()
        desk.worker.scan(job["id"])
        expect(other.page.locator(".meter-percent")).to_have_text("50 %")
        desk.worker.finish(job["id"])
        expect(tab.page.get_by_role("dialog", name="Review AI context: Shop")).to_be_visible()
        tab.page.keyboard.press("Escape")

        expect(tab.page.locator("[data-generate]")).to_be_focused()
        expect(other.button("Review result")).to_be_visible()
        expect(other.page.get_by_role("dialog", name="Review AI context: Shop")).to_be_hidden()

    def test_does_not_open_while_somebody_types(self, desk: Desk) -> None:
        """A toast says it instead; nothing takes the focus away."""
        project_id = desk.project()
        tab = desk.tab(f"/projects/{project_id}")
        tab.button("Generate AI context").click()
        expect(tab.chip).to_contain_text("Live")
        (job,) = desk.get(f"/jobs?projectId={project_id}")["items"]
        tab.page.evaluate(
            """() => {
              const input = document.createElement("input");
              document.querySelector("main").prepend(input);
              input.focus();
            }"""
        )
        desk.worker.scan(job["id"])
        desk.worker.finish(job["id"])
        expect(tab.page.locator(".toast")).to_contain_text("The context of Shop is ready")

        expect(tab.page.locator("main > input")).to_be_focused()
        expect(tab.page.get_by_role("dialog")).to_have_count(0)


class TestQuietness:
    def test_moves_nothing_for_those_who_ask(self, sit_down: SitDown) -> None:
        """With reduced motion no animation runs, neither of the step nor of the strip."""
        desk = sit_down(motion="reduce")
        job_id, tab = watched(desk)
        desk.worker.tick(job_id, tokens=4, tail="x")
        expect(tab.page.locator(".life-pace")).to_be_visible()

        assert tab.page.evaluate("document.getAnimations().length") == 0

    def test_moves_the_active_step_for_others(self, desk: Desk) -> None:
        """Otherwise exactly the active step breathes."""
        _, tab = watched(desk)

        assert tab.page.evaluate(
            """() => document.getAnimations()
              .filter((animation) => animation instanceof CSSAnimation)
              .map(({ effect }) => effect.target.closest(".step")?.dataset.state)"""
        ) == ["active"]

    def test_says_little_aloud(self, desk: Desk) -> None:
        """A long run with many ticks, by a clock that is turned: few words, and no tokens."""
        job_id = desk.job()
        tab = desk.tab()
        tab.page.clock.install()
        tab.goto(f"/jobs/{job_id}")
        tab.page.evaluate(WATCH_WORDS)
        expect(tab.chip).to_contain_text("Live")
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
        assert 3 <= len(said) <= 20, said
        assert [words for words in said if "token" in words or "Table " in words] == []
        assert said[-1].startswith("AI context ready in")


class TestDebug:
    def test_tells_the_servers_own_times(self, desk: Desk) -> None:
        """Real beside simulated seconds per step, events with their delay, the tab's role."""
        job_id, tab = watched(desk)
        tab.goto(f"/jobs/{job_id}?debug=1")
        expect(tab.page.locator("sl-debug")).to_contain_text("Role of this tab: leader.")
        desk.worker.finish(job_id)
        expect(tab.page.locator(".debug-steps tbody tr")).to_have_count(5)
        desk.context.grant_permissions(["clipboard-read", "clipboard-write"])
        tab.button("Copy JSON").click()
        expect(tab.button("Copied")).to_be_visible()
        report = tab.page.evaluate("navigator.clipboard.readText().then(JSON.parse)")

        events = {event["seq"]: event for event in report["events"]}
        stored = desk.get(f"/jobs/{job_id}/events?after=0")["items"]
        assert [event["at"] for event in stored] == [events[e["seq"]]["at"] for e in stored]
        assert [step["dummy"] for step in report["steps"]] == [3, 4, 8, 5, 2]
        at = [datetime.fromisoformat(stored[0]["at"])]
        for done in (20, 40, 70, 80, 90):
            ends = next(event["at"] for event in stored if event["progress"] >= done)
            at.append(datetime.fromisoformat(ends))
        spent = [(end - begin).total_seconds() for begin, end in itertools.pairwise(at)]
        assert [step["real"] for step in report["steps"]] == pytest.approx(spent, abs=0.05)
        assert report["transitions"][-1]["state"] == "done"

    def test_opens_by_a_key(self, desk: Desk) -> None:
        """Alt+Shift+D shows and hides it."""
        _, tab = watched(desk)
        tab.page.keyboard.press("Alt+Shift+D")
        expect(tab.page.locator("sl-debug")).to_be_visible()
        tab.page.keyboard.press("Alt+Shift+D")
        until(lambda: tab.page.locator("sl-debug").count() == 0, seconds=3, what="it to close")
