"""Jobs: /api/v1/jobs."""

import hashlib
import json
from http import HTTPStatus
from uuid import UUID

import flask
import sqlalchemy as sa

from app import authentication, errors, services
from app.api import ownership, presentation, requests, schemas_jobs, submission
from app.api.documentation import JOBS, operation
from app.api.schemas_jobs import EventCursor, EventList, JobBody, JobFilter, JobList
from contract.states import ACTIVE, JobStatus
from store import clock, events, jobs
from store.jobs import Job
from store.submissions import NewJob

blueprint = flask.Blueprint("jobs", __name__, url_prefix="/api/v1/jobs")
blueprint.before_request(authentication.require)

RETRYABLE = frozenset({JobStatus.FAILED, JobStatus.CANCELLED})
#: How long to wait before asking again, in seconds.
POLL_SECONDS = {JobStatus.QUEUED: 2, JobStatus.RUNNING: 1}


class NotRetryableError(errors.ProblemError):
    """The job has not ended, or ended well."""

    status = HTTPStatus.CONFLICT
    code = "not_retryable"

    def __init__(self, found: Job) -> None:
        super().__init__(
            f"The job is {found.status}: only a failed or cancelled one can be tried again.",
            remedy="Start a new generation."
            if found.status is JobStatus.SUCCEEDED
            else "Wait for its end, or cancel it first.",
        )


@blueprint.get("")
@operation(JOBS, query=JobFilter, answers={200: JobList}, refuses=(404,))
def listing() -> flask.Response:
    """List the caller's jobs, newest first, page by page."""
    asked = requests.query(JobFilter)
    with services.current().database.read() as connection:
        before = ownership.job(connection, asked.before) if asked.before else None
        found = jobs.listing(
            connection,
            authentication.user_id(),
            project_id=str(asked.project_id) if asked.project_id else None,
            status=asked.status,
            before=before,
            limit=asked.limit + 1,  # one more tells whether there is another page
        )
        shown = found[: asked.limit]
        now = connection.execute(sa.select(clock.now())).scalar_one()
        ahead = jobs.queued_ahead(connection, shown)
        items = [schemas_jobs.job(each, queued_ahead=ahead[each.id], now=now) for each in shown]
    last = shown[-1].id if len(found) > len(shown) else None
    return flask.jsonify(JobList(items=items, next=last).dump())


@blueprint.get("/<uuid:job_id>")
@operation(JOBS, answers={200: JobBody, 304: None}, refuses=(404,))
def show(job_id: UUID) -> flask.Response:
    """Show a job.

    Send the ETag back as If-None-Match and get 304 while nothing has changed; while the job is
    active, Retry-After says when to ask again.
    """
    with services.current().database.read() as connection:
        found = ownership.job(connection, job_id)
        body = presentation.job(connection, found)
    response = flask.jsonify(body.dump())
    response.set_etag(_etag(body), weak=True)
    response.headers["Cache-Control"] = "private, no-cache"
    if found.status in POLL_SECONDS:
        response.headers["Retry-After"] = str(POLL_SECONDS[found.status])
    conditional: flask.Response = response.make_conditional(flask.request)  # type: ignore[assignment]  # typed as werkzeug's base class
    return conditional


@blueprint.get("/<uuid:job_id>/events")
@operation(JOBS, query=EventCursor, answers={200: EventList}, refuses=(404,))
def list_events(job_id: UUID) -> flask.Response:
    """List the job's milestones after a sequence number, at most 1000 at a time."""
    asked = requests.query(EventCursor)
    with services.current().database.read() as connection:
        found = ownership.job(connection, job_id)
        stored = events.after(connection, found.id, asked.after)
    items = [json.loads(each.payload) for each in stored]
    # More may have been stored since the job was read.
    last = max([found.last_seq, *(each.seq for each in stored)])
    return flask.jsonify(EventList(items=items, last_seq=last).dump())


@blueprint.post("/<uuid:job_id>/cancel")
@operation(JOBS, answers={200: JobBody, 202: JobBody}, refuses=(403, 404))
def cancel(job_id: UUID) -> flask.Response:
    """Ask for the job to stop: 202, or 200 when it had ended already.

    A queued job ends at once, a running one within two seconds.
    """
    using = services.current()
    with using.database.write() as connection:
        before = ownership.job(connection, job_id)
        ended = jobs.request_cancel(connection, before)
        body = presentation.job(connection, ownership.job(connection, job_id))
    if ended is not None:
        using.courier.event(ended)
    response = flask.jsonify(body.dump())
    active = before.status in ACTIVE
    response.status_code = HTTPStatus.ACCEPTED if active else HTTPStatus.OK
    return response


@blueprint.post("/<uuid:job_id>/retry")
@operation(JOBS, answers={200: JobBody, 202: JobBody}, refuses=(403, 404, 409, 429))
def retry(job_id: UUID) -> flask.Response:
    """Do a failed or cancelled job's work again, as a new job with `retryOf`.

    It asks the model for nothing that was answered before. 202 with the new job, or 200 with the
    one that stands in its place: the project's active job, or the job of the same
    Idempotency-Key.
    """
    using = services.current()
    with using.database.write() as connection:
        ended = ownership.job(connection, job_id)
        if ended.status not in RETRYABLE:
            raise NotRetryableError(ended)
        if ended.project_id is not None:
            ownership.project(connection, UUID(ended.project_id), held=True)
        job, new = submission.submit(
            connection,
            NewJob(
                user_id=ended.user_id,
                project_id=ended.project_id,
                kind=ended.kind,
                options=ended.options,
                idempotency_key=requests.idempotency_key(),
                retry_of=ended,
            ),
        )
    return submission.answer(job, new=new)


def _etag(body: JobBody) -> str:
    changing = body.model_dump_json(exclude={"now"})
    return hashlib.sha256(changing.encode()).hexdigest()[:32]
