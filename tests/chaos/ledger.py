"""The database's own story, in plain SQL: an audit by triggers, and everything as JSON.

Neither this module nor the checker imports anything of the product: they would share its mistakes.
"""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg

#: What is read; times become seconds since 1970.
TABLES: dict[str, str] = {
    "jobs": (
        "id, user_id, project_id, kind, status, engine, last_seq, attempt, "
        "claim_token, cancel_requested_at, created_at, started_at, finished_at, error"
    ),
    "events": "job_id, seq, payload, at",
    "contexts": "id, project_id, job_id, version, created_at",
    "projects": "id, name",
    "idempotency_keys": "user_id, key, job_id",
    "chaos_audit": (
        "id, at, job_id, old_status, new_status, old_token, new_token, old_seq, new_seq, attempt"
    ),
}
_CHANGED = ("status", "claim_token", "last_seq", "attempt")
_COLUMNS = "at, job_id, old_status, new_status, old_token, new_token, old_seq, new_seq, attempt"
_SQLITE = f"""
CREATE TABLE chaos_audit (
  id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT, job_id TEXT, old_status TEXT, new_status TEXT,
  old_token TEXT, new_token TEXT, old_seq INTEGER, new_seq INTEGER, attempt INTEGER
);
CREATE TRIGGER chaos_inserted AFTER INSERT ON jobs BEGIN
  INSERT INTO chaos_audit ({_COLUMNS})
  VALUES (strftime('%Y-%m-%d %H:%M:%f', 'now'), NEW.id, NULL, NEW.status, NULL, NEW.claim_token,
          NULL, NEW.last_seq, NEW.attempt);
END;
CREATE TRIGGER chaos_updated AFTER UPDATE ON jobs
WHEN {" OR ".join(f"OLD.{name} IS NOT NEW.{name}" for name in _CHANGED)} BEGIN
  INSERT INTO chaos_audit ({_COLUMNS})
  VALUES (strftime('%Y-%m-%d %H:%M:%f', 'now'), NEW.id, OLD.status, NEW.status, OLD.claim_token,
          NEW.claim_token, OLD.last_seq, NEW.last_seq, NEW.attempt);
END;
"""
_POSTGRES = f"""
CREATE TABLE chaos_audit (
  id BIGSERIAL PRIMARY KEY, at timestamptz, job_id text, old_status text, new_status text,
  old_token text, new_token text, old_seq int, new_seq int, attempt int
);
CREATE FUNCTION chaos_note() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO chaos_audit ({_COLUMNS})
    VALUES (clock_timestamp(), NEW.id, NULL, NEW.status, NULL, NEW.claim_token,
            NULL, NEW.last_seq, NEW.attempt);
  ELSIF {" OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in _CHANGED)} THEN
    INSERT INTO chaos_audit ({_COLUMNS})
    VALUES (clock_timestamp(), NEW.id, OLD.status, NEW.status, OLD.claim_token,
            NEW.claim_token, OLD.last_seq, NEW.last_seq, NEW.attempt);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER chaos_noted AFTER INSERT OR UPDATE ON jobs
FOR EACH ROW EXECUTE FUNCTION chaos_note();
"""


def install(url: str) -> None:
    """Let the database write down every move of every job, in the same transaction."""
    path = sqlite_path(url)
    if path is None:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(_POSTGRES)
        return
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(_SQLITE)


def save(url: str, target: Path) -> None:
    """Write all that the checker asks for as one JSON file."""
    told: dict[str, Any] = {name: list(_rows(url, name)) for name in TABLES}
    target.write_text(json.dumps({**told, "tables": _tables(url)}))


def sqlite_path(url: str) -> Path | None:
    """Return the file of a SQLite URL, None for another database."""
    parts = urlsplit(url)
    return Path(parts.path[1:]) if parts.scheme == "sqlite" else None


def _tables(url: str) -> list[str]:
    names = (
        "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
        if sqlite_path(url) is None
        else "SELECT name FROM sqlite_master WHERE type = 'table'"
    )
    return [row[0] for row in _ask(url, names)]


def _rows(url: str, table: str) -> Iterator[dict[str, Any]]:
    columns = TABLES[table].split(", ")
    query = f"SELECT {TABLES[table]} FROM {table}"
    for row in _ask(url, query):
        yield {
            name: _seconds(value) if name == "at" or name.endswith("_at") else value
            for name, value in zip(columns, row, strict=True)
        }


def _ask(url: str, query: str) -> Sequence[Sequence[Any]]:
    path = sqlite_path(url)
    if path is None:
        with psycopg.connect(url) as connection:
            return connection.execute(query.encode()).fetchall()
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(query).fetchall()


def _seconds(value: Any) -> float | None:  # noqa: ANN401 - what the driver gives
    if value is None:
        return None
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
