"""One job in many tabs, over connections that break in every way."""

import contextlib
import re
import time

import pytest
from playwright.sync_api import expect

from tests.browser import observers
from tests.browser.desk import PASSWORD, Desk
from tests.browser.house import House
from tests.browser.proxy import Way, mended
from tests.browser.tab import Tab

pytestmark = pytest.mark.browser

POLLS = re.compile(r"^Polling · \d+ s$")


def turn_until_live(tab: Tab) -> None:
    """Turn the clock on: the stream is tried again 30 s after the last try has ended."""
    for _ in range(4):
        tab.page.clock.run_for(31_000)
        with contextlib.suppress(AssertionError):
            expect(tab.chip).to_contain_text("Live", timeout=3_000)
            return
    tab.is_live()


class TestReload:
    def test_shows_the_same_picture(self, desk: Desk) -> None:
        """In the middle of a run: percentage, steps, strip; and it goes on from there."""
        job_id = desk.running()
        tab = desk.tab(f"/jobs/{job_id}")
        tab.is_live()
        tab.shows(31)
        before = tab.picture()
        tab.page.reload()
        tab.shows(31)
        after = tab.picture()
        desk.worker.describe(job_id, 40)

        assert before == after
        tab.shows(40)

    def test_hears_every_event_once(self, desk: Desk) -> None:
        """What came before it and what comes after it are one series without gaps."""
        job_id = desk.running()
        tab = desk.tab(f"/jobs/{job_id}")
        tab.is_live()
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
        job_id = desk.running()
        tab = desk.tab(f"/jobs/{job_id}")
        tab.is_live()
        tab.page.close()
        desk.worker.finish(job_id)
        again = desk.tab(f"/jobs/{job_id}")

        expect(again.page.locator(".step[data-state=done]")).to_have_count(5)
        expect(again.page.locator(".lede")).to_have_text("Orders link customers to products.")


class TestConnection:
    def test_outlives_a_relay_that_is_away_for_a_minute(self, desk: Desk) -> None:
        """502 for 60 s (by a clock that is turned): waiting, polling, live; nothing is lost."""
        job_id = desk.running()
        tab = desk.tab(f"/jobs/{job_id}", turned=True)
        tab.is_live()
        with mended(desk.proxy) as proxy:
            proxy.relay = Way.BAD_GATEWAY
            proxy.sever()
            expect(tab.chip).to_contain_text("Reconnecting")
            tab.page.clock.run_for(21_000)
            expect(tab.chip).to_have_text(POLLS)
            desk.worker.describe(job_id, 40)
            tab.page.clock.run_for(5_000)
            tab.shows(40)
            expect(tab.page.locator("[data-announce=polite]")).to_contain_text(
                "Live updates unavailable."
            )
            tab.page.clock.run_for(34_000)
            expect(tab.chip).to_have_text(POLLS)
        turn_until_live(tab)
        desk.worker.describe(job_id, 45)

        tab.shows(45)

    def test_moves_nothing_when_it_is_soon_back(self, desk: Desk) -> None:
        """As each stream is that the relay ends at its age: only the chip tells of it."""
        job_id = desk.running()
        tab = desk.tab("/account")
        tab.page.add_init_script(observers.SHIFTS)
        tab.goto(f"/jobs/{job_id}")
        tab.is_live()
        tab.page.evaluate("window.moved = []")  # what moved while it was opened
        desk.proxy.sever()
        expect(tab.chip).to_have_text("Reconnecting…")
        tab.is_live()

        assert tab.page.evaluate("window.moved") == []

    def test_survives_a_killed_relay(self, desk: Desk, house: House) -> None:
        """Reconnecting, polling, live again; nothing that happened meanwhile is lost."""
        job_id = desk.running()
        tab = desk.tab(f"/jobs/{job_id}")
        tab.is_live()
        house.stack.kill("relay")
        try:
            expect(tab.chip).to_contain_text("Reconnecting")
            expect(tab.chip).to_have_text(POLLS)
            desk.worker.describe(job_id, 40)
            tab.shows(40)
        finally:
            house.stack.start("relay")
        tab.is_live()
        desk.worker.describe(job_id, 45)

        tab.shows(45)
        expect(tab.note).to_be_hidden()

    def test_does_not_notice_a_restart_of_the_app(self, desk: Desk, house: House) -> None:
        """The stream is the relay's: no error is shown, and the job goes on."""
        job_id = desk.running()
        tab = desk.tab(f"/jobs/{job_id}")
        tab.is_live()
        house.stack.stop("web")
        desk.worker.describe(job_id, 40)
        tab.shows(40)
        tab.is_live()
        expect(tab.note).to_be_hidden()
        expect(tab.page.locator(".toast")).to_have_count(0)
        house.stack.start("web")
        tab.page.reload()

        tab.shows(40)

    @pytest.mark.alone
    def test_comes_back_at_once_when_the_machine_is_online_again(self, desk: Desk) -> None:
        """Offline says so; three seconds after it ends the picture is whole."""
        job_id = desk.running()
        tab = desk.tab(f"/jobs/{job_id}")
        tab.is_live()
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
            tab.is_live()
            tab.shows(40)

        assert time.monotonic() - began < 3

    def test_tells_a_server_that_is_away(self, desk: Desk) -> None:
        """The card says what does not answer, and when it is tried again."""
        job_id = desk.running()
        tab = desk.tab(f"/jobs/{job_id}")
        tab.is_live()
        with mended(desk.proxy) as proxy:
            proxy.app = proxy.relay = Way.BAD_GATEWAY
            proxy.sever()
            expect(tab.note).to_contain_text("The server does not answer.")
            expect(tab.chip).to_contain_text("next try in")
        tab.button("Try now").click()

        tab.is_live()

    def test_says_that_it_is_poor(self, desk: Desk) -> None:
        """Over a slow way the page stays usable, and the chip tells."""
        job_id = desk.running()
        tab = desk.tab(f"/jobs/{job_id}")
        tab.is_live()
        with mended(desk.proxy) as proxy:
            proxy.app = proxy.relay = Way.SLOW
            proxy.sever()
            expect(tab.chip).to_contain_text("poor")
            tab.chip.click()
            details = tab.page.locator(".chip-details div").all_inner_texts()
            assert "Quality\nPoor" in details, details
            tab.page.keyboard.press("Escape")
            expect(tab.chip).to_be_focused()
            tab.button("Cancel generation").click()
            tab.button("Keep running").click()

    def test_gives_up_a_stream_that_only_seems_open(self, desk: Desk) -> None:
        """Without a heartbeat for 40 s the stream is opened anew (by a clock that is turned)."""
        job_id = desk.running()
        tab = desk.tab(f"/jobs/{job_id}", turned=True)
        tab.is_live()
        with mended(desk.proxy) as proxy:
            proxy.relay = Way.HELD
            tab.page.clock.run_for(30_000)
            expect(tab.chip).to_contain_text("Live")
            tab.page.clock.run_for(12_000)
            expect(tab.chip).not_to_contain_text("Live")
            proxy.sever()
        tab.page.clock.run_for(3000)

        tab.is_live()

    def test_gives_up_a_question_that_is_never_answered(self, desk: Desk) -> None:
        """Where app and relay only seem to be there, that is said after a while (a sixth here)."""
        job_id = desk.running()
        tab = desk.tab()
        tab.page.add_init_script(observers.IMPATIENCE)
        tab.goto(f"/jobs/{job_id}")
        tab.is_live()
        with mended(desk.proxy) as proxy:
            proxy.app = proxy.relay = Way.HELD
            proxy.sever()
            expect(tab.note).to_contain_text("The server does not answer.")

        tab.is_live()


class TestSignIn:
    def test_that_ended_is_said_and_renewed(self, desk: Desk) -> None:
        """The card says that the job goes on; after the sign-in it is the same job."""
        job_id = desk.running()
        tab = desk.tab(f"/jobs/{job_id}")
        tab.is_live()
        desk.post("/auth/logout")
        expect(tab.note).to_contain_text("Your session ended. The job keeps running.")
        desk.worker.describe(job_id, 40)
        tab.button("Sign in").click()
        tab.page.get_by_label("Email").fill(desk.email)
        tab.page.get_by_label("Password").fill(PASSWORD)
        tab.page.get_by_role("button", name="Sign in", exact=True).click()
        tab.page.wait_for_url(f"**/jobs/{job_id}")

        tab.is_live()
        tab.shows(40)
