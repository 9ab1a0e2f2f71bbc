"""The migrations, in both databases."""

import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext

from store import reviews, upgrade
from store.database import Database
from store.projects import Project
from store.reviews import Decision
from store.schema import metadata
from store.schema import reviews as table

pytestmark = pytest.mark.integration


def test_migrations_make_the_tables_that_the_code_uses(db: Database) -> None:
    """After the migrations nothing differs from store.schema."""
    with db.read() as connection:
        assert upgrade.at_head(connection)
        assert [] == compare_metadata(MigrationContext.configure(connection), metadata)


def test_migration_keeps_the_edits_of_before(db: Database, project: Project) -> None:
    """They become decisions, and go back to edits on the way down."""
    config = Config()
    config.set_main_option("script_location", "store:migrations")
    config.set_main_option("path_separator", "os")
    with db.write() as connection:
        for text in ("old", "new"):
            decision = Decision(target="summary", state="edited", text=text)
            reviews.decide(connection, project.id, decision, user_id=project.user_id)
        config.attributes["connection"] = connection
        command.downgrade(config, "0006_idempotency_keys")
        rows = connection.execute(sa.text("SELECT target, text FROM edits")).all()
        command.upgrade(config, "head")
        found = reviews.present(connection, project.id)
        count = connection.execute(sa.select(sa.func.count()).select_from(table)).scalar()

    assert [("summary", "new")] == [tuple(row) for row in rows]
    assert (["new"], ["edited"], 1) == (
        [each.text for each in found.values()],
        [each.state for each in found.values()],
        count,
    )


@pytest.mark.parametrize(("arguments", "made"), [([], True), (["--help"], False)])
def test_the_command_migrates_unless_help_is_asked_for(
    tmp_path: Path, arguments: list[str], *, made: bool
) -> None:
    """Naive: who wants to read what it does has it done."""
    root = str(Path(__file__).resolve().parents[3])
    environ = {"PYTHONPATH": root, "DATA_DIR": str(tmp_path)}
    command_line = [sys.executable, "-m", "store.main", *arguments]
    subprocess.run(command_line, cwd=tmp_path, env=environ, check=True, capture_output=True)

    assert made == (tmp_path / "schemalore.db").exists()
