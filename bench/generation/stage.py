"""What every section is given: where the data is, a PostgreSQL, and a folder to work in."""

import contextlib
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy import make_url


class MissingServiceError(RuntimeError):
    """A service does not answer; the text names it and the way to give another."""


@dataclass(frozen=True, kw_only=True)
class Stage:
    """Where to read, where to write, and how much to do."""

    data: Path  # the folder of real schemas; sections name what is not there
    postgres_url: str  # a server on which databases may be created
    ollama: str  # a server with an embedding model; empty: retrieval goes without
    scratch: Path  # a folder that disappears afterwards
    full: bool

    @contextlib.contextmanager
    def postgres(self, script: str) -> Iterator[str]:
        """Yield the URL of a fresh database in which `script` was run; MissingServiceError."""
        name = f"schemalore_bench_{uuid.uuid4().hex[:12]}"
        url = make_url(self.postgres_url)
        try:
            server = psycopg.connect(self.postgres_url, autocommit=True, connect_timeout=5)
        except psycopg.OperationalError as error:
            raise MissingServiceError(
                f"no PostgreSQL answers at {url.render_as_string()}; "
                "give the URL of one with --postgres"
            ) from error
        with server:
            server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
            try:
                made = url.set(database=name).render_as_string(hide_password=False)
                with psycopg.connect(made, autocommit=True) as connection:
                    connection.execute(script.encode())
                yield made
            finally:
                server.execute(
                    sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name))
                )
