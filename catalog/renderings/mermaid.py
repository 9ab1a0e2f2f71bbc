"""Entity-relationship diagrams in Mermaid's notation.

Mermaid reads one diagram per text, so a file holds a single `erDiagram` whose tables follow each
other by domain; a Markdown document holds one diagram per domain instead.
"""

import re
from collections.abc import Container, Iterable, Iterator, Sequence
from enum import Enum
from typing import Final

from catalog.context import Context
from catalog.model import Column, Snapshot, Table
from catalog.renderings import joins, lines, written
from catalog.renderings.joins import Join

DIAGRAM_TABLES: Final = 25  # more boxes than that and nobody can follow the lines
_TEXT_LIMIT: Final = 50_000  # Mermaid's own default for maxTextSize, in characters
_UNWANTED: Final = re.compile(r"[\W\u0080-\u00bf]+")
_KEY_WORD: Final = re.compile(r"(?i)(?:pk|fk|uk)(?![A-Za-z0-9_])")
_ONE_LENGTH: Final = re.compile(r"([^()]+)\((\d+)\)")
_NOT_A_COMMENT: Final = re.compile(r"[%{}<>]+")  # "%%{" starts a directive even in a comment


class Detail(Enum):
    """How much of a table a diagram shows."""

    COLUMNS = "columns"
    KEYS = "keys"
    NAMES = "names"


def render(snapshot: Snapshot, context: Context) -> str:
    """Return one diagram of all tables; a large one shows only keys, a huge one only names."""
    groups = written.groups(snapshot, context)
    found = joins.of(snapshot)
    for detail in Detail:
        rows = _begun(_whole(snapshot, groups, found, detail))
        if rows is not None:
            return "\n".join(rows) + "\n"
    first, *rest = _whole(snapshot, groups, found, Detail.NAMES)
    note = "  %% Larger than Mermaid's default maxTextSize; raise it."
    return "\n".join((first, note, *rest)) + "\n"


def of_domain(snapshot: Snapshot, context: Context, name: str) -> str | None:
    """Return one diagram of a domain's tables and the joins among them; None without the domain."""
    for group in written.groups(snapshot, context):
        if group.domain is not None and group.domain.name == name:
            found = joins.Joins(joins.of(snapshot))
            among = [join for table in group.tables for join in found.outgoing(table.id)]
            return _diagram(group.tables, among)
    return None


def diagrams(tables: Sequence[Table], found: joins.Joins) -> list[str]:
    """Return diagrams of at most 25 tables each, with their keys and the joins among them."""
    parts = [
        tables[start : start + DIAGRAM_TABLES] for start in range(0, len(tables), DIAGRAM_TABLES)
    ]
    return [
        _diagram(part, [join for table in part for join in found.outgoing(table.id)])
        for part in parts
    ]


def _diagram(tables: Sequence[Table], found: Sequence[Join]) -> str:
    names, joined = _names(tables), _joined(found)
    rows = ["erDiagram", *_tables(tables, names, Detail.KEYS, joined), *_joins(found, names)]
    return "\n".join(rows) + "\n"


def _begun(rows: Iterable[str]) -> list[str] | None:
    """Return the rows; None as soon as they are too long, for writing them all takes seconds."""
    kept, length = [], 0
    for row in rows:
        kept.append(row)
        length += len(row) + 1
        if length >= _TEXT_LIMIT:
            return None
    return kept


def _whole(
    snapshot: Snapshot, groups: Sequence[written.Group], found: Sequence[Join], detail: Detail
) -> Iterator[str]:
    names = _names([table for group in groups for table in group.tables])
    joined = _joined(found)
    yield "erDiagram"
    yield f"  %% Database {_comment(snapshot.database)}; shown: {detail.value}."
    yield "  %% Solid lines are declared foreign keys, dashed lines are implied by names."
    for group in groups:
        title = group.domain.name if group.domain else "Other tables"
        yield f"  %% ---- {_comment(title)} ----"
        yield from _tables(group.tables, names, detail, joined)
    yield "  %% ---- Relations ----"
    yield from _joins(found, names)


def _joined(found: Iterable[Join]) -> set[tuple[str, str]]:
    """Return table id and name of every column that refers to another table."""
    return {(join.table.id, name) for join in found for name in join.columns}


def _tables(
    tables: Iterable[Table],
    names: dict[str, str],
    detail: Detail,
    joined: Container[tuple[str, str]],
) -> Iterator[str]:
    for table in tables:
        shown = [
            _attribute(table, column)
            for column in table.columns
            if detail is Detail.COLUMNS
            or (
                detail is Detail.KEYS
                and (written.keys(table, column.name) or (table.id, column.name) in joined)
            )
        ]
        if not shown:
            yield f'  "{names[table.id]}"'
            continue
        yield f'  "{names[table.id]}" {{'
        yield from shown
        yield "  }"


def _attribute(table: Table, column: Column) -> str:
    marks = ", ".join(written.keys(table, column.name))
    return f"    {_type(column.type)} {_word(column.name)} {marks}".rstrip()


def _joins(found: Iterable[Join], names: dict[str, str]) -> Iterator[str]:
    for join in found:
        if join.table.id not in names or join.target.id not in names:
            continue
        one = "|o" if join.optional else "||"
        many = "o|" if join.single else "o{"
        line = "--" if join.declared else ".."
        label = "_".join(_word(name) for name in join.columns)
        child, parent = names[join.table.id], names[join.target.id]
        yield f'  "{parent}" {one}{line}{many} "{child}" : "{label}"'


def _names(tables: Iterable[Table]) -> dict[str, str]:
    """Return a name per table id that Mermaid accepts, told apart where two would be the same."""
    taken: set[str] = set()
    names: dict[str, str] = {}
    for table in tables:
        plain = ".".join(_word(part) for part in (table.schema, table.name) if part)
        name, number = plain, 1
        while name in taken:
            number += 1
            name = f"{plain}_{number}"
        taken.add(name)
        names[table.id] = name
    return names


def _word(name: str) -> str:
    """Return the name as one of Mermaid's words; a bare PK would be read as a mark."""
    word = _UNWANTED.sub("_", name) or "_"
    return f"_{word}" if word[0].isdigit() or _KEY_WORD.match(word) else word


def _type(type_text: str) -> str:
    """Return the type as a word; of its arguments only a length is kept."""
    shown = lines.shortened(type_text, 60).strip()
    length = _ONE_LENGTH.fullmatch(shown)
    if length:
        return f"{_word(length[1].strip())}({length[2]})"
    return _word(shown.partition("(")[0].strip() or "unknown")


def _comment(text: str) -> str:
    return _NOT_A_COMMENT.sub(" ", lines.shortened(text, 120))
