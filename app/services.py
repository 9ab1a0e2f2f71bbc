"""What the views work with: made once by the factory, reached through the application."""

from dataclasses import dataclass
from pathlib import Path

import flask
import redis

from app.courier import Courier
from app.kept import Kept
from app.model_servers import ModelServers
from app.passwords import Passwords
from app.questions import Questions
from app.waiting import Seats
from catalog.context import Context
from catalog.listing import Listing
from catalog.model import Snapshot
from catalog.renderings.joins import Join
from catalog.search.index import Index
from store.database import Database
from store.vault import Vault

_KEY = "schemalore"


@dataclass(frozen=True, kw_only=True)
class Services:
    """The connections and tools of one application."""

    database: Database
    vault: Vault
    courier: Courier
    redis: redis.Redis  # for readiness only
    passwords: Passwords
    indexes: Kept[Index]
    snapshots: Kept[Snapshot]
    contexts: Kept[Context]
    listings: Kept[Listing]
    joins: Kept[tuple[Join, ...]]
    model_servers: ModelServers
    questions: Questions
    seats: Seats
    sqlite_directories: tuple[Path, ...]

    def attach(self, app: flask.Flask) -> None:
        """Let the application's views find these services."""
        app.extensions[_KEY] = self


def current() -> Services:
    """Return the services of the application that handles this request."""
    services: Services = flask.current_app.extensions[_KEY]
    return services
