"""Snapshots and contexts survive their JSON form; fingerprints follow the facts."""

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog import codec, differences, fingerprints
from catalog.context import (
    ColumnContext,
    Context,
    DomainContext,
    Insight,
    Quality,
    Scores,
    StartingPrompt,
    StepCost,
    TableContext,
    Text,
)
from catalog.model import Check, Column, ForeignKey, Index, Snapshot, Table, UniqueKey, Unread

WORDS = st.text(max_size=8)
MAYBE = st.none() | WORDS
NAMES = st.lists(WORDS, max_size=2).map(tuple)
COLUMNS = st.builds(
    Column, name=WORDS, type=WORDS, nullable=st.booleans(), default=MAYBE, comment=MAYBE, enum=NAMES
)
TABLES = st.builds(
    Table,
    name=WORDS,
    schema=MAYBE,
    kind=st.sampled_from(["table", "view"]),
    columns=st.lists(COLUMNS, max_size=3).map(tuple),
    primary_key=NAMES,
    foreign_keys=st.lists(
        st.builds(ForeignKey, columns=NAMES, target=WORDS, target_columns=NAMES, name=MAYBE),
        max_size=2,
    ).map(tuple),
    unique_keys=st.lists(st.builds(UniqueKey, columns=NAMES, name=MAYBE), max_size=2).map(tuple),
    indexes=st.lists(
        st.builds(Index, name=WORDS, columns=NAMES, unique=st.booleans()), max_size=2
    ).map(tuple),
    checks=st.lists(st.builds(Check, condition=WORDS, name=MAYBE), max_size=2).map(tuple),
    comment=MAYBE,
    row_estimate=st.none() | st.integers(0, 9),
    definition=MAYBE,
    materialized=st.booleans(),
    sources=NAMES,
    members=NAMES,
    family=MAYBE,
)
SNAPSHOTS = st.builds(
    Snapshot,
    dialect=WORDS,
    database=WORDS,
    tables=st.lists(TABLES, max_size=3).map(tuple),
    unread=st.lists(
        st.builds(Unread, what=WORDS, reason=WORDS, line=st.none() | st.integers()), max_size=2
    ).map(tuple),
    server_version=MAYBE,
)
TEXT = Text(text="What people buy.", source="comment", confidence="high", evidence=("comment",))
CONTEXT = Context(
    database="shop",
    dialect="sqlite",
    engine="structural",
    model=None,
    language="en",
    description="A shop.\n\nIt sells.",
    summary="A shop.",
    insights=(Insight(text="2 tables.", evidence=("tables=2",)),),
    prompts=(
        StartingPrompt(question="How many?", sql=None, tables=("a",), difficulty="easy", check="-"),
    ),
    domains=(DomainContext(name="Sales", description=TEXT, tables=("a",)),),
    tables=(
        TableContext(
            id="a",
            description=TEXT,
            domain=None,
            columns=(ColumnContext(name="x", description=TEXT, role="code"),),
        ),
    ),
    stats={"declaredForeignKeys": 2},
    notes=("structure only",),
    scores=Scores(
        coverage=1.0,
        facts_alone=Quality(coverage=0.5),
        steps=(StepCost(step="scanning", seconds=1.5),),
    ),
)
TABLE = Table(
    name="a",
    columns=(Column(name="x", type="int"), Column(name="y", type="text", default="'q'")),
    primary_key=("x",),
    foreign_keys=(ForeignKey(columns=("x",), target="b", target_columns=("z",), name="f"),),
    indexes=(Index(name="i", columns=("y",)),),
    checks=(Check(condition="x > 3"),),
    comment="an a",
)


class TestSnapshot:
    @given(SNAPSHOTS)
    @settings(max_examples=60, deadline=None)
    def test_comes_back_as_it_was(self, snapshot: Snapshot) -> None:
        """Through real JSON text."""
        text = json.dumps(codec.snapshot_to_dict(snapshot))

        assert snapshot == codec.snapshot_from_dict(json.loads(text))

    def test_carries_ids_and_fingerprints(self) -> None:
        """Readers of the document need not compute them."""
        snapshot = Snapshot(dialect="sqlite", database="d", tables=(TABLE,))
        data = codec.snapshot_to_dict(snapshot)

        assert fingerprints.of_snapshot(snapshot) == data["fingerprint"]
        assert ("a", fingerprints.of_table(TABLE)) == (
            data["tables"][0]["id"],
            data["tables"][0]["fingerprint"],
        )

    def test_of_an_older_version_is_read(self) -> None:
        """What it did not know yet is empty."""
        data = codec.snapshot_to_dict(Snapshot(dialect="x", database="d", tables=(TABLE,)))
        for newer in ("materialized", "sources", "members", "family"):
            del data["tables"][0][newer]

        assert (TABLE,) == codec.snapshot_from_dict(data).tables

    def test_ignores_unknown_keys(self) -> None:
        """A newer version may have written the document."""
        data = codec.snapshot_to_dict(Snapshot(dialect="x", database="d", tables=(TABLE,)))
        data["future"] = 1
        data["tables"][0]["columns"][0]["future"] = {"a": 2}

        assert (TABLE,) == codec.snapshot_from_dict(data).tables

    @pytest.mark.parametrize(
        ("data", "path"),
        [
            ({"database": "d"}, "dialect"),
            ({"dialect": "x", "database": 3}, "database"),
            ({"dialect": "x", "database": "d", "tables": {}}, "tables"),
            ({"dialect": "x", "database": "d", "tables": [{}]}, "tables[0].name"),
            (
                {"dialect": "x", "database": "d", "tables": [{"name": "a", "rowEstimate": True}]},
                "tables[0].rowEstimate",
            ),
            (
                {"dialect": "x", "database": "d", "tables": [{"name": "a", "kind": "tree"}]},
                "tables[0].kind",
            ),
        ],
    )
    def test_says_where_a_document_is_wrong(self, data: dict[str, object], path: str) -> None:
        """The error names the path, not only the problem."""
        with pytest.raises(codec.CodecError) as caught:
            codec.snapshot_from_dict(data)

        assert path == caught.value.path


class TestDifference:
    def test_has_camel_case_keys(self) -> None:
        """As everything that is told in JSON."""
        before, after = (
            Snapshot(dialect="x", database="d", tables=(table,))
            for table in (TABLE, replace(TABLE, columns=TABLE.columns[:1]))
        )
        data = codec.difference_to_dict(differences.between(before, after))

        assert ["y"] == json.loads(json.dumps(data))["changed"][0]["columnsRemoved"]


class TestContext:
    def test_comes_back_as_it_was(self) -> None:
        """Nested texts, missing values and counts included."""
        text = json.dumps(codec.context_to_dict(CONTEXT))

        assert CONTEXT == codec.context_from_dict(json.loads(text))

    def test_has_camel_case_keys(self) -> None:
        """Counts keep the names they have."""
        data = codec.context_to_dict(CONTEXT)

        assert {"declaredForeignKeys": 2} == data["stats"]
        assert codec.scores_to_dict(CONTEXT.scores) == data["scores"]
        assert 0.5 == data["scores"]["factsAlone"]["coverage"]
        assert 0 == data["scores"]["steps"][0]["promptTokens"]
        assert (
            "rowEstimate"
            in codec.snapshot_to_dict(Snapshot(dialect="x", database="d", tables=(TABLE,)))[
                "tables"
            ][0]
        )

    def test_of_an_older_version_has_no_scores(self) -> None:
        """Nothing was measured then, which is not the same as nothing good."""
        data = {**codec.context_to_dict(CONTEXT), "scores": {}}

        assert Scores() == codec.context_from_dict(data).scores


class TestFingerprint:
    @pytest.mark.parametrize(
        "same",
        [
            replace(TABLE, row_estimate=7),
            replace(TABLE, indexes=(Index(name="other", columns=("y",)),)),
            replace(TABLE, columns=TABLE.columns[::-1]),
            replace(TABLE, checks=(Check(condition="x  >\n3", name="c"),)),
            replace(TABLE, checks=(Check(condition="((x)::int > 3)"),)),
            replace(TABLE, columns=(replace(TABLE.columns[0], type="INTEGER"), TABLE.columns[1])),
            replace(TABLE, members=("a", "b")),
        ],
    )
    def test_stays_while_the_facts_stay(self, same: Table) -> None:
        """Statistics, names of indexes, order and white space are no facts."""
        assert fingerprints.of_table(TABLE) == fingerprints.of_table(same)

    @pytest.mark.parametrize(
        "other",
        [
            replace(TABLE, name="b"),
            replace(TABLE, comment="another"),
            replace(TABLE, primary_key=()),
            replace(TABLE, foreign_keys=()),
            replace(TABLE, checks=()),
            replace(TABLE, indexes=()),
            replace(TABLE, kind="view"),
            replace(TABLE, checks=(Check(condition="x > 4"),)),
            replace(TABLE, columns=(replace(TABLE.columns[0], type="bigint"), TABLE.columns[1])),
            replace(TABLE, family="a_*"),
            replace(TABLE, columns=(replace(TABLE.columns[0], nullable=False), TABLE.columns[1])),
            replace(TABLE, columns=(replace(TABLE.columns[0], default=""), TABLE.columns[1])),
            replace(TABLE, columns=(replace(TABLE.columns[0], enum=("1",)), TABLE.columns[1])),
        ],
    )
    def test_changes_with_each_fact(self, other: Table) -> None:
        """So a changed table is described again."""
        assert fingerprints.of_table(TABLE) != fingerprints.of_table(other)

    def test_of_a_family_stays_when_its_first_member_goes(self) -> None:
        """So that dropping the oldest month makes nothing stale."""
        old, new = (
            Snapshot(
                dialect="postgresql",
                database="d",
                tables=(replace(TABLE, name=name, family="e_*", members=(name, "e_3")),),
            )
            for name in ("e_1", "e_2")
        )

        assert fingerprints.of_snapshot(old) == fingerprints.of_snapshot(new)

    def test_of_a_schema_ignores_who_calls_a_dialect_how(self) -> None:
        """Text and live database are read under different names of it."""
        names = ("postgresql", "postgres", "sqlite")
        one, same, other = (
            fingerprints.of_snapshot(Snapshot(dialect=name, database="d", tables=(TABLE,)))
            for name in names
        )

        assert one == same
        assert one != other
