"""Jobs at work: submitted, claimed, and with something to report."""

from contract.steps import Step
from store import claims, events, jobs, submissions
from store.database import Database
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
