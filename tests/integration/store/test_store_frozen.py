"""Processes that freeze or vanish in the middle of a transaction, on PostgreSQL.

SQLite has one writer at a time, and its lock ends with the process or after a few seconds.
"""

import os
import socket
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from contract.states import JobStatus
from store import claims, jobs, projects, submissions, sweeps, users
from store.database import AWAY, IDLE_IN_TRANSACTION_SECONDS, Database
from store.submissions import NewJob
from tests.integration.store.working import claim
from tests.worker_house import PROJECT

pytestmark = pytest.mark.integration


@pytest.fixture
def lost(postgres: Database) -> list[claims.Claim]:
    """Two running jobs whose leases ran out."""
    with postgres.write() as connection:
        user = users.create(connection, email="a@b.example", password_hash="x")
        made = [projects.create(connection, user.id, PROJECT) for _ in range(2)]
        asked = [NewJob(user_id=user.id, project_id=each.id, options={}) for each in made]
        submitted = [submissions.submit(connection, each)[0] for each in asked]
    return [claim(postgres, job, lease_seconds=-1) for job in submitted]


def sweep(db: Database) -> None:
    with db.write() as connection:
        sweeps.sweep(connection, max_losses=3)


def status(db: Database, held: claims.Claim) -> JobStatus | None:
    with db.read() as connection:
        found = jobs.get(connection, held.job.id)
    return found.status if found else None


def sleep_over(db: Database) -> None:
    with db.write() as connection:
        connection.execute(sa.text("SET LOCAL idle_in_transaction_session_timeout = 100"))
        time.sleep(0.3)


class TestFrozenWorker:
    def test_does_not_hold_up_the_jobs_of_others(
        self, postgres: Database, lost: list[claims.Claim]
    ) -> None:
        """Naive: the sweep waits for the row that the worker was just writing to."""
        frozen, other = lost
        with ThreadPoolExecutor() as threads, postgres.engine.connect() as connection:
            claims.renew(connection, frozen, lease_seconds=-1)
            swept = threads.submit(sweep, postgres)
            try:
                swept.result(timeout=5)
            finally:
                connection.rollback()

        assert JobStatus.QUEUED is status(postgres, other)
        assert JobStatus.RUNNING is status(postgres, frozen)
        sweep(postgres)
        assert JobStatus.QUEUED is status(postgres, frozen)

    def test_loses_its_transaction(self, postgres: Database) -> None:
        """It is told as any loss of the database is, and the next transaction is a good one."""
        asked = sa.text("SELECT current_setting('idle_in_transaction_session_timeout')")
        with postgres.read() as connection:
            assert f"{IDLE_IN_TRANSACTION_SECONDS}s" == connection.execute(asked).scalar()
        with pytest.raises(AWAY):
            sleep_over(postgres)
        with postgres.write() as connection:
            assert 1 == connection.execute(sa.select(1)).scalar()


class TestVanishedServer:
    def test_is_noticed_within_half_a_minute(self, postgres: Database) -> None:
        """By the system: what was sent and never taken, or a silence that nobody ends."""
        with postgres.read() as connection:
            driver = connection.connection.driver_connection
            assert driver is not None
            with socket.socket(fileno=os.dup(driver.fileno())) as wire:
                options = (
                    socket.TCP_KEEPIDLE,
                    socket.TCP_KEEPINTVL,
                    socket.TCP_KEEPCNT,
                    socket.TCP_USER_TIMEOUT,
                )
                idle, every, count, unsent = (
                    wire.getsockopt(socket.IPPROTO_TCP, option) for option in options
                )

        assert idle + every * count <= 30
        assert 0 < unsent <= 30_000
