"""Bringing a database to the newest form of our tables."""

import sqlalchemy as sa
from alembic import command, script
from alembic.config import Config
from alembic.runtime.migration import MigrationContext

from store.database import Database

#: Any number: several processes that start at once must not migrate at the same time.
LOCK = 5_906_450


def to_head(database: Database) -> None:
    """Run all missing migrations; safe to call from several processes at once."""
    with database.write() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def at_head(connection: sa.Connection) -> bool:
    """Whether the database has all migrations."""
    head = script.ScriptDirectory.from_config(_config()).get_current_head()
    return MigrationContext.configure(connection).get_current_revision() == head


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", "store:migrations")
    config.set_main_option("path_separator", "os")
    return config
