"""Everything that is known about a schema before anybody writes, ready to be looked up."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from catalog import words
from catalog.model import Column, Snapshot, Table
from catalog.profile import Profile
from catalog.structure.analysis import Structure
from catalog.structure.kinds import Kind
from catalog.structure.relations import Relation
from catalog.structure.roles import Role
from worker.pipeline.ledger import Ledger
from worker.pipeline.names import Names

_STATES = frozenset({"status", "state", "stage", "phase"})
_PLACE = frozenset({"city", "country", "zip", "postal"})
# A junction with one of these records something of its own.
_CONTENT = (Role.MONEY, Role.TIME, Role.STATUS, Role.LABEL, Role.FREE_TEXT)


@dataclass(frozen=True, kw_only=True)
class Facts:
    """A snapshot with its structure."""

    project: str
    snapshot: Snapshot
    structure: Structure
    profile: Profile = field(default_factory=Profile)
    ledger: Ledger = field(default_factory=Ledger, compare=False)  # what the model is told

    @cached_property
    def tables(self) -> dict[str, Table]:
        """Every table and view by id."""
        return {table.id: table for table in self.snapshot.tables}

    @cached_property
    def base_tables(self) -> tuple[Table, ...]:
        """The tables that are not views."""
        return tuple(table for table in self.snapshot.tables if table.kind == "table")

    @cached_property
    def names(self) -> Names:
        """How to speak of the tables."""
        return Names(self.snapshot.tables)

    @cached_property
    def relations(self) -> tuple[Relation, ...]:
        """The references, declared ones first; those with unknown target columns are left out."""
        return tuple(
            relation
            for relation in self.structure.relations
            if len(relation.columns) == len(relation.target_columns)
        )

    @cached_property
    def outgoing(self) -> Mapping[str, tuple[Relation, ...]]:
        """The references that each table makes."""
        return _grouped(self.relations, by_target=False)

    @cached_property
    def incoming(self) -> Mapping[str, tuple[Relation, ...]]:
        """The references that are made to each table."""
        return _grouped(self.relations, by_target=True)

    @cached_property
    def currency_tables(self) -> frozenset[str]:
        """The tables that columns of currencies refer to."""
        return frozenset(
            relation.target
            for relation in self.relations
            if len(relation.columns) == 1
            and self.role(self.tables[relation.table], relation.columns[0]) is Role.CURRENCY
        )

    @cached_property
    def stats(self) -> dict[str, int]:
        """The structure's counts; `columns` are those of tables, `viewColumns` those of views."""
        columns = sum(len(table.columns) for table in self.base_tables)
        everything = sum(len(table.columns) for table in self.snapshot.tables)
        return {
            **self.structure.stats,
            "tables": len(self.base_tables),
            "columns": columns,
            "viewColumns": everything - columns,
        }

    def kind(self, table_id: str) -> Kind:
        """Return what kind of table this is; an order line is more than a junction."""
        kind, table = self.structure.kinds[table_id], self.tables[table_id]
        if kind is not Kind.JUNCTION or not self.having(table, *_CONTENT):
            return kind
        keys = {name for one in self.outgoing.get(table_id, ()) for name in one.columns}
        return kind if table.primary_key and set(table.primary_key) <= keys else Kind.ENTITY

    def values(self, table: Table, column: Column) -> tuple[str, ...]:
        """Return the values that the column is known to hold: allowed ones, else codes seen."""
        return column.enum or self.profile.column(table.id, column.name).codes

    def role(self, table: Table, column: str) -> Role:
        """Return the role of a column."""
        return self.structure.roles[table.id].get(column, Role.OTHER)

    def having(self, table: Table, *roles: Role) -> tuple[Column, ...]:
        """Return the table's columns that have one of these roles, in the table's order."""
        known = self.structure.roles[table.id]
        return tuple(c for c in table.columns if known.get(c.name, Role.OTHER) in roles)

    def states(self, table: Table) -> tuple[Column, ...]:
        """Return the columns that say how far a row has come, not merely of what sort it is."""
        spoken = {word for column in table.columns for word in words.split(column.name)}
        # Beside a city, a state is a place.
        wanted = _STATES - {"state"} if spoken & _PLACE else _STATES
        return tuple(
            column
            for column in self.having(table, Role.STATUS)
            if words.split(column.name)[-1] in wanted
        )

    def reference(self, table_id: str, column: str) -> Relation | None:
        """Return the reference that this column alone makes, a declared one first."""
        for relation in self.outgoing.get(table_id, ()):
            if relation.columns == (column,):
                return relation
        return None

    def referrers(self, table_id: str) -> tuple[str, ...]:
        """Return the other tables that refer to this one, each once."""
        found = (relation.table for relation in self.incoming.get(table_id, ()))
        return tuple(dict.fromkeys(name for name in found if name != table_id))

    def targets(self, table_id: str) -> tuple[str, ...]:
        """Return the other tables that this one refers to, each once."""
        found = (relation.target for relation in self.outgoing.get(table_id, ()))
        return tuple(dict.fromkeys(name for name in found if name != table_id))


def unique(table: Table, columns: tuple[str, ...]) -> bool:
    """Tell whether these columns can hold each combination only once."""
    keys = {frozenset(table.primary_key), *(frozenset(key.columns) for key in table.unique_keys)}
    return frozenset(columns) in keys


def _grouped(
    relations: tuple[Relation, ...], *, by_target: bool
) -> Mapping[str, tuple[Relation, ...]]:
    found: defaultdict[str, list[Relation]] = defaultdict(list)
    for relation in relations:
        found[relation.target if by_target else relation.table].append(relation)
    return {key: tuple(values) for key, values in found.items()}
