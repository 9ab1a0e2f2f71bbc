"""Finding what belongs to the caller; what belongs to others does not exist for them."""

from http import HTTPStatus
from uuid import UUID

import sqlalchemy as sa

from app import authentication, errors
from store import jobs, projects
from store.jobs import Job
from store.projects import Project


class NotFoundError(errors.ProblemError):
    """The caller has nothing with this id."""

    status = HTTPStatus.NOT_FOUND
    code = "not_found"

    def __init__(self, what: str, asked: UUID) -> None:
        super().__init__(
            f"You have no {what} with the id {asked}.",
            remedy=f"Check the id; GET /api/v1/{what}s lists yours.",
        )


def project(connection: sa.Connection, project_id: UUID, *, held: bool = False) -> Project:
    """Return the caller's project, `held` for a transaction that adds to it; NotFoundError."""
    user_id = authentication.user_id()
    found = projects.get(connection, str(project_id), user_id=user_id, held=held)
    if found is None:
        raise NotFoundError("project", project_id)
    return found


def job(connection: sa.Connection, job_id: UUID) -> Job:
    """Return the caller's job; NotFoundError."""
    found = jobs.get(connection, str(job_id), user_id=authentication.user_id())
    if found is None:
        raise NotFoundError("job", job_id)
    return found
