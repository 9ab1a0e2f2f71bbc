"""Vectors of texts, in both databases."""

import numpy as np
import pytest

from catalog.search.meaning import packed, unit, unpacked
from store import projects, vectors
from store.database import Database
from store.projects import Project

pytestmark = pytest.mark.integration

MANY = 1200  # more than go into one statement


def save(db: Database, project: Project, model: str, *fingerprints: str) -> None:
    with db.write() as connection:
        made = {each: packed(unit([1.0, len(each)])) for each in fingerprints}
        vectors.save(connection, project.id, model=model, made=made)


def kept(db: Database, project: Project, model: str = "m") -> set[str]:
    with db.read() as connection:
        return set(vectors.get(connection, project.id, model=model))


def stamp(db: Database, project: Project) -> vectors.Stamp | None:
    with db.read() as connection:
        return vectors.stamp(connection, project.id)


class TestSave:
    def test_keeps_every_number(self, db: Database, project: Project) -> None:
        """What comes back is what was made, to the last bit."""
        vector = unit(np.random.default_rng(1).normal(size=384).tolist())
        with db.write() as connection:
            vectors.save(connection, project.id, model="m", made={"f": packed(vector)})
            vectors.save(connection, project.id, model="m", made={})
            stored = vectors.get(connection, project.id, model="m")["f"]

        assert vector.tolist() == unpacked(stored).tolist()

    def test_takes_the_same_text_twice(self, db: Database, project: Project) -> None:
        """Two attempts at a job that embed the same do not disturb each other."""
        save(db, project, "m", "a", "b")
        save(db, project, "m", "b", "c")

        assert {"a", "b", "c"} == kept(db, project)


class TestKeep:
    def test_drops_what_nothing_says_any_more(self, db: Database, project: Project) -> None:
        """Other models' vectors, too: a search asks one model."""
        every = [f"f{at}" for at in range(MANY)]
        save(db, project, "m", *every)
        save(db, project, "old", "x")
        with db.write() as connection:
            vectors.keep(connection, project.id, model="m", fingerprints=every[:2])

        assert ({"f0", "f1"}, set()) == (kept(db, project), kept(db, project, "old"))


class TestStamp:
    def test_changes_with_the_vectors(self, db: Database, project: Project) -> None:
        """None before the first; then the newest model with how many it has."""
        assert stamp(db, project) is None
        save(db, project, "old", "a")
        first = stamp(db, project)
        save(db, project, "new", "a", "b")
        second = stamp(db, project)

        assert first is not None
        assert second is not None
        assert (("old", 1), ("new", 2)) == (
            (first.model, first.count), (second.model, second.count),
        )  # fmt: skip

    def test_ends_with_the_project(self, db: Database, project: Project) -> None:
        """Nothing stays of a deleted project."""
        save(db, project, "m", "a")
        with db.write() as connection:
            projects.delete(connection, project.id)

        assert (set(), None) == (kept(db, project), stamp(db, project))
