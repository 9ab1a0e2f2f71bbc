"""What a project's source becomes: what is shown of it, and what is sealed."""

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any, assert_never

from app import errors
from app.api.schemas_projects import DdlSource, DemoSource, UrlSource
from catalog.profile import Level
from catalog.readers import addresses, ddl
from catalog.readers.errors import UnknownDialectError
from store.projects import NewProject
from store.vault import Vault

LONGEST_DDL_BYTES = 10_000_000
LONGEST_LOCATION = 500


class DdlTooLongError(errors.ProblemError):
    """The DDL is longer than a reader takes."""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    code = "ddl_too_long"
    remedy = "Paste only the tables that matter, without INSERT statements."


class NothingToProfileError(errors.ProblemError):
    """The source is a text: there is no database that could be looked into."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "profile_unavailable"
    remedy = 'Leave out profile or send "none", or use the URL of a live database.'

    def __init__(self, level: Level) -> None:
        super().__init__(f"DDL text has no database behind it whose {level} could be read.")


@dataclass(frozen=True, kw_only=True)
class Described:
    """A source that passed all checks that need no connection."""

    dialect: str | None
    location: str


def to_project(
    name: str,
    source: UrlSource | DdlSource | DemoSource,
    *,
    vault: Vault,
    directories: Sequence[Path],
) -> NewProject:
    """Return what is stored: SourceError or a problem when the source can never be read."""
    described = _describe(source, directories)
    return NewProject(
        name=name,
        kind=source.kind,
        dialect=described.dialect,
        location=described.location[:LONGEST_LOCATION],
        sealed_source=vault.seal(_revealed(source)),
    )


def check_level(kind: str, level: Level) -> None:
    """Raise NothingToProfileError when the kind of source has nothing of the level."""
    if kind == "ddl" and level != "none":
        raise NothingToProfileError(level)


def _describe(source: UrlSource | DdlSource | DemoSource, directories: Sequence[Path]) -> Described:
    match source:
        case UrlSource():
            return _describe_url(source.url.get_secret_value(), directories)
        case DdlSource():
            return _describe_ddl(source)
        case DemoSource():
            return Described(dialect="sqlite", location="the demo database")
        case _:
            assert_never(source)


def _describe_url(url: str, directories: Sequence[Path]) -> Described:
    address = addresses.parse(url)
    if address.kind == "sqlite":
        addresses.check_file(address, directories)
    return Described(dialect=address.kind, location=address.display)


def _describe_ddl(source: DdlSource) -> Described:
    if source.dialect.strip().lower() not in ddl.DIALECTS:
        raise UnknownDialectError(source.dialect, ddl.DIALECTS)
    size = len(source.ddl.encode())
    if size > LONGEST_DDL_BYTES:
        raise DdlTooLongError(
            f"The DDL has {size / 1e6:.1f} MB; at most {LONGEST_DDL_BYTES / 1e6:.0f} MB are read."
        )
    shown = f"{size / 1e6:.1f} MB" if size >= 100_000 else f"{max(1, round(size / 1e3))} kB"  # noqa: PLR2004 - from here on MB read better
    return Described(dialect=source.dialect.strip().lower(), location=f"DDL text, {shown}")


def _revealed(source: UrlSource | DdlSource | DemoSource) -> dict[str, Any]:
    plain = source.model_dump(by_alias=True)
    if isinstance(source, UrlSource):
        plain["url"] = source.url.get_secret_value()
    return plain
