"""A small database and what was written about it."""

import json

from catalog import codec, fingerprints
from catalog.context import ColumnContext, Context, TableContext, Text
from catalog.model import Column, ForeignKey, Snapshot, Table


def snapshot(*, columns: tuple[str, ...] = ("id", "email")) -> Snapshot:
    """Return two tables, one of which refers to the other."""
    return Snapshot(
        dialect="postgresql",
        database="shop",
        tables=(
            Table(
                name="customers",
                columns=tuple(Column(name=name, type="text") for name in columns),
                primary_key=("id",),
            ),
            Table(
                name="orders",
                columns=(Column(name="id", type="int"), Column(name="customer_id", type="int")),
                primary_key=("id",),
                foreign_keys=(
                    ForeignKey(
                        columns=("customer_id",), target="customers", target_columns=("id",)
                    ),
                ),
            ),
        ),
    )


def context() -> Context:
    """Return what an engine might write about the snapshot."""
    return Context(
        database="shop",
        dialect="postgresql",
        engine="structural",
        model=None,
        language="en",
        description="A shop.",
        summary="It sells.",
        insights=(),
        prompts=(),
        domains=(),
        tables=(
            TableContext(
                id="customers",
                description=_text("Who buys."),
                domain=None,
                columns=(
                    ColumnContext(name="id", description=_text("Number."), role="primary_key"),
                    ColumnContext(name="email", description=_text("Address."), role="personal"),
                ),
            ),
            TableContext(
                id="orders", description=_text("What is bought."), domain=None, columns=()
            ),
        ),
    )


def snapshot_document(taken: Snapshot) -> str:
    """Return the snapshot as the store keeps it."""
    return json.dumps(codec.snapshot_to_dict(taken))


def context_document() -> str:
    """Return the context as the store keeps it."""
    return json.dumps(codec.context_to_dict(context()))


def fingerprint(taken: Snapshot) -> str:
    """Return the snapshot's fingerprint."""
    return fingerprints.of_snapshot(taken)


def _text(text: str) -> Text:
    return Text(text=text, source="template", confidence="medium")
