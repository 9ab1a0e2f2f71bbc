"""Starting generations: POST /api/v1/projects/{id}/context/generate, the one door to new work."""

import logging
from http import HTTPStatus
from uuid import UUID

import flask
import kombu.exceptions

from app import authentication, errors, services, waiting
from app.api import ownership, presentation, requests
from app.api.documentation import CONTEXTS, operation
from app.api.schemas_contexts import ContextBody
from app.api.schemas_jobs import GenerationAsked, JobBody
from contract import queue
from contract.states import TERMINAL
from store import contexts, jobs
from store.jobs import Job, NewJob

log = logging.getLogger(__name__)
blueprint = flask.Blueprint("generation", __name__, url_prefix="/api/v1/projects")
blueprint.before_request(authentication.require)


class KeyReusedError(errors.ProblemError):
    """The Idempotency-Key belongs to a generation of another project."""

    status = HTTPStatus.CONFLICT
    code = "idempotency_key_reused"
    remedy = "Send another Idempotency-Key for every new generation."


@blueprint.post("/<uuid:project_id>/context/generate")
@operation(
    CONTEXTS,
    body=GenerationAsked,
    answers={200: ContextBody, 202: JobBody},
    refuses=(403, 404, 409, 429),
)
def generate(project_id: UUID) -> flask.Response:
    """Start a generation, or join the one that runs.

    `force` asks the model anew for what it answered in earlier generations.

    202 with the new job, or 200 with the one that stands in its place: the project's active job,
    or the job of the same Idempotency-Key. With `Prefer: wait=N` (at most 60 s) the answer is 200
    with the context when the job succeeds in time, else 202 with the job.
    """
    asked = requests.body(GenerationAsked, optional=True)
    wait = requests.wait_seconds()
    using = services.current()
    with using.database.write() as connection:
        project = ownership.project(connection, project_id)
        job, new = jobs.submit(
            connection,
            NewJob(
                user_id=authentication.user_id(),
                project_id=project.id,
                options=asked.dump(),
                idempotency_key=requests.idempotency_key(),
                fresh=asked.force,
            ),
        )
    if job.project_id != project.id:
        raise KeyReusedError("This Idempotency-Key started a generation of another project.")
    if new:
        _publish(job)
    if wait:
        return _answer_waited(job, wait)
    return _answer(job, HTTPStatus.ACCEPTED if new else HTTPStatus.OK)


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


def _answer(job: Job, status: HTTPStatus) -> flask.Response:
    with services.current().database.read() as connection:
        body = presentation.job(connection, job)
    response = flask.jsonify(body.dump())
    response.status_code = status
    response.headers["Location"] = f"/api/v1/jobs/{job.id}"
    return response


def _answer_waited(job: Job, seconds: int) -> flask.Response:
    database = services.current().database
    last = job

    def ended() -> bool:
        nonlocal last
        with database.read() as connection:
            last = jobs.get(connection, job.id) or last
        return last.status in TERMINAL

    waiting.until(ended, seconds=seconds)
    with database.read() as connection:
        stored = contexts.of_job(connection, job.id)
        body = presentation.context(connection, stored) if stored else None
    if body is None:
        response = _answer(last, HTTPStatus.ACCEPTED)
    else:
        response = flask.jsonify(body.dump())
        response.headers["Location"] = f"/api/v1/jobs/{job.id}"
    response.headers["Preference-Applied"] = f"wait={seconds}"
    return response
