"""Submitting a job and answering with it, whatever kind of work it is."""

import logging
from http import HTTPStatus

import flask
import sqlalchemy as sa

from app import errors, services
from app.api import presentation
from contract.states import JobKind
from store import submissions
from store.jobs import Job
from store.submissions import NewJob

log = logging.getLogger(__name__)


class KeyReusedError(errors.ProblemError):
    """The Idempotency-Key belongs to a job that does something else."""

    status = HTTPStatus.CONFLICT
    code = "idempotency_key_reused"
    remedy = "Send another Idempotency-Key for every new job."


def submit(connection: sa.Connection, new: NewJob) -> tuple[Job, bool]:
    """Return the new job, or the one that stands in its place, and whether it is new."""
    job, created = submissions.submit(connection, new)
    if job.project_id != new.project_id:
        raise KeyReusedError("This Idempotency-Key started a job of another project.")
    if new.kind is JobKind.PULL_MODEL and job.options["model"] != new.options["model"]:
        raise KeyReusedError("This Idempotency-Key started a pull of another model.")
    return job, created


def answer(job: Job, *, new: bool) -> flask.Response:
    """Return 202 with a job that is new, 200 with another; the commit comes before.

    A new job's task is published meanwhile.
    """
    if new:
        services.current().courier.task(job.id)
        log.info("job submitted", extra={"action": "job_submitted", "job_id": job.id})
    return shown(job, HTTPStatus.ACCEPTED if new else HTTPStatus.OK)


def shown(job: Job, status: HTTPStatus) -> flask.Response:
    """Return the job under its address."""
    with services.current().database.read() as connection:
        body = presentation.job(connection, job)
    response = flask.jsonify(body.dump())
    response.status_code = status
    response.headers["Location"] = f"/api/v1/jobs/{job.id}"
    return response
