"""Projects and jobs as plain pages under /plain; every form carries the session's CSRF token."""

from http import HTTPStatus
from typing import Final
from uuid import UUID

import flask

from app import authentication, errors, services
from app.api import ownership, presentation, schemas_projects, sources, submission, unchanged
from app.api.schemas_jobs import GenerationAsked
from app.api.schemas_projects import DemoSource
from app.plain.show import Show
from contract.states import ACTIVE, JobStatus
from store import contexts, jobs, overviews, projects
from store.submissions import NewJob

#: Steps, and the progress at which each is done.
STEPS: Final = (
    ("Scanning", 20),
    ("Indexing", 40),
    ("Analyzing", 70),
    ("Generating", 80),
    ("Optimizing", 90),
)
REFRESH_SECONDS: Final = 5
_SHOWN_JOBS: Final = 25


def blueprint(show: Show) -> flask.Blueprint:
    """Return the plain pages; whoever is not signed in is led to the sign-in page."""
    plain = flask.Blueprint("plain", __name__, url_prefix="/plain")

    def page(template: str, **values: object) -> flask.Response:
        token = flask.request.cookies.get("csrf_access_token", "")
        response = show(f"plain/{template}", csrf_token=token, **values)
        response.headers["Cache-Control"] = "private, no-cache"
        return response

    @plain.before_request
    def require() -> flask.typing.ResponseReturnValue | None:
        visitor = authentication.visitor()
        if visitor is None:
            back = flask.request.path if flask.request.method == "GET" else "/plain/"
            return flask.redirect(f"/login?next={back}", HTTPStatus.SEE_OTHER)
        flask.g.user_id = visitor
        return None

    @plain.errorhandler(errors.ProblemError)
    def refuse(error: errors.ProblemError) -> flask.Response:
        response = page("problem.html", problem=error)
        response.status_code = error.status
        return response

    _add_projects(plain, page)
    _add_jobs(plain, page)
    return plain


def _add_projects(plain: flask.Blueprint, page: Show) -> None:
    @plain.get("/")
    def listing() -> flask.Response:
        with services.current().database.read() as connection:
            found = projects.listing(connection, authentication.user_id())
            seen = overviews.of_projects(connection, [each.id for each in found])
        return page("projects.html", projects=[(each, seen.get(each.id)) for each in found])

    @plain.post("/projects")
    def create() -> flask.typing.ResponseReturnValue:
        using = services.current()
        new = sources.to_project(
            "Demo shop",
            DemoSource(kind="demo"),
            vault=using.vault,
            directories=using.sqlite_directories,
        )
        with using.database.write() as connection:
            made = projects.create(connection, authentication.user_id(), new)
        return flask.redirect(f"/plain/projects/{made.id}", HTTPStatus.SEE_OTHER)

    @plain.get("/projects/<uuid:project_id>")
    def project(project_id: UUID) -> flask.Response:
        with services.current().database.read() as connection:
            found = ownership.project(connection, project_id)
            seen = overviews.of_project(connection, found.id)
            stored = contexts.get(connection, found.id)
            written = presentation.context(connection, stored, tables=False) if stored else None
        body = schemas_projects.project(found, seen)
        return page("project.html", project=body, context=written)

    @plain.post("/projects/<uuid:project_id>/generate")
    def generate(project_id: UUID) -> flask.typing.ResponseReturnValue:
        asked = GenerationAsked(force="force" in flask.request.form)
        with services.current().database.write() as connection:
            found = ownership.project(connection, project_id, held=True)
            job, new = submission.submit(
                connection,
                NewJob(
                    user_id=authentication.user_id(),
                    project_id=found.id,
                    options=asked.dump(),
                    fresh=asked.force,
                    standing=unchanged.done_by(connection, found, asked),
                ),
            )
        submission.answer(job, new=new)
        return flask.redirect(f"/plain/jobs/{job.id}", HTTPStatus.SEE_OTHER)


def _add_jobs(plain: flask.Blueprint, page: Show) -> None:
    @plain.get("/jobs")
    def history() -> flask.Response:
        user_id = authentication.user_id()
        with services.current().database.read() as connection:
            found = jobs.listing(connection, user_id, limit=_SHOWN_JOBS)
            names = {each.id: each.name for each in projects.listing(connection, user_id)}
        return page("jobs.html", jobs=found, names=names, most=_SHOWN_JOBS)

    @plain.get("/jobs/<uuid:job_id>")
    def job(job_id: UUID) -> flask.Response:
        with services.current().database.read() as connection:
            found = presentation.job(connection, ownership.job(connection, job_id))
        active = JobStatus(found.status) in ACTIVE
        return page("job.html", job=found, steps=STEPS, refresh=REFRESH_SECONDS if active else None)

    @plain.post("/jobs/<uuid:job_id>/cancel")
    def cancel(job_id: UUID) -> flask.typing.ResponseReturnValue:
        using = services.current()
        with using.database.write() as connection:
            ended = jobs.request_cancel(connection, ownership.job(connection, job_id))
        if ended is not None:
            using.courier.event(ended)
        return flask.redirect(f"/plain/jobs/{job_id}", HTTPStatus.SEE_OTHER)
