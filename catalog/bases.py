"""What a text rests on: fingerprints that tell whether it still can be true."""

import json
from collections.abc import Iterable, Mapping

from catalog import codec, fingerprints
from catalog.context import Context, StartingPrompt
from catalog.differences import Difference
from catalog.model import Column, Snapshot, Table
from catalog.reviews import Review, of_column, of_domain, of_item, of_table


def of(target: str, snapshot: Snapshot, context: Context, *, item: str | None = None) -> str | None:
    """Return the fingerprint of the facts that the target is about; None when they are gone.

    A renamed table or column keeps its own; what is about the whole changes with every table.
    """
    kind, _, name = target.partition(":")
    match kind:
        case "table":
            table = snapshot.find(name)
            return fingerprints.of_shape(table) if table else None
        case "column":
            column = _column(snapshot, name)
            return fingerprints.of_column(column) if column else None
        case "domain":
            members = {of_domain(domain.name): domain.tables for domain in context.domains}
            return _of_tables(snapshot, members.get(target, ()))
        case "prompt":
            return _of_tables(snapshot, _read(target, context, item))
    return fingerprints.of_snapshot(snapshot)


def stale(reviews: Mapping[str, Review], snapshot: Snapshot, context: Context) -> frozenset[str]:
    """Return the targets whose facts are others than when a person decided about them."""
    return frozenset(
        target
        for target, review in reviews.items()
        if review.basis is not None
        and review.state != "draft"
        and review.basis != of(target, snapshot, context, item=review.item)
    )


def moves(before: Snapshot, difference: Difference) -> dict[str, str]:
    """Return the targets that are called otherwise now, by what they were called before."""
    names = {one.before: one.after for one in difference.renamed}
    columns = {
        one.before: {each.before: each.after for each in one.columns_renamed}
        for one in difference.changed
    }
    found: dict[str, str] = {}
    for table in before.tables:
        now = names.get(table.id, table.id)
        if now == table.id and not columns.get(table.id):
            continue
        found[of_table(table.id)] = of_table(now)
        for column in table.columns:
            name = columns.get(table.id, {}).get(column.name, column.name)
            found[of_column(table.id, column.name)] = of_column(now, name)
    return {old: new for old, new in found.items() if old != new}


def _read(target: str, context: Context, item: str | None) -> tuple[str, ...]:
    if item is not None:
        return codec.item_from_dict(StartingPrompt, json.loads(item)).tables
    return next((each.tables for each in context.prompts if of_item(each) == target), ())


def _of_tables(snapshot: Snapshot, ids: Iterable[str]) -> str | None:
    found: dict[str, Table | None] = {table_id: snapshot.find(table_id) for table_id in ids}
    if not found or None in found.values():
        return None
    shapes = {name: fingerprints.of_shape(table) for name, table in found.items() if table}
    return fingerprints.combined(snapshot.dialect, shapes)


def _column(snapshot: Snapshot, name: str) -> Column | None:
    """Return the column `<table id>.<name>`; both parts may hold dots."""
    for place, letter in enumerate(name):
        table = snapshot.find(name[:place]) if letter == "." else None
        for column in table.columns if table else ():
            if column.name == name[place + 1 :]:
                return column
    return None
