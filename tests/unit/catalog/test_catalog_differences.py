"""What changed between two snapshots, and what is only called otherwise."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog import differences, fingerprints
from catalog.differences import Change, Difference
from catalog.model import Check, Column, ForeignKey, Index, Snapshot, Table, UniqueKey

NAMES = st.sampled_from(["alpha", "beta", "gamma", "delta", "Kappa", "order item", "äöü", "x1"])
COLUMNS = st.builds(
    Column,
    name=NAMES,
    type=st.sampled_from(["int", "INTEGER", "text", "numeric(10,2)", "varchar(8)"]),
    nullable=st.booleans(),
    default=st.sampled_from([None, "0", "'0'", "now()"]),
    comment=st.sampled_from([None, "said"]),
    enum=st.sampled_from([(), ("a", "b"), ("b", "a")]),
)


@st.composite
def tables(draw: st.DrawFn, name: str) -> Table:
    columns = draw(st.lists(COLUMNS, min_size=1, max_size=5, unique_by=lambda column: column.name))
    some = st.lists(st.sampled_from([column.name for column in columns]), unique=True, max_size=2)
    return Table(
        name=name,
        columns=tuple(columns),
        primary_key=tuple(draw(some)),
        unique_keys=tuple(UniqueKey(columns=(column,)) for column in draw(some)),
        indexes=tuple(Index(name=f"i_{column}", columns=(column,)) for column in draw(some)),
        checks=tuple(Check(condition=f"{draw(NAMES)} > 0") for _ in draw(some)),
        row_estimate=draw(st.none() | st.integers(0, 9)),
    )


@st.composite
def snapshots(draw: st.DrawFn) -> Snapshot:
    made = [draw(tables(name)) for name in draw(st.lists(NAMES, unique=True, max_size=5))]
    return snapshot(*(draw(referring(table, made)) for table in made))


@st.composite
def referring(draw: st.DrawFn, table: Table, all_tables: list[Table]) -> Table:
    """Give a table keys to columns that are there; readers leave others out."""
    keys = []
    for column in draw(st.lists(st.sampled_from(table.columns), max_size=2)):
        target = draw(st.sampled_from(all_tables))
        told = draw(st.sampled_from(target.columns))
        keys.append(key(column.name, target.id, told.name))
    return replace(table, foreign_keys=tuple(keys))


def snapshot(*made: Table) -> Snapshot:
    return Snapshot(
        dialect="sqlite", database="d", tables=tuple(sorted(made, key=lambda one: one.id))
    )


def column(name: str, kind: str = "int", **facts: object) -> Column:
    return Column(name=name, type=kind, **facts)  # type: ignore[arg-type]  # given by the tests


def key(name: str, target: str, target_column: str = "id") -> ForeignKey:
    return ForeignKey(columns=(name,), target=target, target_columns=(target_column,))


ORDER = Table(
    name="orders",
    columns=(
        column("id", "bigint"),
        column("customer_id", "bigint"),
        column("placed_on", "date"),
        column("total", "numeric(10,2)"),
    ),
    primary_key=("id",),
    foreign_keys=(key("customer_id", "customers"),),
)
CUSTOMER = Table(
    name="customers",
    columns=(column("id", "bigint"), column("full_name", "text"), column("vat_no", "text")),
    primary_key=("id",),
    foreign_keys=(key("id", "customers"),),
)
BEFORE = snapshot(ORDER, CUSTOMER)


def between(*after: Table) -> Difference:
    return differences.between(BEFORE, snapshot(*after))


class TestTables:
    def test_that_came_and_went_are_told(self) -> None:
        """One like none before is added, one that is nowhere removed."""
        other = Table(name="weather", columns=(column("degrees"), column("place", "text")))
        found = between(CUSTOMER, other)

        assert Difference(added=("weather",), removed=("orders",)) == found
        assert {"weather"} == found.stale

    def test_under_a_new_name_are_renamed(self) -> None:
        """What refers to them, themselves included, did not change by that."""
        moved = replace(CUSTOMER, name="clients", foreign_keys=(key("id", "clients"),))
        found = between(moved, replace(ORDER, foreign_keys=(key("customer_id", "clients"),)))
        (renamed,) = found.renamed

        assert ("customers", "clients") == (renamed.before, renamed.after)
        assert "all facts but the name are the same" == renamed.evidence
        assert Difference(renamed=found.renamed) == found
        assert frozenset() == found.stale

    def test_renamed_all_at_once_are_known_again(self) -> None:
        """A chain of references does not hide them."""
        found = between(
            replace(CUSTOMER, name="client", foreign_keys=(key("id", "client"),)),
            replace(ORDER, name="purchase", foreign_keys=(key("customer_id", "client"),)),
        )

        assert {"customers": "client", "orders": "purchase"} == {
            one.before: one.after for one in found.renamed
        }
        assert () == found.changed

    def test_of_many_equal_columns_are_renamed_too(self) -> None:
        """The evidence says how many; what else changed is told beside it."""
        found = between(
            CUSTOMER, replace(ORDER, name="bookings", columns=(*ORDER.columns, column("note")))
        )
        (renamed,), (changed,) = found.renamed, found.changed

        assert "4 of 5 columns are the same" == renamed.evidence
        assert ("bookings", "orders", ("note",)) == (
            changed.table,
            changed.before,
            changed.columns_added,
        )

    def test_with_common_columns_only_are_two_tables(self) -> None:
        """That both have an id says nothing."""
        one, other = (
            Table(name=name, columns=(column("id", "bigint"), column(name, "text")))
            for name in ("colour", "weight")
        )
        found = differences.between(
            snapshot(ORDER, CUSTOMER, one), snapshot(ORDER, CUSTOMER, other)
        )

        assert (("weight",), ("colour",), ()) == (found.added, found.removed, found.renamed)

    def test_that_stand_for_a_family_may_have_another_first_member(self) -> None:
        """Next month's partition, or the oldest one dropped, is no change."""
        old = replace(ORDER, name="o_1", family="o_*", members=("o_1", "o_2", "o_3"))
        new = replace(ORDER, name="o_2", family="o_*", members=("o_2", "o_3", "o_4"))

        assert differences.between(snapshot(old), snapshot(new)).is_empty


class TestColumns:
    def test_that_came_and_went_are_told(self) -> None:
        """A number that replaces a date elsewhere is another column."""
        columns = (*ORDER.columns[:2], ORDER.columns[3], column("shipping"))
        (found,) = between(CUSTOMER, replace(ORDER, columns=columns)).changed

        assert (("shipping",), ("placed_on",), ()) == (
            found.columns_added,
            found.columns_removed,
            found.columns_renamed,
        )

    @pytest.mark.parametrize(
        ("columns", "evidence"),
        [
            (
                (*ORDER.columns[:2], column("day", "date"), ORDER.columns[3]),
                "all facts but the name are the same, at the same place",
            ),
            (
                (*ORDER.columns[:2], ORDER.columns[3], column("x"), column("placed_at", "date")),
                "all facts but the name are the same, and the names are alike",
            ),
            (
                (*ORDER.columns[:2], ORDER.columns[3], column("placedon", "date", comment="!")),
                "the names are alike and the types the same",
            ),
        ],
    )
    def test_under_a_new_name_are_renamed(self, columns: tuple[Column, ...], evidence: str) -> None:
        """By their facts and their place, or their name."""
        (found,) = between(CUSTOMER, replace(ORDER, columns=columns)).changed
        (renamed,) = found.columns_renamed

        assert ("placed_on", evidence) == (renamed.before, renamed.evidence)

    def test_take_their_keys_along(self) -> None:
        """A renamed key column changes no key, here or in what refers to it."""
        columns = (column("nr", "bigint"), *CUSTOMER.columns[1:])
        found = between(
            replace(CUSTOMER, columns=columns, primary_key=("nr",),
                    foreign_keys=(key("nr", "customers", "nr"),)),
            replace(ORDER, foreign_keys=(key("customer_id", "customers", "nr"),)),
        )  # fmt: skip
        (changed,) = found.changed

        assert [("id", "nr")] == [(one.before, one.after) for one in changed.columns_renamed]
        assert ("customers", (), ()) == (changed.table, changed.changes, changed.columns_changed)

    def test_say_what_changed(self) -> None:
        """Each fact, before and after, in one spelling."""
        total = column("total", "bigint", nullable=False, default="0", comment="!", enum=("1",))
        (found,) = between(CUSTOMER, replace(ORDER, columns=(*ORDER.columns[:3], total))).changed

        assert (
            Change(fact="type", before=("numeric(10,2)",), after=("bigint",)),
            Change(fact="nullable", before=("yes",), after=("no",)),
            Change(fact="default", before=(), after=("0",)),
            Change(fact="comment", before=(), after=("!",)),
            Change(fact="enum", before=(), after=("1",)),
        ) == found.columns_changed[0].changes


class TestKeys:
    def test_tell_only_what_went_and_came(self) -> None:
        """Of several keys the one that changed."""
        keys = (*ORDER.foreign_keys, key("id", "customers"))
        uniques = (UniqueKey(columns=("total", "id")),)
        changed = replace(ORDER, foreign_keys=keys, unique_keys=uniques, primary_key=())
        (found,) = between(CUSTOMER, changed).changed

        assert (
            Change(fact="primaryKey", before=("id",), after=()),
            Change(fact="foreignKeys", before=(), after=("id -> customers (id)",)),
            Change(fact="uniqueKeys", before=(), after=("id, total",)),
        ) == found.changes


class TestAny:
    @given(snapshots())
    @settings(max_examples=60, deadline=None)
    def test_snapshot_equals_itself_however_ordered_and_spelled(self, one: Snapshot) -> None:
        """Statistics, order and names of constraints are no difference."""
        other = snapshot(
            *(
                replace(
                    table,
                    columns=tuple(
                        replace(c, type=c.type.upper(), enum=c.enum[::-1])
                        for c in table.columns[::-1]
                    ),
                    primary_key=table.primary_key[::-1],
                    foreign_keys=tuple(replace(k, name="f") for k in table.foreign_keys[::-1]),
                    indexes=table.indexes[::-1],
                    row_estimate=7,
                )
                for table in one.tables
            )
        )

        assert differences.between(one, other).is_empty
        assert fingerprints.of_snapshot(one) == fingerprints.of_snapshot(other)

    @given(snapshots(), snapshots())
    @settings(max_examples=100, deadline=None)
    def test_difference_is_told_by_the_fingerprints_too(
        self, one: Snapshot, other: Snapshot
    ) -> None:
        """Nothing changed exactly where all fingerprints are the same."""
        found = differences.between(one, other)
        same = {fingerprints.of_table(table) for table in one.tables} == {
            fingerprints.of_table(table) for table in other.tables
        }

        assert same == found.is_empty

    @given(snapshots(), snapshots())
    @settings(max_examples=100, deadline=None)
    def test_difference_reads_the_same_backwards(self, one: Snapshot, other: Snapshot) -> None:
        """What came is what went, and each renaming has its counterpart."""
        there, back = differences.between(one, other), differences.between(other, one)

        assert (there.added, there.removed) == (back.removed, back.added)
        assert {(r.before, r.after) for r in there.renamed} == {
            (r.after, r.before) for r in back.renamed
        }
        assert {change.table for change in there.changed} == {
            change.before for change in back.changed
        }

    @given(snapshots(), snapshots())
    @settings(max_examples=60, deadline=None)
    def test_difference_accounts_for_every_table(self, one: Snapshot, other: Snapshot) -> None:
        """Nothing is lost or told twice."""
        found = differences.between(one, other)
        stayed = {table.id for table in one.tables} - set(found.removed)
        renamed = {r.before: r.after for r in found.renamed}

        assert {renamed.get(name, name) for name in stayed} == {
            table.id for table in other.tables
        } - set(found.added)
