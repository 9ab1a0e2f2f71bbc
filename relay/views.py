"""The two streams: of a job, and of a project's generation."""

from collections.abc import Collection
from dataclasses import dataclass

import flask
from flask import Blueprint, Response

from contract.states import TERMINAL
from relay import callers, sse
from relay.door import Door, Started
from relay.errors import RefusedError
from relay.hub import Hub
from relay.streams import Limits, Milestone, Stream
from store import events, jobs
from store.database import Database


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """Attaches callers to jobs of theirs."""

    hub: Hub
    database: Database
    limits: Limits

    def find(self, job_id: str, caller: callers.Caller) -> jobs.Job | None:
        """Return the caller's job, None when there is none or it is somebody else's."""
        with self.database.read() as connection:
            return jobs.get(connection, job_id, user_id=caller.user_id)

    def own(self, job_id: str, caller: callers.Caller) -> jobs.Job:
        """Return the caller's job; 404 when there is none or it is somebody else's."""
        job = self.find(job_id, caller)
        if job is None:
            raise RefusedError(
                404,
                f"There is no job {job_id[:64]!r} of yours.",
                code="job_not_found",
                remedy="Check the id; a job is gone once its project is deleted.",
            )
        return job

    def running(self, project_id: str, caller: callers.Caller) -> jobs.Job | None:
        """Return the active job of the caller's project."""
        with self.database.read() as connection:
            job = jobs.active(connection, project_id)
        return job if job is not None and job.user_id == caller.user_id else None

    def stream(self, job: jobs.Job, caller: callers.Caller) -> Response:
        """Return the job's stream from the caller's cursor, or 204 when there is no more."""
        last, note = _start(job)
        if job.status in TERMINAL and last >= job.last_seq > 0:
            return Response(status=204, headers={"Cache-Control": "no-store"})
        follower = self.hub.follow(job.id, last=last)
        stream = Stream(
            follower,
            read=self._read,
            limits=self.limits,
            signed_in_seconds=caller.seconds_left,
            note=note,
        )
        response = Response(stream.frames(), headers=sse.HEADERS)
        # Not in the generator: one that was never started has no end either.
        response.call_on_close(lambda: self.hub.leave(follower))
        return response

    def _read(self, job_id: str, after: int, limit: int) -> list[Milestone]:
        with self.database.read() as connection:
            found = events.after(connection, job_id, after, limit=limit)
        return [Milestone(stored.seq, stored.payload.encode()) for stored in found]


def blueprint(*, attachment: Attachment, door: Door, origins: Collection[str]) -> Blueprint:
    """Return the routes of the streams."""
    routes = Blueprint("streams", __name__, url_prefix="/api/v1")

    @routes.get("/jobs/<job_id>/stream")
    def job_stream(job_id: str) -> Response:
        caller = callers.authenticate()
        return attachment.stream(attachment.own(job_id, caller), caller)

    @routes.get("/projects/<project_id>/context/generate/stream")
    def generation_stream(project_id: str) -> Response:
        caller = callers.authenticate()
        callers.check_origin(caller, origins)
        cursor = sse.parse_cursor(_last_event_id())
        job = attachment.find(cursor.job_id, caller) if cursor is not None else None
        # A reconnect resumes its job, whatever came of it, and never starts another.
        if job is None or job.project_id != project_id:
            job = attachment.running(project_id, caller)
        if job is not None:
            return attachment.stream(job, caller)
        started = door.start(project_id, token=caller.token, options=_options())
        if started.job_id is None:
            return _pass_on(started)
        return attachment.stream(attachment.own(started.job_id, caller), caller)

    return routes


def _last_event_id() -> str | None:
    header = flask.request.headers.get("Last-Event-ID")
    return header if header is not None else flask.request.args.get("lastEventId")


def _start(job: jobs.Job) -> tuple[int, str | None]:
    """Return after which event the stream starts, and what to say if that was not asked for."""
    given = _last_event_id()
    if not given:
        return 0, None
    cursor = sse.parse_cursor(given)
    if cursor is None or cursor.job_id != job.id:
        return 0, "the last event id is not of this job: starting from the beginning"
    if cursor.seq > job.last_seq:
        return 0, "the last event id is beyond the last event: starting from the beginning"
    return cursor.seq, None


def _options() -> dict[str, object]:
    arguments = flask.request.args
    options: dict[str, object] = {
        name: arguments[name] for name in ("engine", "model", "language") if name in arguments
    }
    options["force"] = arguments.get("force", "false").lower() in ("1", "true", "yes")
    return options


def _pass_on(answer: Started) -> Response:
    response = Response(answer.body, status=answer.status, content_type=answer.content_type)
    if answer.retry_after is not None:
        response.headers["Retry-After"] = answer.retry_after
    return response
