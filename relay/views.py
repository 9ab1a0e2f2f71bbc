"""The two streams: of a job, and of a project's generation."""

import random
import re
import socket
import time
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

import flask
import sqlalchemy as sa
from flask import Blueprint, Response

from contract.states import TERMINAL
from relay import callers, sse
from relay.clients import Client
from relay.door import Door, Started
from relay.errors import RefusedError
from relay.hub import Hub
from relay.rounds import Limits
from relay.takeover import Takeover
from store import streams, users
from store.database import Database
from store.streams import Streamed

_ID = re.compile(r"[0-9A-Za-z-]{1,64}\Z")


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """Attaches callers to jobs of theirs."""

    hub: Hub
    database: Database
    limits: Limits

    def find(self, job_id: str, caller: callers.Caller) -> Streamed | None:
        """Return the caller's job, None when there is none or it is somebody else's; 401."""
        with self.database.read() as connection:
            job = None
            if _ID.match(job_id):  # PostgreSQL takes no NUL, for example
                job = streams.find(
                    connection, job_id, user_id=caller.user_id, session_id=caller.session_id
                )
            self._check(connection, job, caller)
        return job

    def own(self, job_id: str, caller: callers.Caller) -> Streamed:
        """Return the caller's job; 404 when there is none or it is somebody else's; 401."""
        job = self.find(job_id, caller)
        if job is None:
            raise RefusedError(
                404,
                f"There is no job {job_id[:64]!r} of yours.",
                code="job_not_found",
                remedy="Check the id; a job is gone once its project is deleted.",
            )
        return job

    def running(self, project_id: str, caller: callers.Caller) -> Streamed | None:
        """Return the active job of the caller's project; 401."""
        with self.database.read() as connection:
            job = streams.active(
                connection, project_id, user_id=caller.user_id, session_id=caller.session_id
            )
            self._check(connection, job, caller)
        return job

    def stream(self, job: Streamed, caller: callers.Caller) -> Response:
        """Return the job's stream from the caller's cursor, or 204 when there is no more."""
        last, note = _start(job)
        if job.status in TERMINAL and last >= job.last_seq > 0:
            return Response(status=204, headers={"Cache-Control": "no-store"})
        if flask.request.method == "HEAD":
            return Response(headers=sse.HEADERS)
        self.check_room(caller)

        def admit(connection: socket.socket, head: bytes, chunked: bool) -> None:
            client = Client(
                connection,
                job_id=job.id,
                last=last,
                user_id=caller.user_id,
                session_id=caller.session_id,
                chunked=chunked,
            )
            self.limits.end(client, now=time.monotonic(), signed_in_seconds=caller.seconds_left)
            hello = sse.retry(self.limits.retry()) + (sse.comment(note) if note else b"")
            self.hub.admit(client, head + sse.body(hello, chunked=chunked))

        return Takeover(admit, sse.HEADERS)

    def _check(
        self, connection: sa.Connection, job: Streamed | None, caller: callers.Caller
    ) -> None:
        callers.check_session(
            active=job.signed_in
            if job is not None
            else users.session_active(connection, caller.session_id)
        )

    def check_room(self, caller: callers.Caller) -> None:
        """Refuse the next stream with 429 when there are too many; nobody is sent away for it."""
        mine = self.hub.per_user[caller.user_id] >= self.limits.per_user
        if not mine and self.hub.count < self.limits.per_process:
            return
        whose = "You have" if mine else "This relay has"
        most = self.limits.per_user if mine else self.limits.per_process
        raise RefusedError(
            429,
            f"{whose} {most} open streams, which is the limit.",
            code="too_many_streams",
            remedy="Close a stream that is not needed, or poll the job instead.",
            retry_after=random.randint(5, 15),  # noqa: S311 - spreads the returns
        )


def blueprint(*, attachment: Attachment, door: Door, origins: Collection[str]) -> Blueprint:
    """Return the routes of the streams."""
    routes = Blueprint("streams", __name__, url_prefix="/api/v1")

    @routes.get("/jobs/<job_id>/stream")
    def job_stream(job_id: str) -> Response:
        caller = callers.authenticate()
        return attachment.stream(attachment.own(job_id, caller), caller)

    @routes.get("/projects/<uuid:project>/context/generate/stream")
    def generation_stream(project: UUID) -> Response:
        project_id = str(project)
        caller = callers.authenticate()
        callers.check_origin(caller, origins)
        cursor = sse.parse_cursor(_last_event_id())
        job = attachment.find(cursor.job_id, caller) if cursor is not None else None
        # A reconnect resumes its job, whatever came of it, and never starts another.
        if job is None or job.project_id != project_id:
            job = attachment.running(project_id, caller)
        if job is not None:
            return attachment.stream(job, caller)
        if flask.request.method == "HEAD":  # whoever only looks starts nothing
            return Response(headers=sse.HEADERS)
        started = door.start(project_id, authorization=caller.authorization, options=_options())
        if started.job_id is None:
            return _pass_on(started)
        return attachment.stream(attachment.own(started.job_id, caller), caller)

    return routes


def _last_event_id() -> str | None:
    header = flask.request.headers.get("Last-Event-ID")
    return header if header is not None else flask.request.args.get("lastEventId")


def _start(job: Streamed) -> tuple[int, str | None]:
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


def _options() -> dict[str, str]:
    """Return what the app is asked, in the caller's words: it is the app that judges them."""
    arguments = flask.request.args
    names = ("force", "engine", "model", "language")
    return {name: arguments[name] for name in names if name in arguments}


def _pass_on(answer: Started) -> Response:
    headers = {**answer.headers, "Cache-Control": "no-store"}
    return Response(answer.body, status=answer.status, headers=headers)
