"""What a page shows before its script runs: the visitor's project, if they are signed in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app import authentication, services
from app.api import browsing
from catalog import listing
from catalog.listing import Row
from store import contexts, overviews, projects
from store.contexts import StoredContext, StoredVersion
from store.overviews import Overview
from store.projects import Project

ROWS = 100  # of the list of tables; more are on the next page
VERSIONS = 3  # of the context; its own page has all


@dataclass(frozen=True, kw_only=True)
class ProjectView:
    """A project as its page begins; `rows` are the tables after the one that was asked for."""

    project: Project
    overview: Overview
    context: StoredContext | None
    versions: Sequence[StoredVersion]  # the newest of them
    summary: str
    rows: Sequence[Row]
    next: str | None
    tables: int
    views: int
    columns: int  # of tables
    reviewed: int  # texts that people decided about
    stale: bool  # the schema has changed since the context was written

    @property
    def count(self) -> str:
        """How much there is, in words."""
        views = f" and {_counted(self.views, 'view')}" if self.views else ""
        if len(self.rows) < self.tables + self.views:
            return f"{_counted(self.tables, 'table')}{views}, {len(self.rows)} shown"
        return (
            f"{_counted(self.tables, 'table')}{views}; {_counted(self.columns, 'column')} in tables"
        )


def project(project_id: str, *, after: str | None) -> ProjectView | None:
    """Return the visitor's project; None when they are not signed in or have no such project."""
    user_id = authentication.visitor()
    if user_id is None or not _is_uuid(project_id):
        return None
    with services.current().database.read() as connection:
        found = projects.get(connection, project_id, user_id=user_id)
        if found is None:
            return None
        overview = overviews.of_project(connection, found.id)
        context = contexts.get(connection, found.id)
        versions = contexts.versions(connection, found.id, most=VERSIONS)
        shelf = browsing.shelf(connection, found.id, context, own=False)
    rows = browsing.rows(shelf) if shelf else ()
    part = listing.page(rows, after=after, most=ROWS)
    return ProjectView(
        project=found,
        overview=overview,
        context=context,
        versions=versions,
        summary=browsing.summary(shelf) if shelf else "",
        rows=part.rows,
        next=part.next,
        tables=sum(not row.view for row in rows),
        reviewed=browsing.reviewed(shelf) if shelf else 0,
        stale=bool(shelf and context and shelf.stored.fingerprint != context.fingerprint),
        views=sum(row.view for row in rows),
        columns=sum(len(row.columns) for row in rows if not row.view),
    )


def moment(at: datetime) -> str:
    """Return a time as the page writes it, in UTC until its script knows the reader's zone."""
    return f"{at.day} {at:%b %Y, %H:%M}"


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
