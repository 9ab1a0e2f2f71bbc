"""Tests of the store run on a migrated SQLite and on a migrated PostgreSQL database."""

from collections.abc import Iterator

import pytest

from store import projects, users
from store.database import Database, connect
from store.projects import Project
from store.submissions import NewJob
from tests.worker_house import PROJECT


@pytest.fixture(params=["database_url", "postgres_store_url"], ids=["sqlite", "postgresql"])
def db(request: pytest.FixtureRequest) -> Iterator[Database]:
    """A database of each kind."""
    opened = connect(request.getfixturevalue(request.param))
    yield opened
    opened.close()


@pytest.fixture
def postgres(postgres_store_url: str) -> Iterator[Database]:
    """A PostgreSQL database, where transactions run side by side."""
    opened = connect(postgres_store_url)
    yield opened
    opened.close()


@pytest.fixture
def project(db: Database) -> Project:
    """A project of a user."""
    with db.write() as connection:
        user = users.create(connection, email="A@b.example", password_hash="x")
        return projects.create(connection, user.id, PROJECT)


@pytest.fixture
def new_job(project: Project) -> NewJob:
    """A job of the project."""
    return NewJob(user_id=project.user_id, project_id=project.id, options={"engine": "auto"})
