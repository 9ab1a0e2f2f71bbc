"""Starting questions come with SQL that is right, in every dialect and for any names."""

import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from catalog import sqlcheck
from catalog.context import StartingPrompt
from catalog.model import Column, ForeignKey, Snapshot, Table
from catalog.structure import analysis
from tests import fakes_shop
from worker.pipeline.facts import Facts
from worker.pipeline.structural import prompts
from worker.pipeline.structural.questions.sql import Pen

DIFFICULTIES = ["easy", "medium", "hard"]


def ask(snapshot: Snapshot) -> tuple[StartingPrompt, ...]:
    facts = Facts(project="x", snapshot=snapshot, structure=analysis.analyse(snapshot))
    return prompts.propose(facts)


def music(dialect: str, *, schema: str | None = None) -> Snapshot:
    """A few tables whose names have to be quoted, in any dialect."""

    def table(name: str, *more: Column, refers: tuple[str, ...] = ()) -> Table:
        keys = tuple(Column(name=f"{target} Id", type="int", nullable=False) for target in refers)
        references = tuple(
            ForeignKey(
                columns=(f"{target} Id",),
                target=f"{schema}.{target}" if schema else target,
                target_columns=("Key",),
            )
            for target in refers
        )
        columns = (Column(name="Key", type="int", nullable=False), *more, *keys)
        return Table(
            name=name, schema=schema, columns=columns, primary_key=("Key",), foreign_keys=references
        )

    title = Column(name="Name", type="varchar(50)", nullable=False)
    made = Column(name="CreatedAt", type="timestamp", nullable=False)
    total = Column(name="Total Amount", type="numeric(10,2)", nullable=False)
    states = Column(name="Status", type="text", nullable=False, enum=("new", "paid"))
    return Snapshot(
        dialect=dialect,
        database="music",
        tables=(
            table("Group", title, made),
            table("Order", states, made, total, refers=("User",)),
            table("Track", title, made, refers=("Group",)),
            table("User", title, made),
        ),
    )


class TestPropose:
    def test_asks_at_least_six_rising_in_difficulty(self, tmp_path: Path) -> None:
        """A newcomer finds easy ones first, and something of each kind."""
        found = ask(fakes_shop.snapshot(tmp_path))

        levels = [DIFFICULTIES.index(prompt.difficulty) for prompt in found]
        assert len(found) >= 6
        assert sorted(levels) == levels
        assert {0, 1, 2} == set(levels)
        assert len(found) == len({prompt.question for prompt in found})

    def test_writes_sql_that_runs_on_the_shop(self, tmp_path: Path) -> None:
        """Not only parsed: SQLite prepares and runs every one of them."""
        found = ask(fakes_shop.snapshot(tmp_path))

        with closing(sqlite3.connect(tmp_path / "shop.sqlite")) as connection:
            for prompt in found:
                assert prompt.sql is not None
                connection.execute(prompt.sql).fetchall()

    def test_writes_sql_that_finds_something_in_the_demo(
        self, built: Path, company: Snapshot
    ) -> None:
        """On a filled database every starting question has an answer."""
        found = ask(company)

        assert len(found) >= 6
        with closing(sqlite3.connect(built)) as connection:
            for prompt in found:
                assert prompt.sql is not None
                assert connection.execute(prompt.sql).fetchone() is not None

    def test_never_adds_up_different_currencies(self, tmp_path: Path) -> None:
        """A sum over orders is one per currency."""
        snapshot = fakes_shop.snapshot(tmp_path)

        summing = [prompt.sql or "" for prompt in ask(snapshot) if "SUM(" in (prompt.sql or "")]

        assert summing
        assert all("currency_code" in sql.partition("GROUP BY")[2] for sql in summing)

    def test_leaves_softly_deleted_customers_out(self, tmp_path: Path) -> None:
        """Wherever customers are asked about, deleted ones do not count."""
        found = [p for p in ask(fakes_shop.snapshot(tmp_path)) if p.tables[0] == "customer"]

        assert found
        assert all("deleted_at IS NULL" in (prompt.sql or "") for prompt in found)

    @pytest.mark.parametrize(
        "dialect",
        ["postgresql", "mysql", "mariadb", "sqlite", "tsql", "oracle", "bigquery", "snowflake"],
    )
    def test_passes_the_check_in_every_dialect(self, dialect: str) -> None:
        """Reserved words and blanks are quoted as the dialect wants it."""
        snapshot = music(dialect)

        found = ask(snapshot)

        assert len(found) >= 6
        assert [()] * len(found) == [sqlcheck.check(p.sql or "", snapshot) for p in found]

    def test_names_the_schema_where_it_is_not_the_default(self) -> None:
        """Without it the database would not find the table."""
        found = ask(music("postgresql", schema="Art Work"))

        assert len(found) >= 6
        assert all('"Art Work".' in (prompt.sql or "") for prompt in found)

    def test_asks_less_of_a_tiny_schema(self) -> None:
        """One bare table allows one honest question."""
        bare = Table(name="x", columns=(Column(name="y", type="INTEGER"),))

        found = ask(Snapshot(dialect="sqlite", database="x", tables=(bare,)))

        assert ["SELECT COUNT(*) AS x_count\nFROM x AS x"] == [prompt.sql for prompt in found]

    def test_shows_nothing_that_fails_its_check(self, tmp_path: Path) -> None:
        """Whatever the check refuses makes room for something else."""
        snapshot = fakes_shop.snapshot(tmp_path)

        def no_joins(sql: str, _snapshot: Snapshot) -> tuple[str, ...]:
            return ("Too many tables.",) if "JOIN" in sql else ()

        facts = Facts(project="x", snapshot=snapshot, structure=analysis.analyse(snapshot))
        found = prompts.propose(facts, check=no_joins)

        assert len(found) >= 6
        assert not [prompt for prompt in found if "JOIN" in (prompt.sql or "")]

    def test_says_when_a_join_rests_on_a_guess(self, tmp_path: Path) -> None:
        """A join over an undeclared reference may be wrong, and the reader hears it."""
        without = fakes_shop.snapshot(tmp_path)
        tables = tuple(
            Table(
                name=table.name,
                columns=table.columns,
                primary_key=table.primary_key,
                unique_keys=table.unique_keys,
            )
            for table in without.tables
            if table.kind == "table"
        )
        found = ask(Snapshot(dialect="sqlite", database="shop", tables=tables))

        joined = [prompt for prompt in found if "JOIN" in (prompt.sql or "")]
        assert joined
        assert all("not declared" in prompt.check for prompt in joined)


class TestPen:
    @pytest.mark.parametrize(
        ("dialect", "name", "written"),
        [
            ("postgres", "customer", "customer"),
            ("postgres", "Customer", '"Customer"'),
            ("sqlite", "Customer", "Customer"),
            ("sqlite", "order", '"order"'),
            ("mysql", "order", "`order`"),
            ("tsql", "a]b", "[a]]b]"),
            ("postgres", 'a"b', '"a""b"'),
        ],
    )
    def test_quotes_where_needed(self, dialect: str, name: str, written: str) -> None:
        """Plain names stay readable."""
        assert written == Pen(dialect=dialect).quote(name)


def numbered(count: int) -> Snapshot:
    """Tables whose names begin with a digit, each referring to the one before."""
    columns = (
        Column(name="id", type="int", nullable=False),
        Column(name="name", type="text", nullable=False),
        Column(name="up", type="int"),
    )
    return Snapshot(
        dialect="postgresql",
        database="x",
        tables=tuple(
            Table(
                name=f"{number:04}_items",
                columns=columns,
                primary_key=("id",),
                foreign_keys=(
                    ForeignKey(
                        columns=("up",),
                        target=f"{max(0, number - 1):04}_items",
                        target_columns=("id",),
                    ),
                ),
            )
            for number in range(count)
        ),
    )


class TestNumberedTables:
    def test_asks_in_sql_that_parses(self) -> None:
        """An alias named after such a table begins with a word."""
        prompts_found = ask(numbered(12))

        assert any("AS count_of_0" in (prompt.sql or "") for prompt in prompts_found)

    def test_gives_up_on_a_family_whose_sql_never_passes(self) -> None:
        """Checking each of thousands of questions would take minutes."""
        snapshot, checked = numbered(400), Counter[str]()

        def refuse(sql: str, _snapshot: Snapshot) -> tuple[str, ...]:
            checked[sql] += 1
            return ("It is wrong.",)

        known = Facts(project="x", snapshot=snapshot, structure=analysis.analyse(snapshot))

        assert () == prompts.propose(known, check=refuse)
        assert 0 < checked.total() < 400
        assert 1 == max(checked.values())
