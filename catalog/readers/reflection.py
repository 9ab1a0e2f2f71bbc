"""SQLAlchemy's bulk reflection, turned into our tables; database specifics arrive as `Extras`."""

import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, cast

import sqlalchemy
from sqlalchemy.engine.interfaces import ReflectedColumn, ReflectedForeignKeyConstraint
from sqlalchemy.engine.reflection import Inspector, ObjectKind
from sqlalchemy.exc import SAWarning
from sqlalchemy.types import UserDefinedType

from catalog.model import Check, Column, ForeignKey, Index, Table, TableKind, UniqueKey, Unread
from catalog.readers import enums, uniqueness

Label = Callable[[str | None], str | None]  # the database's schema name -> Table.schema


@dataclass(frozen=True, kw_only=True)
class Extras:
    """What bulk reflection does not tell about one table or view."""

    kind: TableKind = "table"
    types: Mapping[str, str] = field(default_factory=dict)  # column name -> type as printed
    enums: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    row_estimate: int | None = None
    definition: str | None = None
    materialized: bool = False
    sources: tuple[str, ...] = ()  # ids; empty where the database does not tell them
    targets: Mapping[str, str] = field(default_factory=dict)  # name of a foreign key -> id
    columns: tuple[Column, ...] = ()  # for views that reflection cannot be asked about


@dataclass(frozen=True, kw_only=True)
class Scope:
    """One schema to reflect: `extras` by table name decides what is included."""

    schema: str | None
    extras: Mapping[str, Extras]
    label: Label
    kind: ObjectKind = ObjectKind.TABLE
    filtered: bool = False  # ask for the names in `extras` only


def inspector(connection: sqlalchemy.Connection) -> Inspector:
    """Return an inspector that meets no unknown column type.

    Types are read as text, so SQLAlchemy need not know them; else it would warn about each custom
    type, and a process that treats warnings as errors would stop.
    """
    cast("Any", connection.dialect).ischema_names = _AnyType()
    return sqlalchemy.inspect(connection)


def tables(inspect: Inspector, scope: Scope) -> list[Table]:
    """Return the tables of one schema, with a handful of queries for all of them."""
    if not scope.extras:
        return []
    wanted: dict[str, Any] = {
        "schema": scope.schema,
        "kind": scope.kind,
        "filter_names": sorted(scope.extras) if scope.filtered else None,
    }
    found = _Found(
        columns=_by_name(inspect.get_multi_columns(**wanted)),
        primary_keys=_by_name(inspect.get_multi_pk_constraint(**wanted)),
        foreign_keys=_by_name(inspect.get_multi_foreign_keys(**wanted)),
        uniques=_by_name(inspect.get_multi_unique_constraints(**wanted)),
        indexes=_by_name(inspect.get_multi_indexes(**wanted)),
        checks=_by_name(inspect.get_multi_check_constraints(**wanted)),
        comments=_by_name(_comments(inspect, wanted)),
    )
    return [_table(name, extras, scope, found) for name, extras in scope.extras.items()]


@contextmanager
def warnings_as_reports(reports: list[Unread]) -> Iterator[None]:
    """Put SQLAlchemy's warnings within the block into `reports`; others go where they would."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", SAWarning)
        yield
    for warning in caught:
        if issubclass(warning.category, SAWarning):
            report = Unread(what="a detail of the schema", reason=str(warning.message))
            if report not in reports:  # the same warning comes with each question about a table
                reports.append(report)
        else:
            warnings.warn_explicit(
                warning.message, warning.category, warning.filename, warning.lineno
            )


class _Opaque(UserDefinedType[Any]):
    """Stands for every column type, whatever its arguments."""

    cache_ok = True

    def __init__(self, *_arguments: object, **_options: object) -> None:
        super().__init__()


class _AnyType(dict[str, type[_Opaque]]):
    """A table of types that has every name."""

    def __contains__(self, _name: object) -> bool:
        return True

    def __missing__(self, _name: str) -> type[_Opaque]:
        return _Opaque

    def get(self, _name: str, _default: object = None) -> type[_Opaque]:
        return _Opaque


@dataclass(frozen=True, kw_only=True)
class _Found:
    columns: Mapping[str, Sequence[ReflectedColumn]]
    primary_keys: Mapping[str, Any]
    foreign_keys: Mapping[str, Sequence[ReflectedForeignKeyConstraint]]
    uniques: Mapping[str, Sequence[Any]]
    indexes: Mapping[str, Sequence[Any]]
    checks: Mapping[str, Sequence[Any]]
    comments: Mapping[str, Any]


def _by_name(found: Mapping[tuple[str | None, str], Any]) -> dict[str, Any]:
    return {name: value for (_, name), value in found.items()}


def _comments(inspect: Inspector, wanted: dict[str, Any]) -> Mapping[tuple[str | None, str], Any]:
    if not inspect.dialect.supports_comments:
        return {}
    return inspect.get_multi_table_comment(**wanted)


def _table(name: str, extras: Extras, scope: Scope, found: _Found) -> Table:
    checks = tuple(
        Check(condition=check["sqltext"], name=check.get("name"))
        for check in found.checks.get(name, ())
    )
    columns = extras.columns or tuple(
        _column(column, extras) for column in found.columns.get(name, ())
    )
    indexes = found.indexes.get(name, ())
    uniques = found.uniques.get(name, ())
    return Table(
        name=name,
        schema=scope.label(scope.schema),
        kind=extras.kind,
        columns=enums.apply(columns, checks, extras.enums),
        primary_key=tuple(found.primary_keys.get(name, {}).get("constrained_columns", ())),
        foreign_keys=tuple(
            _foreign_key(key, scope.label, extras) for key in found.foreign_keys.get(name, ())
        ),
        unique_keys=_unique_keys(uniques, indexes),
        indexes=_indexes(uniques, indexes),
        checks=checks,
        comment=found.comments.get(name, {}).get("text") or None,
        row_estimate=extras.row_estimate,
        definition=extras.definition,
        materialized=extras.materialized,
        sources=extras.sources,
    )


def _column(column: ReflectedColumn, extras: Extras) -> Column:
    computed = column.get("computed")
    default = computed["sqltext"] if computed else column["default"]
    return Column(
        name=column["name"],
        type=extras.types.get(column["name"], ""),
        nullable=bool(column["nullable"]),
        default=None if (default or "").upper() == "NULL" else default,
        comment=column.get("comment") or None,
    )


def _foreign_key(key: ReflectedForeignKeyConstraint, label: Label, extras: Extras) -> ForeignKey:
    schema = label(key["referred_schema"])
    target = f"{schema}.{key['referred_table']}" if schema else key["referred_table"]
    return ForeignKey(
        columns=tuple(key["constrained_columns"]),
        target=extras.targets.get(key["name"] or "", target),
        target_columns=tuple(name for name in key["referred_columns"] if name),
        name=key["name"],
    )


def _unique_keys(uniques: Sequence[Any], indexes: Sequence[Any]) -> tuple[UniqueKey, ...]:
    declared = [UniqueKey(columns=tuple(key["column_names"]), name=key["name"]) for key in uniques]
    by_index = [
        UniqueKey(columns=tuple(index["column_names"]), name=index["name"])
        for index in indexes
        # an index over expressions or some of the rows does not make its columns unique
        if index["unique"] and None not in index["column_names"] and not _is_partial(index)
    ]
    return uniqueness.once([*declared, *by_index])


def _is_partial(index: Mapping[str, Any]) -> bool:
    return any(option.endswith("_where") for option in index.get("dialect_options", {}))


def _indexes(uniques: Sequence[Any], indexes: Sequence[Any]) -> tuple[Index, ...]:
    constraints = {key["name"] for key in uniques}
    return tuple(
        Index(
            name=index["name"],
            columns=tuple(
                str(part) for part in index.get("expressions", index["column_names"]) if part
            ),
            unique=bool(index["unique"]),
        )
        for index in indexes
        if index["name"] and index["name"] not in constraints
    )
