"""Vectors in a real database: SQLite and PostgreSQL, through the migrations."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from catalog.search.meaning import packed, unit, unpacked
from store import projects, upgrade, users, vectors
from store.database import Database, connect

pytestmark = pytest.mark.integration

MANY = 1200  # more than go into one statement


@pytest.fixture(params=["sqlite", "postgresql"])
def db(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A migrated database of each kind."""
    url = (
        f"sqlite:///{tmp_path / 'store.db'}"
        if request.param == "sqlite"
        else request.getfixturevalue("postgres_url")
    )
    opened = connect(url)
    upgrade.to_head(opened)
    yield opened
    opened.close()


@pytest.fixture
def project(db: Database) -> str:
    """A project's id."""
    new = projects.NewProject(
        name="shop", kind="demo", dialect=None, location="demo", sealed_source="x"
    )
    with db.write() as connection:
        user = users.create(connection, email="a@b.example", password_hash="x")
        return projects.create(connection, user.id, new).id


def save(db: Database, project: str, model: str, *fingerprints: str) -> None:
    with db.write() as connection:
        made = {each: packed(unit([1.0, len(each)])) for each in fingerprints}
        vectors.save(connection, project, model=model, made=made)


def kept(db: Database, project: str, model: str = "m") -> set[str]:
    with db.read() as connection:
        return set(vectors.get(connection, project, model=model))


def stamp(db: Database, project: str) -> vectors.Stamp | None:
    with db.read() as connection:
        return vectors.stamp(connection, project)


class TestSave:
    def test_keeps_every_number(self, db: Database, project: str) -> None:
        """What comes back is what was made, to the last bit."""
        vector = unit(np.random.default_rng(1).normal(size=384).tolist())
        with db.write() as connection:
            vectors.save(connection, project, model="m", made={"f": packed(vector)})
            vectors.save(connection, project, model="m", made={})
            stored = vectors.get(connection, project, model="m")["f"]

        assert vector.tolist() == unpacked(stored).tolist()

    def test_takes_the_same_text_twice(self, db: Database, project: str) -> None:
        """Two attempts at a job that embed the same do not disturb each other."""
        save(db, project, "m", "a", "b")
        save(db, project, "m", "b", "c")

        assert {"a", "b", "c"} == kept(db, project)


class TestKeep:
    def test_drops_what_nothing_says_any_more(self, db: Database, project: str) -> None:
        """Other models' vectors, too: a search asks one model."""
        every = [f"f{at}" for at in range(MANY)]
        save(db, project, "m", *every)
        save(db, project, "old", "x")
        with db.write() as connection:
            vectors.keep(connection, project, model="m", fingerprints=every[:2])

        assert ({"f0", "f1"}, set()) == (kept(db, project), kept(db, project, "old"))


class TestStamp:
    def test_changes_with_the_vectors(self, db: Database, project: str) -> None:
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

    def test_ends_with_the_project(self, db: Database, project: str) -> None:
        """Nothing stays of a deleted project."""
        save(db, project, "m", "a")
        with db.write() as connection:
            projects.delete(connection, project)

        assert (set(), None) == (kept(db, project), stamp(db, project))
