"""Starting generations: POST /api/v1/projects/{id}/context/generate, the one door to new work."""

from http import HTTPStatus
from uuid import UUID

import flask

from app import authentication, services, waiting
from app.api import ownership, presentation, requests, submission, unchanged
from app.api.documentation import CONTEXTS, operation
from app.api.schemas_contexts import ContextBody
from app.api.schemas_jobs import GenerationAsked, JobBody
from contract.states import TERMINAL, JobStatus
from store import contexts, jobs
from store.jobs import Job
from store.submissions import NewJob

blueprint = flask.Blueprint("generation", __name__, url_prefix="/api/v1/projects")
blueprint.before_request(authentication.require)


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
    the job of the same Idempotency-Key, or, without `force`, the job that wrote the present context
    in just this way of a source that cannot have changed since (DDL text, the demo). Of a live
    database the new job reads the schema; if that is unchanged, it ends at once, asks no model, and
    its `complete` event holds the present context with `unchanged: true`.

    With `Prefer: wait=N` (at most 60 s) the answer is 200 with the context when the job
    succeeds in time, else 202 with the job: at once, and without `Preference-Applied`, while too
    many others wait.
    """
    asked = requests.body(GenerationAsked, optional=True)
    wait = requests.wait_seconds()
    using = services.current()
    with using.database.write() as connection:
        project = ownership.project(connection, project_id, held=True)
        job, new = submission.submit(
            connection,
            NewJob(
                user_id=authentication.user_id(),
                project_id=project.id,
                options=asked.dump(),
                idempotency_key=requests.idempotency_key(),
                fresh=asked.force,
                standing=unchanged.done_by(connection, project, asked),
            ),
        )
    answered = submission.answer(job, new=new)
    return _answer_waited(job, wait) if wait else answered


def _answer_waited(job: Job, seconds: int) -> flask.Response:
    database = services.current().database
    last = job

    def ended() -> bool:
        nonlocal last
        with database.read() as connection:
            last = jobs.get(connection, job.id) or last
        return last.status in TERMINAL

    with services.current().seats.taken() as seated:
        waiting.until(ended, seconds=seconds if seated else 0)
    with database.read() as connection:
        stored = contexts.of_job(connection, job.id)
        if stored is None and last.status is JobStatus.SUCCEEDED and last.project_id is not None:
            stored = contexts.get(connection, last.project_id)  # it found nothing to write anew
        body = presentation.context(connection, stored, tables=True) if stored else None
    if body is None:
        response = submission.shown(last, HTTPStatus.ACCEPTED)
    else:
        response = flask.jsonify(body.dump())
        response.headers["Location"] = f"/api/v1/jobs/{job.id}"
    if seated:
        response.headers["Preference-Applied"] = f"wait={seconds}"
    return response
