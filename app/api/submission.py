"""Submitting a job and answering with it, whatever kind of work it is."""

import logging
from http import HTTPStatus

import flask
import kombu.exceptions
import sqlalchemy as sa

from app import errors, services
from app.api import presentation
from contract import queue
from contract.states import JobKind
from store import jobs
from store.jobs import Job, NewJob

log = logging.getLogger(__name__)


class KeyReusedError(errors.ProblemError):
    """The Idempotency-Key belongs to a job that does something else."""

    status = HTTPStatus.CONFLICT
    code = "idempotency_key_reused"
    remedy = "Send another Idempotency-Key for every new job."


def submit(connection: sa.Connection, new: NewJob) -> tuple[Job, bool]:
    """Return the new job, or the one that stands in its place, and whether it is new."""
    job, created = jobs.submit(connection, new)
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
        _publish(job)
    return shown(job, HTTPStatus.ACCEPTED if new else HTTPStatus.OK)


def shown(job: Job, status: HTTPStatus) -> flask.Response:
    """Return the job under its address."""
    with services.current().database.read() as connection:
        body = presentation.job(connection, job)
    response = flask.jsonify(body.dump())
    response.status_code = status
    response.headers["Location"] = f"/api/v1/jobs/{job.id}"
    return response


def _publish(job: Job) -> None:
    using = services.current()
    try:
        queue.enqueue(using.queue, job.id)
    except kombu.exceptions.OperationalError as error:
        # The job is safe in SQL: the sweeper publishes it as soon as Redis is back.
        log.warning(
            "task not published",
            extra={"action": "enqueue_failed", "job_id": job.id, "cause": type(error).__name__},
        )
        return
    with using.database.write() as connection:
        jobs.mark_published(connection, job.id)
    log.info("job submitted", extra={"action": "job_submitted", "job_id": job.id})
