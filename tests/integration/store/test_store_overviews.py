"""What a list of projects shows of each."""

import re
from collections.abc import Sequence
from typing import Any

import pytest
import sqlalchemy as sa

from store import contexts, overviews
from store.database import Database, connect
from store.projects import Project
from store.submissions import NewJob
from tests import patience
from tests.integration.store.working import submit

pytestmark = pytest.mark.integration


def scan(db: Database, project: Project, fingerprint: str, size: tuple[int, int]) -> None:
    patience.a_moment()
    with db.write() as connection:
        contexts.save_snapshot(
            connection, project.id, fingerprint=fingerprint, size=size, document="{}"
        )


class TestOfProjects:
    def test_tell_of_the_last_scan_and_the_active_job(
        self, db: Database, project: Project, new_job: NewJob
    ) -> None:
        """A project that does not exist is absent."""
        scan(db, project, "old", (1, 2))
        scan(db, project, "new", (3, 4))
        job = submit(db, new_job)
        with db.read() as connection:
            found = overviews.of_projects(connection, [project.id, "nobody's"])
            gone = overviews.of_project(connection, "nobody's")

        assert [project.id] == list(found)
        assert overviews.Overview() == gone
        seen = found[project.id]
        assert (3, 4, None, job.id) == (
            seen.tables,
            seen.columns,
            seen.context_version,
            seen.active_job_id,
        )

    def test_look_at_nobody_elses_rows(self, database_url: str) -> None:
        """A snapshot is large, and a list of two projects must not read those of all accounts."""
        opened = connect(database_url)
        plans: list[str] = []

        @sa.event.listens_for(opened.engine, "before_cursor_execute")
        def explain(
            connection: sa.Connection, _cursor: object, sql: str, values: Sequence[Any], *_: object
        ) -> None:
            if sql.startswith("SELECT"):
                rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", tuple(values))
                plans.extend(str(row[3]) for row in rows)

        with opened.read() as connection:
            overviews.of_projects(connection, ["a", "b"])
        opened.close()

        assert any("snapshots" in plan for plan in plans)
        assert [] == [plan for plan in plans if re.match(r"SCAN (snapshots|contexts|jobs)", plan)]
