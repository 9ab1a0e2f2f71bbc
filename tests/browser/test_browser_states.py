"""The states of a job in both themes and three widths."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect

from contract.events import Eta
from contract.failures import FailureCode, failure
from tests.browser import gallery
from tests.browser.desk import Desk
from tests.browser.proxy import Way, mended
from tests.settings import TestSettings

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

ETA = Eta(seconds=180, low=120, high=240, runs=14)
TAIL = "An order is what a customer buys in one go. Its lines are in order_items; it is paid by"


Tour = Iterator[tuple[str, Callable[[], None]]]


class Studio:
    """Brings jobs into states, each of which is looked at."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.worker = desk, desk.worker
        self.tab = desk.tab()

    def open(self, job_id: str, *, seen: str, query: str = "") -> None:
        """Open the job's page and wait for some words on it."""
        self.tab.goto(f"/jobs/{job_id}{query}")
        expect(self.tab.page.locator("main")).to_contain_text(seen)

    def running(self) -> str:
        """Return a job in the middle of its analysis."""
        job_id = self.desk.job(self.desk.project("Shop"))
        self.worker.scan(job_id, eta=ETA)
        self.worker.describe(job_id, 31, fallback=2, eta=ETA)
        return job_id

    def tour(self) -> Tour:
        """Yield every state's name and how to get there."""
        yield "queued", lambda: self.open(self.desk.job(), seen="Queued.")
        yield "running", self.run
        yield "asking", lambda: self.tab.button("Cancel generation").click()
        yield "connection", self.tab.chip.click
        yield "stalled", self.stall
        yield "cancelled", lambda: self.end(FailureCode.CANCELLED, seen="Cancelled by you")
        yield "failed", lambda: self.end(FailureCode.MODEL_MISSING, seen="ollama pull")
        yield "complete", self.complete
        yield "failed-here", self.fail_here
        yield "reconnecting", self.lose_connection
        yield "simulated", self.hold_request

    def trouble(self) -> Tour:
        """Yield what goes wrong with the worker, the connection and the sign-in, at last."""
        yield "loading", self.load_model
        yield "silent", self.fall_silent
        yield "resumed", self.resume
        yield "cancelling", self.cancel
        yield "polling", self.lose_stream
        yield "offline", self.go_offline
        yield "gone", self.forget
        yield "signed-out", self.sign_out

    def load_model(self) -> None:
        job_id = self.running()
        self.open(job_id, seen="31 of 59 tables described")
        self.tab.is_live()
        self.worker.wait_for_model(job_id)
        self.tab.says("Waiting for llama3.1:8b to load...")

    def fall_silent(self) -> None:
        job_id = self.running()
        self.worker.age(job_id, 45, worker_too=True)
        self.open(job_id, seen="The worker has not answered for")

    def resume(self) -> None:
        job_id = self.running()
        self.worker.lose(job_id)
        self.worker.claim(job_id)
        self.worker.describe(job_id, 31, kept=31, eta=ETA)
        self.open(job_id, seen="Resumed from checkpoint")

    def cancel(self) -> None:
        job_id = self.running()
        self.desk.post(f"/jobs/{job_id}/cancel")
        self.open(job_id, seen="Cancelling…")

    def lose_stream(self) -> None:
        self.open(self.running(), seen="31 of 59 tables described")
        self.tab.is_live()
        self.desk.proxy.relay = Way.BAD_GATEWAY
        self.desk.proxy.sever()
        expect(self.tab.note).to_contain_text("Live updates unavailable.")

    def go_offline(self) -> None:
        self.open(self.running(), seen="31 of 59 tables described")
        self.tab.is_live()
        self.desk.context.set_offline(True)
        self.desk.proxy.app = self.desk.proxy.relay = Way.CUT
        self.desk.proxy.sever()
        expect(self.tab.chip).to_have_text("Offline")

    def forget(self) -> None:
        self.desk.context.set_offline(False)
        self.desk.witness.expected.append("404 (NOT FOUND)")
        job_id = self.running()
        self.worker.forget(job_id)
        self.open(job_id, seen="This job is no longer stored")

    def sign_out(self) -> None:
        self.open(self.running(), seen="31 of 59 tables described")
        self.tab.is_live()
        self.desk.post("/auth/logout")
        expect(self.tab.note).to_contain_text("Your session ended.")

    def run(self) -> None:
        job_id = self.running()
        self.open(job_id, seen="31 of 59 tables described")
        expect(self.tab.chip).to_contain_text("ms")
        self.worker.tick(job_id, tokens=412, tail=TAIL)
        expect(self.tab.page.locator(".life-tail")).to_have_text(TAIL)

    def stall(self) -> None:
        job_id = self.running()
        self.worker.age(job_id, 110, worker_too=False)
        self.worker.renew(job_id)
        self.open(job_id, seen="No progress for")

    def end(self, code: FailureCode, *, seen: str) -> None:
        job_id = self.running()
        missing = {"action": "pull", "model": "llama3.1:8b"}
        self.worker.fail(job_id, failure(code, "The model is not installed.", **missing))
        self.open(job_id, seen=seen)

    def complete(self) -> None:
        job_id = self.running()
        self.worker.finish(job_id)
        self.open(job_id, seen="AI context ready in", query="?debug=1")

    def fail_here(self) -> None:
        """A job that was started here fails under one's eyes."""
        project = self.desk.project("Shop")
        self.tab.goto(f"/projects/{project}")
        self.tab.button("Generate AI context").click()
        self.tab.is_live()
        (job,) = self.desk.get(f"/jobs?projectId={project}")["items"]
        self.worker.scan(job["id"])
        cause = failure(FailureCode.DATABASE_UNREACHABLE, "Cannot reach database shop.")
        self.worker.fail(job["id"], cause)
        expect(self.tab.page.locator(".toast.bad")).to_be_visible()
        self.tab.button("Generate AI context").wait_for()  # the page looks at the project anew

    def lose_connection(self) -> None:
        job_id = self.running()
        self.open(job_id, seen="31 of 59 tables described")
        self.tab.is_live()
        self.desk.proxy.app = self.desk.proxy.relay = Way.BAD_GATEWAY
        self.desk.proxy.sever()
        expect(self.tab.note).to_contain_text("Showing progress from")

    def hold_request(self) -> None:
        """Nothing is known but that the request is open."""
        self.tab.goto(f"/projects/{self.desk.project('Shop')}")
        self.tab.button("Generate AI context").wait_for()
        self.desk.proxy.holds_post = True
        self.tab.button("Generate AI context").click()
        expect(self.tab.page.locator(".step[data-state=passed]")).to_have_count(1, timeout=9000)


class TestStates:
    @pytest.mark.parametrize("way", [Studio.tour, Studio.trouble], ids=["usual", "trouble"])
    def test_can_be_used_by_everybody(
        self,
        desk: Desk,
        test_settings: TestSettings,
        way: Callable[[Studio], Tour],
    ) -> None:
        """No violation that axe-core finds, and nothing scrolls sideways, in any state."""
        studio = Studio(desk)
        findings = []
        for name, go in way(studio):
            with mended(desk.proxy):
                go()
                findings += gallery.look(studio.tab.page, f"job-{name}", test_settings)

        assert findings == []

    def test_are_the_same_for_long_names(self, desk: Desk) -> None:
        """Names without a place to break, and markup in them, break no layout."""
        name = "<img src=x onerror=alert(1)>" + "x" * 170
        job_id = desk.job(desk.project(name))
        desk.worker.scan(job_id)
        desk.worker.tick(job_id, tokens=1, tail="y" * 300)
        tab = desk.tab(f"/jobs/{job_id}")
        expect(tab.page.locator("h1")).to_have_text(f"Generation of {name}")
        too_wide = {}
        for width in gallery.HEIGHTS:
            tab.page.set_viewport_size({"width": width, "height": 700})
            too_wide[width] = tab.page.evaluate(gallery.OVERFLOW)

        assert too_wide == dict.fromkeys(gallery.HEIGHTS, 0)
