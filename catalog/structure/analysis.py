"""What a schema's structure says without any model: the facts that every text builds on."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from catalog.model import Snapshot
from catalog.structure import conventions, domains, implied, kinds, roles
from catalog.structure.domains import Domain
from catalog.structure.kinds import Kind
from catalog.structure.relations import Relation
from catalog.structure.roles import Role


@dataclass(frozen=True, kw_only=True)
class Structure:
    """The structure of one snapshot; all counts that any text shows are in `stats`."""

    roles: Mapping[str, Mapping[str, Role]]  # by table id and column name
    kinds: Mapping[str, Kind]  # by table id
    relations: tuple[Relation, ...]  # declared first, then implied
    domains: tuple[Domain, ...]  # largest first; every table is in exactly one
    hubs: tuple[str, ...]  # table ids, most referenced first
    conventions: tuple[str, ...]  # sentences
    stats: Mapping[str, int]

    @property
    def implied(self) -> tuple[Relation, ...]:
        """The relations that nobody declared."""
        return tuple(relation for relation in self.relations if not relation.declared)

    def role(self, table_id: str, column: str) -> Role:
        """Return the role of a column; KeyError when there is none."""
        return self.roles[table_id][column]

    def kind(self, table_id: str) -> Kind:
        """Return the kind of a table; KeyError when there is none."""
        return self.kinds[table_id]

    def domain(self, table_id: str) -> Domain:
        """Return the domain of a table; KeyError when there is none."""
        return self._domain_of[table_id]

    def outgoing(self, table_id: str) -> tuple[Relation, ...]:
        """Return the relations of a table to others."""
        return self._outgoing.get(table_id, ())

    def incoming(self, table_id: str) -> tuple[Relation, ...]:
        """Return the relations of others to a table."""
        return self._incoming.get(table_id, ())

    @cached_property
    def _domain_of(self) -> dict[str, Domain]:
        return {table: domain for domain in self.domains for table in domain.tables}

    @cached_property
    def _outgoing(self) -> dict[str, tuple[Relation, ...]]:
        return _grouped((relation.table, relation) for relation in self.relations)

    @cached_property
    def _incoming(self) -> dict[str, tuple[Relation, ...]]:
        return _grouped((relation.target, relation) for relation in self.relations)


def analyse(snapshot: Snapshot) -> Structure:
    """Return the structure of a snapshot: deterministic, and without any I/O."""
    relations = relations_of(snapshot)
    referring: dict[str, set[str]] = {table.id: set() for table in snapshot.tables}
    for relation in relations:
        referring[relation.table].update(relation.columns)
    found_roles = {
        table.id: roles.of_table(table, referring[table.id]) for table in snapshot.tables
    }
    found_kinds, hubs = kinds.of_tables(snapshot, relations, found_roles)
    found_domains = domains.find(snapshot, relations, found_kinds)
    return Structure(
        roles=found_roles,
        kinds=found_kinds,
        relations=relations,
        domains=found_domains,
        hubs=hubs,
        conventions=conventions.of_schema(snapshot, found_roles),
        stats=_stats(snapshot, relations, found_kinds, found_domains, found_roles),
    )


def relations_of(snapshot: Snapshot) -> tuple[Relation, ...]:
    """Return the references between tables, declared first, without the rest of a structure."""
    return (*_declared(snapshot), *_order(implied.find(snapshot)))


def _declared(snapshot: Snapshot) -> tuple[Relation, ...]:
    known = {table.id for table in snapshot.tables}
    return _order(
        Relation(
            table=table.id,
            columns=key.columns,
            target=key.target,
            target_columns=key.target_columns,
            declared=True,
            score=1.0,
            evidence=("foreign key",),
        )
        for table in snapshot.tables
        for key in table.foreign_keys
        if key.target in known
    )


def _order(relations: Iterable[Relation]) -> tuple[Relation, ...]:
    return tuple(sorted(relations, key=lambda one: (one.table, one.columns, one.target)))


def _grouped(pairs: Iterable[tuple[str, Relation]]) -> dict[str, tuple[Relation, ...]]:
    found: dict[str, list[Relation]] = {}
    for table, relation in pairs:
        found.setdefault(table, []).append(relation)
    return {table: tuple(relations) for table, relations in found.items()}


def _stats(
    snapshot: Snapshot,
    relations: tuple[Relation, ...],
    found_kinds: Mapping[str, Kind],
    found_domains: tuple[Domain, ...],
    found_roles: Mapping[str, Mapping[str, Role]],
) -> dict[str, int]:
    base = [table for table in snapshot.tables if table.kind == "table"]
    columns = [column for table in base for column in table.columns]
    counted = Counter(found_kinds.values())
    declared = sum(relation.declared for relation in relations)
    personal = sum(
        role is Role.PERSONAL for table in base for role in found_roles[table.id].values()
    )
    return {
        "tables": len(base),
        "columns": len(columns),
        "views": len(snapshot.tables) - len(base),
        "materializedViews": sum(table.materialized for table in snapshot.tables),
        "families": sum(bool(table.members) for table in base),
        "familyMembers": sum(len(table.members) for table in base),
        "relationships": len(relations),
        "declaredForeignKeys": declared,
        "impliedForeignKeys": len(relations) - declared,
        "domains": len(found_domains),
        "junctions": counted[Kind.JUNCTION],
        "lookups": counted[Kind.LOOKUP],
        "hubs": counted[Kind.HUB],
        "orphans": counted[Kind.ORPHAN],
        "legacy": counted[Kind.LEGACY],
        "commentedTables": sum(table.comment is not None for table in base),
        "commentedColumns": sum(column.comment is not None for column in columns),
        "enums": sum(bool(column.enum) for column in columns),
        "personalColumns": personal,
        "unread": len(snapshot.unread),
    }
