"""Database URLs: which database, with which driver, shown without credentials."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

import sqlalchemy
from sqlalchemy.exc import ArgumentError

from catalog.readers import servers
from catalog.readers.errors import RefusedError

Kind = Literal["sqlite", "postgresql", "mysql"]

_KINDS: Final[Mapping[str, Kind]] = {
    "sqlite": "sqlite",
    "postgres": "postgresql",
    "postgresql": "postgresql",
    "mysql": "mysql",
    "mariadb": "mysql",
}
_DRIVERS: Final[Mapping[Kind, str]] = {
    "sqlite": "sqlite+pysqlite",
    "postgresql": "postgresql+psycopg",
    "mysql": "mysql+pymysql",
}
_PORTS: Final[Mapping[Kind, int]] = {"postgresql": 5432, "mysql": 3306}
# Other options could read files of this machine (passfile, ssl_key, read_default_file) or undo the
# read-only session (options), so a URL from outside may carry these only.
_OPTIONS: Final[Mapping[Kind, frozenset[str]]] = {
    "sqlite": frozenset(),
    "postgresql": frozenset({"sslmode", "channel_binding", "target_session_attrs", "gssencmode"}),
    "mysql": frozenset({"charset"}),
}
_EXAMPLES: Final = (
    "postgresql://user:password@host:5432/name, mysql://..., sqlite:///path/to/file.db"
)
_FORMS: Final[Mapping[Kind, str]] = {
    "postgresql": "postgresql://user:password@host:5432/name",
    "mysql": "mysql://user:password@host:3306/name",
}
_MAGIC: Final = b"SQLite format 3\x00"


@dataclass(frozen=True, kw_only=True)
class Address:
    """A database's address; its `repr` and `display` hold no credentials."""

    kind: Kind
    url: sqlalchemy.URL = field(repr=False)
    database: str  # a display name
    display: str  # where it is, e.g. "postgresql://host:5432/name"

    @property
    def secret(self) -> str | None:
        """The password, for keeping it out of texts; None when the URL has none."""
        return str(self.url.password) if self.url.password else None


def parse(url: str) -> Address:
    """Return the address a URL names; RefusedError when it is malformed or of another scheme.

    All but SQLite's have to name host and user; the driver would take the worker's own.
    """
    parsed = _parse_url(url)
    kind = _KINDS.get(parsed.drivername.partition("+")[0].lower())
    if kind is None:
        raise RefusedError(
            f"Databases of the scheme {parsed.drivername[:40]!r} are not supported.",
            remedy=f"Use a URL like {_EXAMPLES}, or paste the schema's DDL instead.",
        )
    if kind in _FORMS:
        servers.check(url.strip(), parsed, form=_FORMS[kind])
    _check_options(kind, parsed.query)
    if not parsed.database:
        raise RefusedError(
            "The database URL names no database.",
            remedy=f"End the URL with the database's name or file, like {_EXAMPLES}.",
        )
    url_with_driver = parsed.set(drivername=_DRIVERS[kind])
    if kind == "sqlite":
        name = Path(parsed.database).name
        return Address(kind=kind, url=url_with_driver, database=name, display=f"sqlite:///{name}")
    port = parsed.port or _PORTS[kind]
    return Address(
        kind=kind,
        # With the port, or a variable of the worker's environment could say another one.
        url=url_with_driver.set(port=port),
        database=parsed.database,
        display=f"{kind}://{parsed.host}:{port}/{parsed.database}",
    )


def check_file(address: Address, allowed_directories: Sequence[Path]) -> Path:
    """Return the SQLite file's resolved path; RefusedError when it may not or cannot be read.

    Whether a file exists is said only below the allowed directories, so that a URL cannot be used
    to look around the machine.
    """
    path = _resolve(Path(address.url.database or ""))
    allowed = tuple(_resolve(directory) for directory in allowed_directories)
    if not any(path.is_relative_to(directory) for directory in allowed):
        raise RefusedError(
            f"The SQLite file {path.name!r} is not below an allowed directory.",
            remedy="Move the file below an allowed directory, or let the operator allow its own.",
        )
    if path.is_dir():
        raise RefusedError(
            f"{path.name!r} is a directory, not a SQLite file.",
            remedy="Give the path of the database file inside it.",
        )
    if not path.is_file():
        raise RefusedError(
            f"There is no SQLite file {path.name!r} in its directory.",
            remedy="Check the path; it must be absolute: sqlite:////directory/file.db.",
        )
    _check_content(path)
    return path


def _parse_url(url: str) -> sqlalchemy.URL:
    try:
        return sqlalchemy.make_url(url.strip())
    except (ArgumentError, ValueError):
        # `from None`: the library's text quotes the URL, and the URL may hold a password.
        raise RefusedError(
            "The database URL cannot be understood.",
            remedy=f"Write it like {_EXAMPLES}; encode special characters of the password"
            " (@ as %40, / as %2F, : as %3A).",
        ) from None


def _check_options(kind: Kind, query: Mapping[str, object]) -> None:
    for option in sorted(query):
        if option not in _OPTIONS[kind]:
            allowed = ", ".join(sorted(_OPTIONS[kind])) or "none"
            raise RefusedError(
                f"The database URL has the option {option[:40]!r}, which is not allowed.",
                remedy=f"Remove it from the URL; allowed options: {allowed}.",
            )


def _resolve(path: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, RuntimeError, ValueError):  # a loop of links, a NUL byte
        raise RefusedError(
            "The path of the SQLite file cannot be resolved.",
            remedy="Check the path for loops of symbolic links and odd characters.",
        ) from None


def _check_content(path: Path) -> None:
    try:
        with path.open("rb") as file:
            head = file.read(len(_MAGIC))
    except OSError as error:
        raise RefusedError(
            f"The file {path.name!r} cannot be opened: {error.strerror}.",
            remedy="Give the server's user permission to read it.",
        ) from None
    if head and head != _MAGIC:  # SQLite takes an empty file for an empty database
        raise RefusedError(
            f"The file {path.name!r} is not a SQLite database.",
            remedy="Give a file that SQLite wrote; an encrypted one cannot be read.",
        )
