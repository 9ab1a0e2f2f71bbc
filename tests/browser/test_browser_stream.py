"""One job in many tabs, over connections that break in every way."""

import contextlib
import time

import pytest
from playwright.sync_api import Page, expect

from contract.failures import FailureCode, failure
from contract.steps import Step
from tests.browser.conftest import INSECURE_HOST, SitDown
from tests.browser.desk import PASSWORD, Desk, House, Tab, mended, until
from tests.browser.proxy import Way

pytestmark = pytest.mark.browser

HOLDS = "This tab holds the connection of all tabs"


def running(desk: Desk, *, done: int = 31) -> str:
    """Return a job in the middle of its analysis."""
    job_id = desk.job()
    desk.worker.scan(job_id)
    desk.worker.describe(job_id, done)
    return job_id


def shows(tab: Tab, tables: int) -> None:
    expect(tab.page.locator(".strip-text")).to_have_text(f"{tables} of 59 tables described")


def turn_until_live(tab: Tab) -> None:
    """Turn the clock on: the stream is tried again 30 s after the last try has ended."""
    for _ in range(4):
        tab.page.clock.run_for(31_000)
        with contextlib.suppress(AssertionError):
            expect(tab.chip).to_contain_text("Live", timeout=3_000)
            return
    live(tab)


def live(tab: Tab) -> None:
    expect(tab.chip).to_contain_text("Live")


class TestReload:
    def test_shows_the_same_picture(self, desk: Desk) -> None:
        """In the middle of a run: percentage, steps, strip; and it goes on from there."""
        job_id = running(desk)
        tab = desk.tab(f"/jobs/{job_id}")
        live(tab)
        shows(tab, 31)
        before = tab.picture()
        tab.page.reload()
        shows(tab, 31)
        after = tab.picture()
        desk.worker.describe(job_id, 40)

        assert before == after
        shows(tab, 40)

    def test_hears_every_event_once(self, desk: Desk) -> None:
        """What came before it and what comes after it are one series without gaps."""
        job_id = running(desk)
        tab = desk.tab(f"/jobs/{job_id}")
        live(tab)
        tab.goto(f"/jobs/{job_id}?debug=1")
        desk.worker.describe(job_id, 40)
        desk.worker.finish(job_id)
        expect(tab.page.locator(".step[data-state=done]")).to_have_count(5)
        seqs = tab.page.locator(".debug-events tbody tr td:first-child")
        stored = desk.get(f"/jobs/{job_id}/events?after=0")["items"]
        expect(seqs).to_have_count(len(stored))

        assert seqs.all_text_contents() == [str(event["seq"]) for event in reversed(stored)]

    def test_of_all_tabs_after_the_end_shows_the_result(self, desk: Desk) -> None:
        """The link of a job whose watchers all left still tells everything."""
        job_id = running(desk)
        tab = desk.tab(f"/jobs/{job_id}")
        live(tab)
        tab.page.close()
        desk.worker.finish(job_id)
        again = desk.tab(f"/jobs/{job_id}")

        expect(again.page.locator(".step[data-state=done]")).to_have_count(5)
        expect(again.page.locator(".lede")).to_have_text("Orders link customers to products.")


class TestTabs:
    def test_share_one_connection(self, desk: Desk, house: House) -> None:
        """Eight tabs, one stream; all show the same, and another leads when the leader closes."""
        job_id = running(desk)
        tabs = [desk.tab(f"/jobs/{job_id}") for _ in range(8)]
        for tab in tabs:
            live(tab)
        assert house.streams() == 1
        desk.worker.describe(job_id, 40)
        for tab in tabs:
            shows(tab, 40)
        pictures = [tab.picture() for tab in tabs]
        (leader,) = [tab for tab in tabs if tab.role() == HOLDS]
        tabs.remove(leader)
        leader.page.close()
        took = until(lambda: any(tab.role() == HOLDS for tab in tabs), seconds=5, what="a leader")
        desk.worker.describe(job_id, 45)

        for tab in tabs:
            shows(tab, 45)
        assert pictures == [pictures[0]] * 8
        assert took < 3, "a new leader is there at once; the time includes asking every tab"
        assert house.streams() == 1

    def test_take_over_from_a_blocked_one(self, desk: Desk, house: House) -> None:
        """A tab that hangs holds its lock but not the others; when it wakes there is one leader."""
        job_id = running(desk)
        tabs = [desk.tab(f"/jobs/{job_id}") for _ in range(2)]
        for tab in tabs:
            live(tab)
        (leader,) = [tab for tab in tabs if tab.role() == HOLDS]
        (other,) = [tab for tab in tabs if tab is not leader]
        _block(leader.page, seconds=6.5)
        took = until(lambda: other.role() == HOLDS, seconds=6.4, what="a takeover")
        desk.worker.describe(job_id, 40)
        shows(other, 40)
        until(lambda: leader.role() != HOLDS, seconds=5, what="the old leader to follow")

        assert took > 3, "a leader that is only slow is not pushed aside"
        shows(leader, 40)
        until(lambda: house.streams() == 1, seconds=5, what="one stream")

    def test_of_five_jobs_leave_room_for_pages(self, desk: Desk, house: House) -> None:
        """Four streams at most: the fifth job is polled, and pages still load."""
        jobs = [running(desk) for _ in range(5)]
        tabs = [desk.tab(f"/jobs/{job_id}") for job_id in jobs[:4]]
        for tab in tabs:
            live(tab)
        tabs.append(desk.tab(f"/jobs/{jobs[4]}"))
        expect(tabs[4].chip).to_have_text("Polling")
        expect(tabs[4].note).to_contain_text("Four other generations are live")
        desk.worker.describe(jobs[4], 40)
        shows(tabs[4], 40)

        assert house.streams() == 4
        desk.tab("/").page.get_by_role("heading", name="Projects", exact=True).wait_for()

    def test_share_on_plain_http(self, sit_down: SitDown, house: House) -> None:
        """On an address that is no secure origin there are no Web Locks, and sharing works."""
        desk = sit_down(host=INSECURE_HOST)
        job_id = running(desk)
        tabs = [desk.tab(f"/jobs/{job_id}") for _ in range(3)]
        assert tabs[0].page.evaluate("[isSecureContext, typeof navigator.locks]") == [
            False,
            "undefined",
        ]
        for tab in tabs:
            live(tab)
        assert house.streams() == 1
        (leader,) = [tab for tab in tabs if tab.role() == HOLDS]
        tabs.remove(leader)
        leader.page.close()
        until(lambda: any(tab.role() == HOLDS for tab in tabs), seconds=6, what="a leader")
        desk.worker.describe(job_id, 40)
        for tab in tabs:
            shows(tab, 40)

        assert house.streams() == 1

    def test_generate_and_copy_on_plain_http(self, sit_down: SitDown) -> None:
        """Neither one-time keys nor copying need a secure origin."""
        desk = sit_down(host=INSECURE_HOST)
        project_id = desk.project()
        tab = desk.tab(f"/projects/{project_id}")
        tab.button("Generate AI context").click()
        live(tab)
        (job,) = desk.get(f"/jobs?projectId={project_id}")["items"]
        desk.worker.scan(job["id"])
        missing = {"action": "pull", "model": "m:8b"}
        cause = failure(FailureCode.MODEL_MISSING, "A model is missing.", **missing)
        desk.worker.fail(job["id"], cause)
        tab.button("Copy the command").click()

        expect(tab.button("Copy the command")).to_have_text("Copied")
        assert tab.page.evaluate("getSelection().toString()") == "ollama pull m:8b"


class TestConnection:
    def test_outlives_a_relay_that_is_away_for_a_minute(self, desk: Desk) -> None:
        """502 for 60 s (by a clock that is turned): waiting, polling, live; nothing is lost."""
        job_id = running(desk)
        tab = desk.tab()
        tab.page.clock.install()
        tab.goto(f"/jobs/{job_id}")
        live(tab)
        with mended(desk.proxy) as proxy:
            proxy.relay = Way.BAD_GATEWAY
            proxy.sever()
            expect(tab.chip).to_contain_text("Reconnecting")
            tab.page.clock.run_for(21_000)
            expect(tab.chip).to_have_text("Polling")
            desk.worker.describe(job_id, 40)
            tab.page.clock.run_for(5_000)
            shows(tab, 40)
            expect(tab.page.locator("[data-announce=polite]")).to_contain_text(
                "Live updates unavailable."
            )
            tab.page.clock.run_for(34_000)
            expect(tab.chip).to_have_text("Polling")
        turn_until_live(tab)
        desk.worker.describe(job_id, 45)

        shows(tab, 45)

    def test_survives_a_killed_relay(self, desk: Desk, house: House) -> None:
        """Reconnecting, polling, live again; nothing that happened meanwhile is lost."""
        job_id = running(desk)
        tab = desk.tab(f"/jobs/{job_id}")
        live(tab)
        house.stack.kill("relay")
        try:
            expect(tab.chip).to_contain_text("Reconnecting")
            expect(tab.note).to_contain_text("The job keeps running on the server.")
            expect(tab.chip).to_have_text("Polling")
            desk.worker.describe(job_id, 40)
            shows(tab, 40)
        finally:
            house.stack.start("relay")
        live(tab)
        desk.worker.describe(job_id, 45)

        shows(tab, 45)
        expect(tab.note).to_be_hidden()

    def test_does_not_notice_a_restart_of_the_app(self, desk: Desk, house: House) -> None:
        """The stream is the relay's: no error is shown, and the job goes on."""
        job_id = running(desk)
        tab = desk.tab(f"/jobs/{job_id}")
        live(tab)
        house.stack.stop("web")
        desk.worker.describe(job_id, 40)
        shows(tab, 40)
        live(tab)
        expect(tab.note).to_be_hidden()
        expect(tab.page.locator(".toast")).to_have_count(0)
        house.stack.start("web")
        tab.page.reload()

        shows(tab, 40)

    def test_comes_back_at_once_when_the_machine_is_online_again(self, desk: Desk) -> None:
        """Offline says so; three seconds after it ends the picture is whole."""
        job_id = running(desk)
        tab = desk.tab(f"/jobs/{job_id}")
        live(tab)
        with mended(desk.proxy) as proxy:
            desk.context.set_offline(True)
            proxy.app = proxy.relay = Way.CUT
            proxy.sever()
            expect(tab.chip).to_have_text("Offline")
            expect(tab.note).to_have_text("You are offline. The job keeps running on the server.")
            desk.worker.describe(job_id, 40)
            proxy.mend()
            desk.context.set_offline(False)
            began = time.monotonic()
            live(tab)
            shows(tab, 40)

        assert time.monotonic() - began < 3

    def test_tells_a_server_that_is_away(self, desk: Desk) -> None:
        """The card says what does not answer, and when it is tried again."""
        job_id = running(desk)
        tab = desk.tab(f"/jobs/{job_id}")
        live(tab)
        with mended(desk.proxy) as proxy:
            proxy.app = proxy.relay = Way.BAD_GATEWAY
            proxy.sever()
            expect(tab.note).to_contain_text("The server does not answer.")
            expect(tab.chip).to_contain_text("next try in")
        tab.button("Try now").click()

        live(tab)

    def test_says_that_it_is_poor(self, desk: Desk) -> None:
        """Over a slow way the page stays usable, and the chip tells."""
        job_id = running(desk)
        tab = desk.tab(f"/jobs/{job_id}")
        live(tab)
        with mended(desk.proxy) as proxy:
            proxy.app = proxy.relay = Way.SLOW
            proxy.sever()
            expect(tab.chip).to_contain_text("poor")
            tab.button("Cancel generation").click()
            tab.button("Keep running").click()

    def test_gives_up_a_stream_that_only_seems_open(self, desk: Desk) -> None:
        """Without a heartbeat for 40 s the stream is opened anew (by a clock that is turned)."""
        job_id = running(desk)
        tab = desk.tab()
        tab.page.clock.install()
        tab.goto(f"/jobs/{job_id}")
        live(tab)
        with mended(desk.proxy) as proxy:
            proxy.relay = Way.HELD
            tab.page.clock.run_for(30_000)
            expect(tab.chip).to_contain_text("Live")
            tab.page.clock.run_for(12_000)
            expect(tab.chip).not_to_contain_text("Live")
            proxy.sever()
        tab.page.clock.run_for(3000)

        live(tab)


class TestSignIn:
    def test_that_ended_is_said_and_renewed(self, desk: Desk) -> None:
        """The card says that the job goes on; after the sign-in it is the same job."""
        job_id = running(desk)
        tab = desk.tab(f"/jobs/{job_id}")
        live(tab)
        desk.post("/auth/logout")
        expect(tab.note).to_contain_text("Your session ended. The job keeps running.")
        desk.worker.describe(job_id, 40)
        tab.button("Sign in").click()
        tab.page.get_by_label("Email").fill(desk.email)
        tab.page.get_by_label("Password").fill(PASSWORD)
        tab.page.get_by_role("button", name="Sign in", exact=True).click()
        tab.page.wait_for_url(f"**/jobs/{job_id}")

        live(tab)
        shows(tab, 40)


class TestStart:
    def test_by_a_double_click_and_in_two_tabs_is_one_job(self, desk: Desk) -> None:
        """Both tabs watch the only job there is."""
        project_id = desk.project()
        tabs = [desk.tab(f"/projects/{project_id}") for _ in range(2)]
        for tab in tabs:
            tab.button("Generate AI context").wait_for()
        for tab in tabs:
            tab.button("Generate AI context").dblclick()
        for tab in tabs:
            live(tab)

        (job,) = desk.get(f"/jobs?projectId={project_id}")["items"]
        desk.worker.scan(job["id"])
        for tab in tabs:
            expect(tab.page.locator(".meter-percent")).to_have_text("50 %")
        desk.worker.say(job["id"], Step.ANALYZING, 60, "On it.")
        for tab in tabs:
            expect(tab.page.locator(".meter-percent")).to_have_text("60 %")


def _block(page: Page, *, seconds: float) -> None:
    """Let the page's thread do nothing else for a while; do not wait for it."""
    page.evaluate(
        """(milliseconds) => setTimeout(() => {
          const end = performance.now() + milliseconds;
          while (performance.now() < end);
        }, 0)""",
        seconds * 1000,
    )
