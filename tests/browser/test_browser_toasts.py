"""The short messages in the corner."""

import pytest
from playwright.sync_api import expect

from contract.failures import FailureCode, failure
from tests.browser.desk import Desk

pytestmark = pytest.mark.browser


class TestToasts:
    def test_stay_while_somebody_points_at_them(self, desk: Desk) -> None:
        """Three at most; they go by themselves after eight seconds, but not under a pointer."""
        job_id = desk.job()
        desk.worker.scan(job_id)
        desk.worker.fail(job_id, failure(FailureCode.INTERNAL, "It broke."))
        tab = desk.tab(f"/jobs/{job_id}", turned=True)
        toasts = tab.page.locator(".toast")
        for shown in (1, 2, 3, 3):
            tab.button("Copy details").click()
            expect(toasts).to_have_count(shown)
        toasts.first.hover()
        tab.page.clock.run_for(8500)
        expect(toasts).to_have_count(1)
        tab.page.mouse.move(1, 1)
        tab.page.clock.run_for(7000)
        expect(toasts).to_have_count(1)
        tab.page.clock.run_for(1500)

        expect(toasts).to_have_count(0)
