"""Tables while a DDL text is being read: later statements still add to earlier ones."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from sqlglot import exp

from catalog import dialects
from catalog.model import Check, Column, ForeignKey, Index, Table, TableKind, UniqueKey, Unread
from catalog.readers import enums, families, uniqueness

_MOST_REPORTS = 200


@dataclass
class Draft:
    """A table or view that is still being put together."""

    name: str
    schema: str | None
    kind: TableKind = "table"
    columns: dict[str, Column] = field(default_factory=dict)
    primary_key: tuple[str, ...] = ()
    foreign_keys: list[ForeignKey] = field(default_factory=list)
    unique_keys: list[UniqueKey] = field(default_factory=list)
    indexes: list[Index] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    comment: str | None = None
    definition: str | None = None
    query: exp.Query | None = None  # a view's, until its columns are known
    materialized: bool = False
    sources: tuple[str, ...] = ()  # a view's

    def change(self, column: str, **changes: object) -> None:
        """Change attributes of a column; a column that is not there stays away."""
        found = self.find(column)
        if found is not None:
            self.columns[found] = replace(self.columns[found], **changes)  # type: ignore[arg-type]  # checked by the callers' tests

    def find(self, column: str) -> str | None:
        """Return the column's name as declared, regardless of case; None when there is none."""
        if column in self.columns:
            return column
        lowered = column.lower()
        return next((name for name in self.columns if name.lower() == lowered), None)

    def table(self, types: dict[str, tuple[str, ...]]) -> Table:
        """Return the finished table; `types` are enum types by lower-case name."""
        primary_key = tuple(self.find(name) or name for name in self.primary_key)
        columns = tuple(self.columns.values())
        named = {
            column.name: types[_bare(column.type)]
            for column in columns
            if _bare(column.type) in types
        }
        return Table(
            name=self.name,
            schema=self.schema,
            kind=self.kind,
            columns=enums.apply(columns, self.checks, named),
            primary_key=primary_key,
            foreign_keys=tuple(self.foreign_keys),
            unique_keys=uniqueness.once(self.unique_keys),
            indexes=tuple(self.indexes),
            checks=tuple(self.checks),
            comment=self.comment,
            definition=self.definition,
            materialized=self.materialized,
            sources=self.sources,
        )


class Drafts:
    """All that was read of a DDL text so far."""

    def __init__(self, dialect: str) -> None:
        self.dialect = dialect
        self.escapes = dialects.escapes(dialect)
        self.types: dict[str, tuple[str, ...]] = {}
        self.children: dict[str, str] = {}  # partitions, and the tables that stand for them
        self.heirs: list[families.Child] = []  # by INHERITS, with columns of their own
        self.unread: list[Unread] = []
        self._schema = dialects.default_schema(dialect)  # where unqualified names are
        self._tables: dict[str, Draft] = {}
        self._lowered: dict[str, str] = {}
        self._more_unread = 0

    def __iter__(self) -> Iterator[Draft]:
        return iter(
            draft for table_id, draft in self._tables.items() if table_id not in self.children
        )

    def use_schema(self, name: str) -> None:
        """Read unqualified names in this schema from now on."""
        self._schema = name or dialects.default_schema(self.dialect)

    def place(self, table: exp.Table) -> tuple[str | None, str]:
        """Return (schema, name) as a live reader would; the default schema is None."""
        name = self.name(table.this)
        written = table.args.get("db")
        schema = self.name(written) if isinstance(written, exp.Identifier) else self._schema
        is_default = schema is None or schema.lower() == dialects.default_schema(self.dialect)
        return (None if is_default else schema), name

    def id(self, table: exp.Table) -> str:
        """Return the id that this table has or will have."""
        schema, name = self.place(table)
        return f"{schema}.{name}" if schema else name

    def name(self, identifier: exp.Expression) -> str:
        """Return an identifier's name as the database would store it."""
        quoted = bool(identifier.args.get("quoted"))
        return dialects.fold(identifier.name, self.dialect, quoted=quoted)

    def add(self, draft: Draft) -> None:
        """Take in a table; it replaces an earlier one of the same name."""
        table_id = f"{draft.schema}.{draft.name}" if draft.schema else draft.name
        self._tables[table_id] = draft
        self._lowered[table_id.lower()] = table_id

    def find(self, table_id: str) -> Draft | None:
        """Return the draft with this id, exactly or else regardless of case."""
        exact = self._tables.get(table_id)
        return exact or self._tables.get(self._lowered.get(table_id.lower(), ""))

    def remove(self, table_id: str) -> None:
        """Forget a dropped table; one that was never created is no error."""
        exact = table_id if table_id in self._tables else self._lowered.get(table_id.lower(), "")
        self._tables.pop(exact, None)

    def report(self, what: str, reason: str, line: int | None) -> None:
        """Note what could not be read; beyond a few hundred only their number is kept."""
        if len(self.unread) >= _MOST_REPORTS:
            self._more_unread += 1
            return
        beginning = " ".join(what[:400].split())
        short = beginning if len(beginning) <= 100 else beginning[:99] + "…"  # noqa: PLR2004  # one line
        self.unread.append(Unread(what=short, reason=reason, line=line))

    def reports(self) -> tuple[Unread, ...]:
        """Return all reports, the last one standing for those that were too many."""
        if not self._more_unread:
            return tuple(self.unread)
        rest = Unread(what=f"{self._more_unread} more", reason="too many to list")
        return (*self.unread, rest)

    def families(self) -> list[families.Child]:
        """Return which tables the text declares to be parts of others."""
        parts = [families.Child(id=child, parent=one) for child, one in self.children.items()]
        return [*parts, *self.heirs]

    @property
    def unread_count(self) -> int:
        """How many statements or parts could not be read."""
        return len(self.unread) + self._more_unread


def _bare(type_text: str) -> str:
    """Return a type's name without schema, quotes, length and array brackets."""
    name = type_text.partition("(")[0].removesuffix("[]").strip()
    return name.rpartition(".")[2].strip('"`[]').lower()
