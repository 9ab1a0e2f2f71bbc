"""What is kept in memory."""

from app.kept import Kept
from catalog.model import Snapshot
from catalog.search import index
from catalog.search.index import Index


class Builder:
    """Builds empty indexes and counts them."""

    def __init__(self) -> None:
        self.built = 0

    def __call__(self) -> Index:
        """Build one."""
        self.built += 1
        return index.build(Snapshot(dialect="sqlite", database="x"), ())


class TestGet:
    def test_builds_once(self) -> None:
        """The same key gets the same index."""
        indexes, builder = Kept[Index](2), Builder()

        assert indexes.get("a", builder) is indexes.get("a", builder)
        assert 1 == builder.built

    def test_forgets_the_least_used(self) -> None:
        """At most `capacity` are kept, the recently used ones."""
        indexes, builder = Kept[Index](2), Builder()
        for key in ("a", "b", "a", "c", "a", "b"):
            indexes.get(key, builder)

        assert 4 == builder.built  # a, b, c, and b again
