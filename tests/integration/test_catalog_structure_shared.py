"""What structure says about real schemas, whose declared keys are the truth."""

from pathlib import Path

import pytest

from bench.generation import data, judging
from catalog import words
from catalog.model import Snapshot
from catalog.structure import analysis, domain_names, implied
from catalog.structure.kinds import Kind

pytestmark = pytest.mark.integration

# Below these figures plain name matching would do as well.
BOUNDS = {
    "chinook": (100, 100),
    "sakila": (87, 100),
    "northwind": (100, 85),
    "danbooru": (86, 90),
    "spider-union": (88, 82),
}
STOP_WORDS = words.vocabulary("and of the a an by for in on to with is it other")


@pytest.fixture(scope="module", params=data.SCHEMAS, ids=lambda schema: schema.name)
def snapshot(request: pytest.FixtureRequest, shared_data: Path) -> Snapshot:
    """A real schema, read from its DDL text."""
    return data.read(request.param, shared_data)


class TestImplied:
    def test_finds_what_was_declared(self, snapshot: Snapshot) -> None:
        """Names, types and keys are enough for most; what is declared twice counts once."""
        precision, recall = BOUNDS[snapshot.database]
        found = [
            (one.table, one.columns[0], one.target, one.target_columns[0])
            for one in implied.find(judging.hidden(snapshot))
            if len(one.columns) == 1
        ]
        judged = judging.judge(snapshot, found)

        assert judged.precision_percent >= precision
        assert judged.recall_percent >= recall


class TestDomains:
    def test_have_sensible_sizes_and_names(self, snapshot: Snapshot) -> None:
        """Every table once, none too large to look at, none named by a word that says nothing."""
        domains = analysis.analyse(snapshot).domains
        total = len(snapshot.tables)

        assert total == sum(len(domain.tables) for domain in domains)
        assert len(domains) == len({domain.name for domain in domains})
        for domain in domains:
            assert len(domain.tables) <= max(12, min(30, total // 3)), domain.name
            if domain.name != domain_names.OTHER:
                assert len(domain.tables) > 1, domain.name
                parts = domain.name.lower().replace(":", "").split(" and ")
                assert not set(parts) & STOP_WORDS, domain.name
                assert not {part.split()[0] for part in parts} & STOP_WORDS, domain.name
            assert not set(domain.words) & STOP_WORDS, domain.name
        assert len(domains) >= min(2, total)

    def test_follow_the_databases_of_origin(self, shared_data: Path) -> None:
        """Where prefixes say what belongs together, no domain mixes two."""
        domains = analysis.analyse(data.read(data.SPIDER, shared_data)).domains
        mixed = [
            domain.name
            for domain in domains
            if len({table.partition("__")[0].lower() for table in domain.tables}) > 1
        ]

        assert set(mixed) <= {domain_names.OTHER}


class TestKinds:
    def test_agree_with_the_counts(self, snapshot: Snapshot) -> None:
        """Texts show the counts, readers the kinds."""
        structure = analysis.analyse(snapshot)
        kinds = list(structure.kinds.values())

        assert len(structure.hubs) == kinds.count(Kind.HUB) == structure.stats["hubs"]
        assert kinds.count(Kind.JUNCTION) == structure.stats["junctions"]
        assert kinds.count(Kind.LOOKUP) == structure.stats["lookups"]
        assert kinds.count(Kind.ORPHAN) == structure.stats["orphans"]
