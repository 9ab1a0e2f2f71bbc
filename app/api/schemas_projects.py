"""Bodies about projects."""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, SecretStr, StringConstraints, model_validator

from app.api.schemas import CLEAN, Asked, Moment, Wire
from app.api.schemas_disclosures import DisclosureBody, disclosure
from catalog import codec, dialects
from catalog.model import Snapshot
from catalog.profile import Level
from store.contexts import StoredSnapshot
from store.overviews import Overview
from store.projects import Project

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), CLEAN]
LONGEST_URL = 2000


class UrlSource(Asked):
    """A live database; the URL with its password is kept encrypted and never shown again."""

    kind: Literal["url"]
    url: Annotated[SecretStr, Field(min_length=1, max_length=LONGEST_URL)]


class DdlSource(Asked):
    """A text of CREATE statements in a SQL dialect."""

    kind: Literal["ddl"]
    dialect: Annotated[str, StringConstraints(min_length=1, max_length=60), CLEAN]
    ddl: Annotated[str, Field(min_length=1, repr=False), CLEAN]


class DemoSource(Asked):
    """The bundled demo database."""

    kind: Literal["demo"]


Source = Annotated[UrlSource | DdlSource | DemoSource, Field(discriminator="kind")]


class ProjectAsked(Asked):
    """A new project.

    `profile` says how far its database may be looked into beyond the schema: `none`; `statistics`
    that it holds already; `shapes`, which also looks at some rows, keeps masks such as AA-9999 and
    codes of which there are few, and leaves columns alone that may be about people.
    """

    name: Name
    source: Source
    profile: Level = "none"


class ProjectChange(Asked):
    """Another name, source or level of profile; another database begins at `none` again."""

    name: Name | None = None
    source: Source | None = None
    profile: Level | None = None

    @model_validator(mode="after")
    def _changes(self) -> Self:
        if self.name is None and self.source is None and self.profile is None:
            raise ValueError("name, source or profile must be given")
        return self


class ProjectBody(Wire):
    """A project; figures are null before the first scan, context or while nothing runs.

    `product` is what people call the database of the dialect, `profile` what may be read,
    `disclosed` what was read for the present context.
    """

    id: str
    name: str
    kind: str
    dialect: str | None
    product: str | None
    location: str
    profile: Level
    created_at: Moment
    updated_at: Moment
    tables: int | None
    columns: int | None
    scanned_at: Moment | None
    context_version: int | None
    active_job_id: str | None
    disclosed: DisclosureBody | None


class ProjectList(Wire):
    """The caller's projects by name."""

    items: list[ProjectBody]


class SchemaBody(Wire):
    """The last snapshot of a project's schema."""

    project_id: str
    fingerprint: str
    taken_at: Moment
    tables: int
    columns: int
    snapshot: dict[str, Any]


def project(found: Project, overview: Overview) -> ProjectBody:
    """Return the project as clients see it."""
    return ProjectBody(
        id=found.id,
        name=found.name,
        kind=found.kind,
        dialect=found.dialect,
        product=dialects.product(found.dialect) if found.dialect else None,
        location=found.location,
        profile=found.profile,
        created_at=found.created_at,
        updated_at=found.updated_at,
        tables=overview.tables,
        columns=overview.columns,
        scanned_at=overview.scanned_at,
        context_version=overview.context_version,
        active_job_id=overview.active_job_id,
        disclosed=disclosure(overview.disclosed),
    )


def schema(stored: StoredSnapshot, snapshot: Snapshot) -> SchemaBody:
    """Return the snapshot as clients see it."""
    return SchemaBody(
        project_id=stored.project_id,
        fingerprint=stored.fingerprint,
        taken_at=stored.taken_at,
        tables=stored.tables,
        columns=stored.columns,
        snapshot=codec.snapshot_to_dict(snapshot),
    )
