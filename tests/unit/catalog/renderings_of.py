"""A small shop and its context, once plain and once full of texts that try to leave their place."""

from typing import Any

from catalog.context import (
    ColumnContext,
    Context,
    DomainContext,
    Insight,
    StartingPrompt,
    TableContext,
    Text,
    TextSource,
)
from catalog.model import Column, ForeignKey, Snapshot, Table, UniqueKey
from catalog.renderings import formats

HOSTILE = (
    '<script>alert(1)</script> | `tick` ``` "q" \'); DROP TABLE x; --\n'
    "# heading\n\n- item ![i](http://e/x.png) \\'; {{ env_var('KEY') }} {% raw %} ${{ x }}"
    " *b* %%{init: {}}%% & \u2028y\x00\r/* */"
)
NAME = "a\"b'c`d|<i>{{e}}\n\\f direction TB"


def text(words: str, source: TextSource = "model") -> Text:
    return Text(text=words, source=source, confidence="low" if source == "model" else "high")


def described(table: Table, words: str, source: TextSource = "model") -> TableContext:
    return TableContext(
        id=table.id,
        description=text(words, source),
        domain=None,
        columns=tuple(
            ColumnContext(name=column.name, description=text(words, source), role="other")
            for column in table.columns
        ),
    )


def context(*tables: TableContext, **fields: Any) -> Context:  # noqa: ANN401  # any field
    given: dict[str, Any] = {
        "database": "shop",
        "dialect": "postgresql",
        "engine": "ollama",
        "model": "m",
        "language": "en",
        "description": "First.\n\nSecond.",
        "summary": "A shop.",
        "insights": (Insight(text="2 tables.", evidence=("counted",)),),
        "prompts": (),
        "domains": (),
        "tables": tables,
        "stats": {"tables": 2},
    }
    return Context(**{**given, **fields})


CUSTOMER = Table(
    name="customer",
    columns=(
        Column(name="id", type="integer", nullable=False),
        Column(name="email", type="varchar(80)", nullable=False),
    ),
    primary_key=("id",),
    unique_keys=(UniqueKey(columns=("email",)),),
)
ORDER = Table(
    name="orders",
    schema="sales",
    columns=(
        Column(name="id", type="integer", nullable=False),
        Column(name="customer_id", type="integer"),
        Column(name="status", type="text", enum=("new", "paid")),
        Column(name="total", type="numeric(10,2)", nullable=False),
    ),
    primary_key=("id",),
    foreign_keys=(ForeignKey(columns=("customer_id",), target="customer", target_columns=("id",)),),
)
SNAPSHOT = Snapshot(dialect="postgresql", database="shop", tables=(CUSTOMER, ORDER))
EVIL = Table(
    name=NAME,
    columns=(Column(name=NAME, type=NAME, nullable=False, enum=(HOSTILE,)),),
    primary_key=(NAME,),
    foreign_keys=(ForeignKey(columns=(NAME,), target=NAME, target_columns=(NAME,)),),
)
EVIL_SNAPSHOT = Snapshot(dialect="postgresql", database=NAME, tables=(CUSTOMER, EVIL))
EVIL_CONTEXT = context(
    described(CUSTOMER, HOSTILE),
    described(EVIL, HOSTILE),
    description=f"First.\n\n{HOSTILE}",
    summary=HOSTILE,
    insights=(Insight(text=HOSTILE, evidence=(HOSTILE,)),),
    prompts=(
        StartingPrompt(
            question=HOSTILE,
            sql="SELECT '\n```\n'\n  FROM x",
            tables=(NAME,),
            difficulty="easy",
            check="parsed",
        ),
    ),
    domains=(DomainContext(name=HOSTILE, description=text(HOSTILE), tables=("customer", EVIL.id)),),
    notes=(HOSTILE,),
)


def rendered(name: str, snapshot: Snapshot = SNAPSHOT, written: Context | None = None) -> str:
    both = context(described(CUSTOMER, "Who buys."), described(ORDER, "What they buy."))
    return formats.render(name, snapshot, written or both).text
