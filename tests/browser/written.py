"""What the worker by hand reads and writes: a small shop."""

import json
from typing import Any

import sqlalchemy as sa

from catalog import codec, fingerprints
from catalog.context import (
    ColumnContext,
    Context,
    DomainContext,
    Insight,
    StartingPrompt,
    TableContext,
    Text,
)
from catalog.model import Column, ForeignKey, Snapshot, Table
from catalog.profile import Disclosure, Facts
from store import contexts
from store.contexts import StoredContext

SNAPSHOT = Snapshot(
    dialect="postgresql",
    database="shop",
    tables=(
        Table(
            name="customers",
            columns=(
                Column(name="id", type="integer", nullable=False),
                Column(name="email", type="text"),
            ),
            primary_key=("id",),
        ),
        Table(
            name="orders",
            columns=(
                Column(name="id", type="integer", nullable=False),
                Column(name="customer_id", type="integer"),
            ),
            primary_key=("id",),
            foreign_keys=(
                ForeignKey(columns=("customer_id",), target="customers", target_columns=("id",)),
            ),
        ),
    ),
)


def text(words: str) -> Text:
    """Return a text as a model writes it."""
    return Text(text=words, source="model", confidence="medium", evidence=("foreign keys",))


def described(table: Table) -> TableContext:
    """Return what is written about a table."""
    return TableContext(
        id=table.id,
        description=text(f"What the shop keeps in {table.name}."),
        domain="Sales",
        columns=tuple(
            ColumnContext(name=column.name, description=text(f"The {column.name}."), role="measure")
            for column in table.columns
        ),
    )


CONTEXT = Context(
    database="shop",
    dialect="postgresql",
    engine="ollama",
    model="llama3.1:8b",
    language="en",
    description="A shop sells things.",
    summary="Orders link customers to products.",
    insights=(
        Insight(text="Two tables have no key.", evidence=("primary keys",), source="model"),
        Insight(text="Orders refer to customers.", evidence=("foreign keys",), source="model"),
    ),
    prompts=(
        StartingPrompt(
            question="How many orders are there?",
            sql="SELECT count(*) FROM orders",
            tables=("orders",),
            difficulty="easy",
            check="parsed",
            source="model",
        ),
    ),
    domains=(
        DomainContext(
            name="Sales", description=text("Who buys what."), tables=("customers", "orders")
        ),
    ),
    tables=tuple(described(table) for table in SNAPSHOT.tables),
    stats={"tables": 2, "columns": 4},
    notes=("Names, types and comments were sent to the model; no rows were read.",),
    disclosure=Disclosure(
        level="statistics",
        embedder="nomic-embed-text",
        read=tuple(
            Facts(id=table.id, counts={"names": 2, "rowEstimates": 1}) for table in SNAPSHOT.tables
        ),
        sent=(Facts(id="orders", counts={"names": 2}),),
    ),
)


def scan(connection: sa.Connection, project_id: str, snapshot: Snapshot) -> None:
    """Store what was read, as a worker does."""
    contexts.save_snapshot(
        connection,
        project_id,
        fingerprint=fingerprints.of_snapshot(snapshot),
        size=(len(snapshot.tables), sum(len(table.columns) for table in snapshot.tables)),
        document=json.dumps(codec.snapshot_to_dict(snapshot)),
    )


def store(
    connection: sa.Connection,
    *,
    project_id: str,
    job_id: str,
    snapshot: Snapshot = SNAPSHOT,
    context: Context = CONTEXT,
) -> StoredContext:
    """Store a scan and what was written about it, as a worker does."""
    scan(connection, project_id, snapshot)
    return contexts.save(
        connection,
        contexts.NewContext(
            project_id=project_id,
            job_id=job_id,
            engine=context.engine,
            model=context.model,
            fingerprint=fingerprints.of_snapshot(snapshot),
            document=json.dumps(codec.context_to_dict(context)),
            scores=codec.scores_to_dict(context.scores),
            disclosed=context.disclosure.brief() if context.disclosure else None,
        ),
    )


def result(stored: StoredContext, context: Context = CONTEXT) -> dict[str, Any]:
    """Return what the last event tells of it."""
    body = codec.context_to_dict(context)
    return {
        "aiGeneratedContext": context.description,
        "contextSummary": context.summary,
        "keyInsights": body["insights"],
        "initialPrompts": body["prompts"],
        "contextVersion": stored.version,
        "engine": context.engine,
        "model": context.model,
        "stats": {"tables": 59, "columns": 450},
    }
