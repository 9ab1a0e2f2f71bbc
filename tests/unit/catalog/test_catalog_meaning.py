"""Finding tables by the vectors of what is said about them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.model import Column, ForeignKey, Snapshot, Table
from catalog.search import index, passages
from catalog.search.index import Hit
from catalog.search.meaning import Vector, unit
from catalog.structure import analysis

AXES = {"ships": 0, "crew": 1, "rent": 2}
SNAPSHOT = Snapshot(
    dialect="sqlite",
    database="x",
    tables=(
        Table(name="aaa", columns=(Column(name="x", type="int"),)),
        Table(
            name="bbb",
            columns=(Column(name="y", type="int"), Column(name="ccc_ref", type="int")),
            foreign_keys=(ForeignKey(columns=("ccc_ref",), target="ccc", target_columns=("id",)),),
        ),
        Table(name="ccc", columns=(Column(name="id", type="int"),)),
        Table(name="ddd"),
    ),
)
TEXTS = {"aaa": "Vessels that sail the seas", "bbb.y": "What a sailor earns"}
PASSAGES = passages.of_snapshot(SNAPSHOT, TEXTS)
#: What a model would know: which passages are about what.
ABOUT = {("aaa", None): "ships", ("bbb", "y"): "crew"}


def direction(*about: str) -> Vector:
    """Return the vector of something that is about all of this."""
    found = [0.0, 0.0, 0.0, 0.2]
    for each in about:
        found[AXES[each]] = 1.0
    return unit(found)


def vectors(without: str = "") -> dict[str, Vector]:
    return {
        passage.fingerprint: direction(*filter(None, [ABOUT.get((passage.table, passage.column))]))
        for passage in PASSAGES
        if passage.table != without
    }


def search(question: str, *about: str, without: str = "") -> list[Hit]:
    built = index.build(
        SNAPSHOT,
        analysis.relations_of(SNAPSHOT),
        vectors=vectors(without),
        embedded=PASSAGES,
    )
    return list(built.search(question, vector=direction(*about)))


class TestSearch:
    def test_finds_a_table_that_no_word_names(self) -> None:
        """The likeness of its description is enough, and is given as the reason."""
        (best, *_) = search("boats", "ships")

        assert ("aaa", "similar meaning") == (best.table, best.reason)

    def test_finds_a_table_by_its_best_column(self) -> None:
        """One column that fits counts, however many others there are; joins get their share."""
        (best, second, *_) = search("wages", "crew")

        assert ("bbb", ["y"]) == (best.table, [column.name for column in best.columns])
        assert "similar meaning" == best.columns[0].reason
        assert ("ccc", "joins bbb by bbb.ccc_ref = ccc.id") == (second.table, second.reason)

    def test_leaves_words_their_weight(self) -> None:
        """A name that is asked for by name comes first, whatever is alike."""
        assert "ddd" == search("ddd", "ships")[0].table

    def test_does_not_punish_a_table_without_vectors(self) -> None:
        """One that changed since is judged by its words, as if its meaning agreed."""
        known, changed = search("ddd", "crew")[0], search("ddd", "crew", without="ddd")[0]

        assert ("ddd", "ddd") == (known.table, changed.table)
        assert changed.score > known.score

    def test_is_text_alone_without_the_question_s_vector(self) -> None:
        """The index answers all the same."""
        built = index.build(SNAPSHOT, (), vectors=vectors(), embedded=PASSAGES)

        assert 4 == built.dimensions
        assert ["ddd"] == [hit.table for hit in built.search("ddd")]
        assert None is index.build(SNAPSHOT, ()).dimensions

    @pytest.mark.parametrize("tables", [(), (Table(name="alone"),)])
    def test_survives_schemas_with_next_to_nothing(self, tables: tuple[Table, ...]) -> None:
        """No columns, no tables, no likeness that stands out."""
        snapshot = Snapshot(dialect="sqlite", database="x", tables=tables)
        made = passages.of_snapshot(snapshot, {})
        known = {passage.fingerprint: direction("ships") for passage in made}
        built = index.build(snapshot, (), vectors=known, embedded=made)

        assert () == built.search("nothing", vector=direction("ships"))


class TestPassages:
    def test_say_what_tables_and_columns_are(self) -> None:
        """Names as words, then what is said of them."""
        texts = [passage.text for passage in PASSAGES]

        assert "aaa: Vessels that sail the seas. x" in texts
        assert "bbb y: What a sailor earns" in texts

    def test_change_with_their_text_only(self) -> None:
        """Only what changed gets another fingerprint."""
        before = {passage.fingerprint for passage in PASSAGES}
        after = {
            passage.fingerprint
            for passage in passages.of_snapshot(SNAPSHOT, {**TEXTS, "ddd": "New."})
        }

        assert 1 == len(before - after) == len(after - before)

    @given(st.text(), st.text())
    def test_are_bounded(self, comment: str, text: str) -> None:
        """A comment of any length and content fits what a small model reads."""
        table = Table(name="t" * 63, comment=comment * 500, columns=(Column(name=text, type=""),))
        made = passages.of_snapshot(Snapshot(dialect="x", database="x", tables=(table,)), {})

        assert all(len(passage.text) <= passages.LONGEST for passage in made)
        assert all(64 == len(passage.fingerprint) for passage in made)


class TestUnit:
    def test_is_of_length_one(self) -> None:
        """Nearness is an angle; nothing is near to nothing."""
        assert [0.6, 0.8] == pytest.approx(unit([3.0, 4.0]).tolist())
        assert not np.any(unit([0.0, 0.0]))
