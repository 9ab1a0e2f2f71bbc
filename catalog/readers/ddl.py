"""Reads the schema from DDL text of any dialect sqlglot knows, one statement after the other."""

from collections.abc import Callable
from typing import Final

from catalog import dialects
from catalog.model import Snapshot, Unread
from catalog.readers import assembly, limits, scripts
from catalog.readers.drafts import Drafts
from catalog.readers.errors import EmptySchemaError, RefusedError, UnknownDialectError

DIALECTS: Final = tuple(sorted({*dialects.SQLGLOT, *dialects.ALIASES}))

_LIKELY_DIALECTS: Final = ("postgres", "mysql", "sqlite", "tsql", "oracle", "snowflake", "bigquery")
_SAMPLE_CHARACTERS: Final = 100_000  # enough to see which dialect a text is in
_SUSPICIOUS_UNREAD: Final = 5


def read(
    text: str,
    *,
    dialect: str,
    database: str = "schema",
    limit_bytes: int = 10_000_000,
    limit_tables: int = limits.MOST_TABLES,
    stop: Callable[[], bool] = scripts.never,
) -> Snapshot:
    """Return the snapshot that a DDL text describes; what could not be read is in `unread`.

    Raises UnknownDialectError, RefusedError for a text beyond the limits, EmptySchemaError when no
    table is found, and StoppedError soon after `stop`, asked at each statement, returns true.
    """
    known = dialects.to_sqlglot(dialect)
    if known is None:
        raise UnknownDialectError(dialect, DIALECTS)
    size = len(text.encode(errors="replace"))
    if size > limit_bytes:
        raise RefusedError(
            f"The DDL text has {size / 1e6:.1f} MB; at most {limit_bytes / 1e6:.1f} MB are read.",
            remedy="Send the schema without rows, e.g. pg_dump --schema-only, mysqldump --no-data.",
        )
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\x00", "")
    limits.check(scripts.count(text, known), limit_tables)
    drafts = scripts.read(text, known, stop)
    tables = [draft.table(drafts.types) for draft in drafts]
    limits.check(len(tables), limit_tables)
    if not tables:
        raise _empty(text, known, drafts)
    unread = (*_hint(text, known, drafts), *drafts.reports())
    origin = assembly.Origin(dialect=known, database=database)
    return assembly.snapshot(tables, origin, children=drafts.families(), unread=unread)


def _better_dialect(text: str, dialect: str, drafts: Drafts) -> str | None:
    """Return the likely dialect that reads the text's beginning best, if better than `dialect`."""
    sample = text[:_SAMPLE_CHARACTERS]
    own = _score(drafts if len(text) == len(sample) else scripts.read(sample, dialect))
    scores = {
        name: _score(scripts.read(sample, name)) for name in _LIKELY_DIALECTS if name != dialect
    }
    best = max(scores, key=lambda name: scores[name])
    return best if scores[best] > own else None


def _score(drafts: Drafts) -> tuple[int, int]:
    return sum(1 for _ in drafts), -drafts.unread_count


def _empty(text: str, dialect: str, drafts: Drafts) -> EmptySchemaError:
    message = f"No table was found in the DDL text, read as {dialect}."
    if drafts.unread_count:
        first = drafts.unread[0]
        message += (
            f" {drafts.unread_count} of its statements could not be read;"
            f" the first is in line {first.line}: {first.reason}"
        ).rstrip(".") + "."
    better = _better_dialect(text, dialect, drafts)
    if better:
        return EmptySchemaError(message, remedy=f"Read it as {better}, which finds tables in it.")
    return EmptySchemaError(
        message, remedy="Send the CREATE TABLE statements of the schema, each ended by a semicolon."
    )


def _hint(text: str, dialect: str, drafts: Drafts) -> tuple[Unread, ...]:
    """Return a word about the dialect when so much is unread that it may be the wrong one."""
    if drafts.unread_count < _SUSPICIOUS_UNREAD:
        return ()
    better = _better_dialect(text, dialect, drafts)
    if better is None:
        return ()
    reason = (
        f"as {dialect}, {drafts.unread_count} parts could not be read; {better} reads it better"
    )
    return (Unread(what=f"the dialect {dialect}", reason=reason),)
