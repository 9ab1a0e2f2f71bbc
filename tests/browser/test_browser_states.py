"""The states of a job in both themes and three widths; pictures go to build/screenshots."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from contract.events import Eta
from contract.failures import FailureCode, failure
from tests import services
from tests.browser import accessibility
from tests.browser.conftest import SitDown
from tests.browser.desk import Desk, Tab, mended
from tests.browser.proxy import Way
from tests.settings import TestSettings

pytestmark = pytest.mark.browser

PICTURES = Path(__file__).resolve().parents[2] / "build" / "screenshots"
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
HEIGHTS = {1280: 900, 390: 844, 320: 640}
PICTURED = (1280, 390)
ETA = Eta(seconds=180, low=120, high=240, runs=14)
TAIL = "An order is what a customer buys in one go. Its lines are in order_items; it is paid by"


class Studio:
    """Brings jobs into states and looks at each of them."""

    def __init__(self, desk: Desk, theme: str) -> None:
        self.desk, self.theme, self.worker = desk, theme, desk.worker
        self.tab = desk.tab()
        self.findings: list[str] = []
        PICTURES.mkdir(parents=True, exist_ok=True)

    def look(self, name: str) -> None:
        """Check the page as it is, in every width, and take pictures of it."""
        page = self.tab.page
        self.findings += [f"{name}: {found}" for found in accessibility.violations(page)]
        for width, height in HEIGHTS.items():
            page.set_viewport_size({"width": width, "height": height})
            excess = page.evaluate(OVERFLOW)
            self.findings += [f"{name}: {excess} px too wide for {width}"] if excess > 0 else []
            if width in PICTURED:
                picture = PICTURES / f"job-{name}-{width}-{self.theme}.png"
                page.screenshot(path=picture, full_page=True, animations="disabled")
        page.set_viewport_size({"width": 1280, "height": HEIGHTS[1280]})

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

    def tour(self) -> Iterator[tuple[str, Callable[[], None]]]:
        """Yield every state's name and how to get there."""
        yield "queued", lambda: self.open(self.desk.job(), seen="Queued.")
        yield "running", self.run
        yield "asking", lambda: self.tab.button("Cancel generation").click()
        yield "connection", self.tab.chip.click
        yield "stalled", self.stall
        yield "cancelled", lambda: self.end(FailureCode.CANCELLED, seen="Cancelled by you")
        yield "failed", lambda: self.end(FailureCode.MODEL_MISSING, seen="ollama pull")
        yield "complete", self.complete

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

    def break_off(self) -> None:
        """Look at a connection that is away, and at a request that is open."""
        job_id = self.running()
        self.open(job_id, seen="31 of 59 tables described")
        expect(self.tab.chip).to_contain_text("Live")
        with mended(self.desk.proxy) as proxy:
            proxy.app = proxy.relay = Way.BAD_GATEWAY
            proxy.sever()
            expect(self.tab.note).to_contain_text("Showing progress from")
            self.look("reconnecting")
        self.tab.goto(f"/projects/{self.desk.project('Shop')}")
        self.tab.button("Generate AI context").wait_for()
        with mended(self.desk.proxy) as proxy:
            proxy.holds_post = True
            self.tab.button("Generate AI context").click()
            expect(self.tab.page.locator(".step[data-state=passed]")).to_have_count(1, timeout=9000)
            self.look("simulated")


class TestStates:
    @pytest.mark.parametrize("theme", ["light", "dark"])
    def test_can_be_used_by_everybody(
        self, sit_down: SitDown, test_settings: TestSettings, theme: str
    ) -> None:
        """No violation that axe-core finds, and nothing scrolls sideways, in any state."""
        reason = accessibility.missing()
        if reason is not None:
            services.missing(reason, ci=test_settings.ci)
        studio = Studio(sit_down(theme=theme), theme)
        for name, go in studio.tour():
            go()
            studio.look(name)
        studio.break_off()

        assert studio.findings == []

    def test_are_the_same_for_long_names(self, desk: Desk) -> None:
        """Names without a place to break, and markup in them, break no layout."""
        name = "<img src=x onerror=alert(1)>" + "x" * 170
        job_id = desk.job(desk.project(name))
        desk.worker.scan(job_id)
        desk.worker.tick(job_id, tokens=1, tail="y" * 300)
        tab: Tab = desk.tab(f"/jobs/{job_id}")
        expect(tab.page.locator("h1")).to_have_text(f"Generation of {name}")
        too_wide = {}
        for width in HEIGHTS:
            tab.page.set_viewport_size({"width": width, "height": 700})
            too_wide[width] = tab.page.evaluate(OVERFLOW)

        assert too_wide == dict.fromkeys(HEIGHTS, 0)
