"""Jobs at work: submitted, claimed, and with something to report."""

import sqlalchemy as sa

from contract.steps import Step
from store import claims, clock, events, jobs, submissions
from store.database import Database
from store.schema import jobs as table
from store.submissions import NewJob


def submit(db: Database, new: NewJob) -> jobs.Job:
    """Return the job that was submitted."""
    with db.write() as connection:
        return submissions.submit(connection, new)[0]


def claim(db: Database, job: jobs.Job, *, lease_seconds: int = 30) -> claims.Claim:
    """Return the claim on a queued job."""
    with db.write() as connection:
        held = claims.claim(connection, job.id, lease_seconds=lease_seconds)
    assert held is not None
    return held


def report(db: Database, held: claims.Claim, step: Step, progress: int) -> events.Stored:
    """Return the milestone that was stored."""
    milestone = claims.Report(step=step, progress=progress, message="m")
    with db.write() as connection:
        return claims.report(connection, held, milestone)


def ended(db: Database, new: NewJob, *, days: float) -> jobs.Job:
    """Return a job that told three milestones and ended well so many days ago."""
    job = submit(db, new)
    held = claim(db, job)
    report(db, held, Step.SCANNING, 0)
    report(db, held, Step.SCANNING, 20)
    with db.write() as connection:
        claims.succeed(
            connection, held, claims.Report(step=Step.COMPLETE, progress=100, message="m")
        )
    age(db, job, days=days)
    return job


def age(db: Database, job: jobs.Job, *, days: float) -> None:
    """Let the job have ended so many days ago."""
    at = clock.now_plus(-days * clock.DAY_SECONDS)
    with db.write() as connection:
        connection.execute(sa.update(table).where(table.c.id == job.id).values(finished_at=at))
