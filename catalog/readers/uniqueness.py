"""Unique keys as readers find them: as constraints and as indexes, some twice."""

from collections.abc import Iterable

from catalog.model import UniqueKey


def once(keys: Iterable[UniqueKey]) -> tuple[UniqueKey, ...]:
    """Return the keys without those whose columns an earlier one has already."""
    seen: dict[tuple[str, ...], UniqueKey] = {}
    for key in keys:
        if key.columns:
            seen.setdefault(key.columns, key)
    return tuple(seen.values())
