"""Finding the tables that a question needs, in what is remembered of a project."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from app import reviewing
from app.questions import NoVectorError
from app.services import Services
from catalog import codec
from catalog.search import documents, passages
from catalog.search import index as indexes
from catalog.search.index import Hit, Index
from catalog.search.meaning import Vector, unpacked
from catalog.structure import analysis
from store import reviews, vectors
from store.contexts import StoredContext, StoredSnapshot
from store.reviews import Stored


@dataclass(frozen=True, kw_only=True)
class Subject:
    """What is searched: a schema, what an engine wrote about it, what people decided about that."""

    snapshot: StoredSnapshot
    context: StoredContext | None
    reviews: Mapping[str, Stored]
    vectors: vectors.Stamp | None


@dataclass(frozen=True, kw_only=True)
class Found:
    """The hits, best first; `model` made the vectors that were used, `note` says why none were."""

    hits: tuple[Hit, ...]
    model: str | None
    note: str | None


def subject(
    connection: sa.Connection, snapshot: StoredSnapshot, context: StoredContext | None
) -> Subject:
    """Return what there is to search of a project."""
    return Subject(
        snapshot=snapshot,
        context=context,
        reviews=reviews.present(connection, snapshot.project_id),
        vectors=vectors.stamp(connection, snapshot.project_id),
    )


def find(using: Services, searched: Subject, question: str, *, limit: int) -> Found:
    """Return the tables that the question needs, at most `limit`."""
    index = using.indexes.get(_key(searched), lambda: _build(using, searched))
    vector, note = _vector(using, searched, index, question)
    return Found(
        hits=index.search(question, limit, vector=vector),
        model=searched.vectors.model if searched.vectors and vector is not None else None,
        note=note,
    )


def _vector(
    using: Services, searched: Subject, index: Index, question: str
) -> tuple[Vector | None, str | None]:
    """Return the question's vector, or why there is none."""
    if searched.vectors is None or index.dimensions is None:
        return None, "Nothing of this schema was embedded: words alone were searched."
    try:
        vector = using.questions.vector(question, model=searched.vectors.model)
    except NoVectorError as error:
        return None, f"{error} Words alone were searched."
    if len(vector) != index.dimensions:
        return None, (
            f"The model {searched.vectors.model} has changed since the schema was embedded: "
            "words alone were searched. Generate the context again."
        )
    return vector, None


def _key(searched: Subject) -> tuple[object, ...]:
    decided = sorted((each.target, each.state, each.text) for each in searched.reviews.values())
    by_people = hashlib.sha256(json.dumps(decided).encode()).hexdigest()
    version = searched.context.version if searched.context else None
    snapshot = searched.snapshot
    return snapshot.project_id, snapshot.fingerprint, version, by_people, searched.vectors


def _build(using: Services, searched: Subject) -> Index:
    snapshot = codec.snapshot_from_dict(json.loads(searched.snapshot.document))
    texts: dict[str, str] = {}
    generated: dict[str, str] = {}
    if searched.context is not None:
        written = codec.context_from_dict(json.loads(searched.context.document))
        shown = reviewing.lay_over(written, searched.reviews, snapshot).shown
        texts = documents.descriptions(shown.tables)
        # What people wrote over it was not embedded: what it replaces still has its vector.
        generated = documents.descriptions(written.tables)
    found: dict[str, Vector] = {}
    if searched.vectors is not None:
        with using.database.read() as connection:
            stored = vectors.get(
                connection, searched.snapshot.project_id, model=searched.vectors.model
            )
        found = {fingerprint: unpacked(vector) for fingerprint, vector in stored.items()}
    return indexes.build(
        snapshot,
        analysis.relations_of(snapshot),
        texts,
        vectors=found,
        embedded=passages.of_snapshot(snapshot, generated),
    )
