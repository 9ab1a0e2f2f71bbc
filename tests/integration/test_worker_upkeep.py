"""Deleting what is old, beside the sweeps."""

import pytest
import sqlalchemy as sa

from contract.steps import Step
from store import claims, clock, jobs
from store.retention import JOBS_AT_ONCE
from store.schema import jobs as table
from tests.worker_house import House
from worker.upkeep import REST_SECONDS, Upkeep

pytestmark = pytest.mark.integration


class Clock:
    """A clock that the test turns."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def old_job(house: House) -> jobs.Job:
    """Return a job that told two milestones and ended long ago."""
    job = house.submit()
    with house.database.write() as connection:
        held = claims.claim(connection, job.id, lease_seconds=30)
        assert held is not None
        for step, progress in ((Step.SCANNING, 0), (Step.COMPLETE, 100)):
            milestone = claims.Report(step=step, progress=progress, message="m")
            tell = claims.succeed if step is Step.COMPLETE else claims.report
            tell(connection, held, milestone)
        old = clock.now_plus(-91 * clock.DAY_SECONDS)
        connection.execute(sa.update(table).where(table.c.id == job.id).values(finished_at=old))
    return job


class TestUpkeep:
    def test_comes_with_a_sweep(self, house: House) -> None:
        """An old job's story is its end by then."""
        job = old_job(house)
        house.dispatch().sweep()

        assert [(2, True)] == [(event.seq, event.truncated) for event in house.stored(job)]

    def test_rests_when_nothing_old_is_left(self, house: House) -> None:
        """Naive: every sweep of every worker looks through what is old."""
        turned = Clock()
        upkeep = Upkeep(house.database, days=90, clock=turned)
        upkeep.go_on()
        job = old_job(house)
        kept = []
        for moment in (REST_SECONDS - 1, REST_SECONDS):
            turned.now = moment
            upkeep.go_on()
            kept.append(len(house.stored(job)))

        assert [2, 1] == kept

    def test_takes_no_rest_before(self, house: House) -> None:
        """What a pass had to leave is next."""
        made = [old_job(house) for _ in range(JOBS_AT_ONCE + 1)]
        upkeep = Upkeep(house.database, days=90, clock=Clock())
        kept = []
        for _ in range(2):
            upkeep.go_on()
            kept.append(sum(len(house.stored(job)) for job in made))

        assert [len(made) + 1, len(made)] == kept
