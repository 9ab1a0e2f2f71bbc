"""Tables that are parts of one become one; those that only look alike do not."""

import pytest

from catalog.model import Column, ForeignKey, Snapshot, Table
from catalog.readers import ddl, families

COLUMNS = (Column(name="id", type="int"), Column(name="at", type="date"))


def alike(*names: str, **changes: object) -> list[Table]:
    """Make tables of the same columns."""
    made = {"columns": COLUMNS, "primary_key": ("id",), **changes}
    return [Table(name=name, **made) for name in names]  # type: ignore[arg-type]  # given by the tests


def key(column: str, target: str) -> ForeignKey:
    return ForeignKey(columns=(column,), target=target, target_columns=("id",))


def read(text: str) -> Snapshot:
    return ddl.read(text, dialect="postgresql")


class TestNames:
    @pytest.mark.parametrize(
        ("names", "family"),
        [
            (("events_2023_01", "events_2023_02", "events_2024_01"), "events_*"),
            (("logs_10", "logs_9", "logs_0"), "logs_*"),
            (("y2023m01_v2_sales", "y2023m02_v2_sales", "y2024m01_v2_sales"), "y*m*_v2_sales"),
            (("visits_feb", "visits_january", "visits_mar"), "visits_*"),
            (("Shard1Users", "Shard2Users", "Shard3Users"), "Shard*Users"),
        ],
    )
    def test_that_differ_in_numbers_and_dates_are_a_family(
        self, names: tuple[str, ...], family: str
    ) -> None:
        """The first by number or date stands for all."""
        (found,) = families.collapse(alike(*names))

        assert (family, set(names)) == (found.family, set(found.members))
        assert found.name == found.members[0]

    def test_are_in_the_order_of_their_numbers(self) -> None:
        """Ten comes after nine, February after January."""
        (logs,) = families.collapse(alike("logs_10", "logs_9", "logs_0"))
        (visits,) = families.collapse(alike("v_mar", "v_jan", "v_feb"))

        assert ("logs_0", "logs_9", "logs_10") == logs.members
        assert ("v_jan", "v_feb", "v_mar") == visits.members

    @pytest.mark.parametrize(
        "tables",
        [
            alike("events_1", "events_2"),
            alike("orders", "invoices", "payments"),
            [*alike("log_1", "log_2"), *alike("log_3", primary_key=("at",))],
            [*alike("log_1", "log_2"), *alike("log_3", columns=COLUMNS[:1])],
            [*alike("log_1", "log_2"), *alike("log_3", foreign_keys=(key("id", "x"),))],
            [*alike("log_1", "log_2"), *alike("log_3", schema="other")],
            alike("log_1", "log_2", "log_3", kind="view"),
            alike("bank_1__log", "bank_2__log", "bank_3__log"),
            alike("marching", "mayor", "decade"),
        ],
    )
    def test_of_other_tables_stay(self, tables: list[Table]) -> None:
        """Too few, other words, other columns, keys, schemas or databases of origin."""
        assert tables == families.collapse(tables)

    def test_that_somebody_tells_apart_are_none(self) -> None:
        """Two levels of a grouping are two things."""
        outside = Table(
            name="p", columns=COLUMNS, foreign_keys=(key("id", "g_1"), key("at", "g_2"))
        )
        tables = [*alike("g_1", "g_2", "g_3"), outside]

        assert tables == families.collapse(tables)

    def test_keep_references_alive(self) -> None:
        """References to a member go to the table that stands for it; rows are those of all."""
        outside = Table(name="p", columns=COLUMNS, foreign_keys=(key("id", "g_2"),))
        tables = [*alike("g_2", row_estimate=4), *alike("g_1", "g_3", row_estimate=None), outside]
        by_id = {table.id: table for table in families.collapse(tables)}

        assert {"g_1", "p"} == set(by_id)
        assert ("g_1", 4) == (by_id["p"].foreign_keys[0].target, by_id["g_1"].row_estimate)

    def test_of_parallel_families_refer_to_each_other(self) -> None:
        """Each shard's lines refer to the same shard's orders."""
        shards = [
            table
            for shard in "123"
            for table in (
                *alike(f"order_{shard}"),
                *alike(f"line_{shard}", foreign_keys=(key("id", f"order_{shard}"),)),
            )
        ]
        found = {table.id: table for table in families.collapse(shards)}

        assert {"order_1", "line_1"} == set(found)
        assert "order_1" == found["line_1"].foreign_keys[0].target


class TestDdl:
    def test_partitions_are_members_of_their_table(self) -> None:
        """Created as such, or attached as pg_dump writes it; an index attached is none."""
        snapshot = read("""
            CREATE TABLE event (id int, at date) PARTITION BY RANGE (at);
            CREATE TABLE event_b PARTITION OF public.event FOR VALUES FROM ('2020-01-01') TO
                ('2021-01-01') PARTITION BY LIST (id);
            CREATE TABLE event_c PARTITION OF event_b DEFAULT;
            CREATE TABLE archive.event_a (id int, at date);
            ALTER TABLE ONLY public.event ATTACH PARTITION archive.event_a DEFAULT;
            ALTER INDEX event_at ATTACH PARTITION event_a_at;
        """)

        assert ["event"] == [table.id for table in snapshot.tables]
        assert ("archive.event_a", "event_b", "event_c") == snapshot.table("event").members

    def test_heirs_without_columns_of_their_own_are_members(self) -> None:
        """What all of them refer to, the parent refers to; others stay tables."""
        snapshot = read("""
            CREATE TABLE place (id int PRIMARY KEY);
            CREATE TABLE city (id int, place int);
            CREATE TABLE city_a (FOREIGN KEY (place) REFERENCES place (id)) INHERITS (city);
            CREATE TABLE city_b (FOREIGN KEY (place) REFERENCES place (id)) INHERITS (city);
            CREATE TABLE capital (state text) INHERITS (city);
        """)

        assert ["capital", "city", "place"] == [table.id for table in snapshot.tables]
        city = snapshot.table("city")
        assert (("city_a", "city_b"), "place") == (city.members, city.foreign_keys[0].target)
        assert 3 == len(snapshot.table("capital").columns)

    def test_views_know_what_they_read(self) -> None:
        """Joins, subqueries and other views; not the names that a query makes itself."""
        snapshot = read("""
            CREATE TABLE a (id int);
            CREATE TABLE b (id int);
            CREATE TABLE log_1 (id int); CREATE TABLE log_2 (id int); CREATE TABLE log_3 (id int);
            CREATE VIEW v AS SELECT a.id FROM public.a JOIN log_2 l ON l.id = a.id;
            CREATE MATERIALIZED VIEW w AS WITH a AS (SELECT 1 AS id)
                SELECT * FROM v, a WHERE v.id IN (SELECT id FROM b) UNION SELECT 1, 2 FROM gone;
        """)
        views = {one.id: (one.sources, one.materialized) for one in snapshot.tables if one.sources}

        assert {"v": (("a", "log_1"), False), "w": (("b", "v"), True)} == views
