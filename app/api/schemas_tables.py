"""Bodies about tables: all of them by name, one with its columns, and how they join."""

from collections.abc import Sequence
from typing import Literal

from app.api.schemas import Wire
from app.api.schemas_disclosures import TableDisclosureBody, of_table
from app.api.schemas_items import ItemBody, Items
from catalog import reviews
from catalog.context import Context, TableContext
from catalog.listing import Row
from catalog.model import Column, Table
from catalog.renderings.joins import Join


class TableRowBody(Wire):
    """A table or view with the names of its columns.

    `source` and `state` are of its description; `source` is null where none was written.
    """

    id: str
    view: bool
    text: str
    source: str | None
    state: str
    columns: list[str]


class TableList(Wire):
    """All tables and views of a schema, in order."""

    version: int | None
    items: list[TableRowBody]


class JoinBody(Wire):
    """A reference between two tables; `declared`: by the database, not implied by names."""

    table: str
    columns: list[str]
    target: str
    target_columns: list[str]
    declared: bool


class JoinList(Wire):
    """How the tables of a schema join."""

    items: list[JoinBody]


class ColumnBody(Wire):
    """A column as the database declares it, and what was written about it."""

    name: str
    type: str
    nullable: bool
    default: str | None
    comment: str | None
    enum: list[str]
    primary_key: bool
    role: str | None
    item: ItemBody | None


class TableBody(Wire):
    """A table with its columns and what was written about them; null where nothing was."""

    id: str
    kind: Literal["table", "view"]
    version: int | None
    comment: str | None
    row_estimate: int | None
    domain: str | None
    definition: str | None
    disclosed: TableDisclosureBody | None
    item: ItemBody | None
    columns: list[ColumnBody]
    references: list[JoinBody]
    referenced_by: list[JoinBody]


def table_list(rows: Sequence[Row], version: int | None) -> TableList:
    """Return all tables by name."""
    items = [
        TableRowBody(
            id=row.id,
            view=row.view,
            text=row.text,
            source=row.source,
            state=row.state,
            columns=list(row.columns),
        )
        for row in rows
    ]
    return TableList(version=version, items=items)


def join(found: Join) -> JoinBody:
    """Return how two tables join."""
    return JoinBody(
        table=found.table.id,
        columns=list(found.columns),
        target=found.target.id,
        target_columns=list(found.target_columns),
        declared=found.declared,
    )


def table(
    found: Table,
    context: Context | None,
    items: Items | None,
    *,
    version: int | None,
    related: tuple[Join, ...],
) -> TableBody:
    """Return one table and what the context says about it."""
    written = _written(found, context)
    described = {column.name: column for column in written.columns} if written else {}
    item = None
    if items and written:
        item = items.of_text(reviews.of_table(found.id), "table", written.description)

    def column(each: Column) -> ColumnBody:
        known = described.get(each.name)
        target = reviews.of_column(found.id, each.name)
        return ColumnBody(
            name=each.name,
            type=each.type,
            nullable=each.nullable,
            default=each.default,
            comment=each.comment,
            enum=list(each.enum),
            primary_key=each.name in found.primary_key,
            role=known.role if known else None,
            item=items.of_text(target, "column", known.description) if items and known else None,
        )

    return TableBody(
        id=found.id,
        kind=found.kind,
        version=version,
        comment=found.comment,
        row_estimate=found.row_estimate,
        domain=written.domain if written else None,
        definition=found.definition,
        disclosed=of_table(context.disclosure, found.id) if context else None,
        item=item,
        columns=[column(each) for each in found.columns],
        references=[join(each) for each in related if each.table.id == found.id],
        referenced_by=[join(each) for each in related if each.target.id == found.id],
    )


def _written(found: Table, context: Context | None) -> TableContext | None:
    tables = context.tables if context else ()
    return next((each for each in tables if each.id == found.id), None)
