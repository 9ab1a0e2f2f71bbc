"""Running a job: claim it, work on it under a lease, and see that it ends in one way."""

import asyncio
import logging
import signal
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from contract.bus import Bus
from contract.failures import FailureCode
from contract.queue import HARD_TIME_LIMIT_SECONDS, SWEEP_EVERY_SECONDS
from contract.states import JobKind, JobStatus
from contract.steps import Step
from store import claims
from store.database import AWAY, Database
from worker import estimates, failures, race, shutdown
from worker.dispatch import Dispatch
from worker.journal import Journal, NotBegunError
from worker.lease import Lease, clock
from worker.outbox import Outbox
from worker.work import Generate, Work, Worlds

log = logging.getLogger(__name__)

#: The store does not answer: the lease ends by itself, and another attempt goes on.
STORE_AWAY = (*AWAY, NotBegunError)


class NoResultError(Exception):
    """The pipeline ended without a result."""


@dataclass(frozen=True, kw_only=True)
class Timing:
    """Seconds: a claim without a sign of life, from sweep to sweep, and one attempt at a pull.

    A large model may take longer than a task may: the attempt ends before Celery kills it, which
    would be a loss. A generation that takes so long hangs, and is better killed.
    """

    lease: int = 9
    sweep_every: float = SWEEP_EVERY_SECONDS
    pull: float = HARD_TIME_LIMIT_SECONDS - 60.0


class Runner:
    """Runs one job at a time."""

    def __init__(
        self,
        *,
        database: Database,
        bus: Bus,
        dispatch: Dispatch,
        worlds: Worlds,
        generate: Generate,
        timing: Timing,
    ) -> None:
        self._database = database
        self._bus = bus
        self._dispatch = dispatch
        self._worlds = worlds
        self._generate = generate
        self._timing = timing

    def run(
        self,
        job_id: str,
        *,
        show_step: Callable[[Step], object] = lambda _step: None,
        stop_signal: signal.Signals | None = None,
    ) -> JobStatus | None:
        """Return how the job ended, None when it is not (or no longer) ours to end.

        After `stop_signal` the job is handed back and the signal's own handler has its way.
        """
        return asyncio.run(self._run(job_id, show_step, stop_signal))

    async def _run(
        self,
        job_id: str,
        show_step: Callable[[Step], object],
        stop_signal: signal.Signals | None,
    ) -> JobStatus | None:
        with shutdown.noticed(stop_signal) as stopping:
            asked = clock()
            held = await asyncio.to_thread(self._claim, job_id)
            if held is None:
                log.info("nothing to claim", extra={"action": "not_claimed", "job_id": job_id})
                return None
            log.info("job claimed", extra={"action": "job_claimed", **_about(held)})
            lease = Lease(
                lambda: asyncio.to_thread(self._renew, held),
                seconds=self._timing.lease,
                since=asked,
                away=AWAY,
            )
            outbox = Outbox(self._bus, fresh=lease.fresh, show_step=show_step)
            async with outbox.running():
                journal = Journal(
                    self._database,
                    held,
                    outbox,
                    lease_seconds=self._timing.lease,
                    fresh=lease.fresh,
                )
                work = Work(
                    held.job,
                    journal=journal,
                    outbox=outbox,
                    worlds=self._worlds,
                    generate=self._generate,
                    past_runs=partial(estimates.past_runs, self._database),
                )
                await self._see_through(held, work, journal, lease, stopping)
            return journal.ended

    async def _see_through(
        self,
        held: claims.Claim,
        work: Work,
        journal: Journal,
        lease: Lease,
        stopping: asyncio.Event,
    ) -> None:
        try:
            await self._work_or_fail(held, work, journal, lease, stopping)
        except claims.ClaimLostError:
            if journal.ended is None:
                log.warning("claim lost", extra={"action": "claim_lost", **_about(held)})
        except STORE_AWAY as error:
            extra = {"action": "store_away", **_about(held), "cause": failures.trace(error)}
            log.error("job left to the sweeper", extra=extra)  # noqa: TRY400 - texts may be secret

    async def _work_or_fail(
        self,
        held: claims.Claim,
        work: Work,
        journal: Journal,
        lease: Lease,
        stopping: asyncio.Event,
    ) -> None:
        try:
            # Swept meanwhile, too: this worker may be the only one, and the task that beat sends
            # waits behind the running job.
            sweeping = self._dispatch.keep_sweeping(every_seconds=self._timing.sweep_every)
            longest = self._timing.pull if held.job.kind is JobKind.PULL_MODEL else None
            stop = shutdown.watch(stopping, seconds=longest)
            await race.first(lease.keep(), stop, sweeping, work.run())
            if journal.ended is None:
                raise NoResultError  # noqa: TRY301 - it ends like any other failure
        except shutdown.StoppedError:
            await asyncio.to_thread(self._hand_back, held)
        except (claims.ClaimLostError, *STORE_AWAY):
            raise
        except Exception as error:  # noqa: BLE001 - the edge: every job ends with a terminal event
            await self._fail(held, journal, error)
        else:
            log.info("job succeeded", extra={"action": "job_succeeded", **_about(held)})

    async def _fail(self, held: claims.Claim, journal: Journal, error: Exception) -> None:
        cause = failures.of(error)
        await journal.fail(cause)
        about = {**_about(held), "code": str(cause.code)}
        if cause.status is JobStatus.CANCELLED:
            log.info("job cancelled", extra={"action": "job_cancelled", **about})
            return
        if cause.code is FailureCode.INTERNAL:
            about["cause"] = failures.trace(error)
        log.warning("job failed", extra={"action": "job_failed", **about})

    def _claim(self, job_id: str) -> claims.Claim | None:
        try:
            with self._database.write() as connection:
                return claims.claim(connection, job_id, lease_seconds=self._timing.lease)
        except AWAY as error:
            # The job waits on; a sweep finds that its task is gone.
            extra = {"action": "claim_failed", "job_id": job_id, "cause": type(error).__name__}
            log.warning("store away, nothing claimed", extra=extra)
            return None

    def _renew(self, held: claims.Claim) -> bool:
        with self._database.write() as connection:
            return claims.renew(connection, held, lease_seconds=self._timing.lease)

    def _hand_back(self, held: claims.Claim) -> None:
        with self._database.write() as connection:
            released = claims.release(connection, held)
        if released:
            log.info("job handed back", extra={"action": "job_released", **_about(held)})
            self._dispatch.publish(held.job.id)


def _about(held: claims.Claim) -> dict[str, object]:
    return {"job_id": held.job.id, "attempt": held.job.attempt}
