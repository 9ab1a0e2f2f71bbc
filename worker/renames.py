"""People's decisions follow tables and columns that are renamed."""

import json

import sqlalchemy as sa

from catalog import bases, codec, differences, fingerprints
from catalog.model import Snapshot
from store import contexts, reviews


def follow(connection: sa.Connection, project_id: str, now: Snapshot) -> None:
    """Give decisions the names of a new schema; it is to be called before its context is saved."""
    last = contexts.get(connection, project_id)
    if last is None or last.fingerprint == fingerprints.of_snapshot(now):
        return
    found = contexts.snapshot(connection, project_id, fingerprint=last.fingerprint)
    if found is None:
        return
    before = codec.snapshot_from_dict(json.loads(found.document))
    moves = bases.moves(before, differences.between(before, now))
    reviews.move(connection, project_id, moves)
