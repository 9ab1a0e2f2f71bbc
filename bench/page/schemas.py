"""Schemas of a chosen size with what an engine might have written about them."""

from catalog.context import ColumnContext, Context, DomainContext, TableContext, Text
from catalog.model import Column, ForeignKey, Snapshot, Table

_NOUNS = (
    *("account", "address", "campaign", "carrier", "category", "contract", "coupon", "customer"),
    *("department", "device", "employee", "invoice", "journal", "ledger", "material", "order"),
    *("payment", "product", "purchase", "region", "shipment", "stock", "supplier", "ticket"),
)
_FACTS = ("code", "name", "status", "total", "created_at", "updated_at", "note", "quantity", "rate")
_IN_A_DOMAIN = 20


def made(tables: int, columns: int) -> tuple[Snapshot, Context]:
    """Return so many tables of so many columns each, chained by foreign keys, all described."""
    names = [_name(number) for number in range(tables)]
    found = tuple(
        sorted(
            (_table(name, columns, names[max(0, number - 7)]) for number, name in enumerate(names)),
            key=lambda table: table.id,
        )
    )
    snapshot = Snapshot(dialect="postgresql", database="large", tables=found)
    context = Context(
        database="large",
        dialect="postgresql",
        engine="structural",
        model=None,
        language="en",
        description="A database of many tables.\n\nIt is about orders and what they need.",
        summary=f"{tables} tables about orders, stock, people and money.",
        insights=(),
        prompts=(),
        domains=tuple(_domain(found, start) for start in range(0, tables, _IN_A_DOMAIN)),
        tables=tuple(_described(table) for table in found),
        stats={"tables": tables, "columns": tables * columns},
    )
    return snapshot, context


def _name(number: int) -> str:
    one = _NOUNS[number % len(_NOUNS)]
    other = _NOUNS[number // len(_NOUNS) % len(_NOUNS)]
    return f"{one}_{other}_{number:04}"


def _table(name: str, columns: int, target: str) -> Table:
    facts = (
        Column(name=f"{_FACTS[number % len(_FACTS)]}_{number}", type="character varying(120)")
        for number in range(columns - 2)
    )
    own = (Column(name="id", type="bigint"), Column(name=f"{target}_id", type="bigint"))
    return Table(
        name=name,
        columns=(*own, *facts),
        primary_key=("id",),
        foreign_keys=(
            ForeignKey(columns=(f"{target}_id",), target=target, target_columns=("id",)),
        ),
    )


def _described(table: Table) -> TableContext:
    return TableContext(
        id=table.id,
        description=_text(f"One row per {table.name}; refers to others and records what became."),
        domain=None,
        columns=tuple(
            ColumnContext(
                name=column.name, description=_text(f"The {column.name} of it."), role="other"
            )
            for column in table.columns
        ),
    )


def _domain(tables: tuple[Table, ...], start: int) -> DomainContext:
    members = tuple(table.id for table in tables[start : start + _IN_A_DOMAIN])
    return DomainContext(name=f"Area {start}", description=_text("Related."), tables=members)


def _text(words: str) -> Text:
    return Text(text=words, source="template", confidence="medium", evidence=("name", "type"))
