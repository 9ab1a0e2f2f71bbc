"""What is kept of a project, in both databases."""

import pytest

from contract.steps import Step
from store import contexts, events, jobs, projects, reviews
from store.database import Database
from store.projects import Project
from store.submissions import NewJob
from tests.integration.store.working import claim, report, submit

pytestmark = pytest.mark.integration


class TestContexts:
    def test_are_numbered_per_project(self, db: Database, project: Project) -> None:
        """The second generation writes version 2; a list of them leaves out what may be large."""
        with db.write() as connection:
            for job_id in ("a", "b"):
                contexts.save(
                    connection,
                    contexts.NewContext(
                        project_id=project.id,
                        job_id=job_id,
                        engine="structural",
                        model=None,
                        fingerprint="f",
                        document="{}",
                    ),
                )
            found = contexts.get(connection, project.id)
            versions = contexts.versions(connection, project.id)

        assert found is not None
        assert (2, [2, 1]) == (found.version, [each.version for each in versions])
        assert not any(hasattr(each, "document") for each in versions)

    def test_an_unchanged_snapshot_replaces_itself(self, db: Database, project: Project) -> None:
        """Reading the same schema twice stores one snapshot."""
        with db.write() as connection:
            for document in ("old", "new"):
                contexts.save_snapshot(
                    connection, project.id, fingerprint="f", size=(1, 2), document=document
                )
            found = contexts.latest_snapshot(connection, project.id)

        assert found is not None
        assert "new" == found.document

    def test_a_deleted_project_takes_everything_with_it(
        self, db: Database, project: Project, new_job: NewJob
    ) -> None:
        """No job, event or decision of it stays."""
        job = submit(db, new_job)
        report(db, claim(db, job), Step.SCANNING, 0)
        with db.write() as connection:
            decision = reviews.Decision(target="summary", state="edited", text="t")
            reviews.decide(connection, project.id, decision, user_id=project.user_id)
            projects.delete(connection, project.id)
            assert jobs.get(connection, job.id) is None
            assert [] == events.after(connection, job.id, 0)
            assert {} == reviews.present(connection, project.id)
