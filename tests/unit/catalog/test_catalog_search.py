"""Finding tables for questions, by words and joins."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.context import ColumnContext, TableContext, Text
from catalog.model import Column, ForeignKey, Snapshot, Table
from catalog.search import documents, index
from catalog.structure import analysis


def table(
    name: str, *columns: str, target: str | None = None, comment: str = "", schema: str = ""
) -> Table:
    key = ForeignKey(columns=(columns[-1],), target=target or "", target_columns=("id",))
    return Table(
        name=name,
        schema=schema or None,
        columns=tuple(Column(name=column, type="text") for column in columns),
        foreign_keys=(key,) if target else (),
        comment=comment or None,
    )


def database(*tables: Table) -> Snapshot:
    return Snapshot(dialect="sqlite", database="shop", tables=tables)


SHOP = database(
    table("customers", "id", "fullName", "city"),
    table("orders", "id", "placed_at", "customer_id", target="customers"),
    table("order_items", "id", "quantity", "order_id", target="orders"),
    table("TBL_X1", "KZ", comment="Dunning levels of late payers"),
    table("unrelated", "zebra"),
)


def build(snapshot: Snapshot, texts: dict[str, str] | None = None) -> index.Index:
    return index.build(snapshot, analysis.relations_of(snapshot), texts)


def found(query: str, limit: int = 10, *, snapshot: Snapshot = SHOP) -> list[str]:
    return [hit.table for hit in build(snapshot).search(query, limit)]


class TestWords:
    def test_reads_identifiers_as_words(self) -> None:
        """Plural and singular, snake and camel case are the same words."""
        assert "customers" == found("What is the full name of a customer?")[0]

    def test_reads_comments_and_given_texts(self) -> None:
        """A cryptic name is found by what is said of it."""
        texts = {"unrelated": "Animals of the zoo", "customers.city": "Where they live"}
        index = build(SHOP, texts)

        assert "TBL_X1" == found("dunning")[0]
        assert "unrelated" == index.search("animals")[0].table
        assert ["city"] == [column.name for column in index.search("they live")[0].columns]

    @pytest.mark.parametrize(
        ("question", "name"),
        [
            ("How many languages are spoken?", "countrylanguage"),  # two words written as one
            ("total quantity", "stock_qty"),  # a usual short form
            ("all clients", "customer"),  # another word for it
            ("Which nations are in Africa?", "continents"),  # a value everybody knows
            ("größe je artikel", "groesse_groszes_grosse"),  # an umlaut that names cannot have
            ("客户的订单", "客户订单表"),  # no spaces between words
            ("заказы клиентов", "заказы"),
        ],
    )
    def test_knows_words_by_their_other_forms(self, question: str, name: str) -> None:
        """The one table that says it in another form comes first."""
        snapshot = database(table("aaa", "x"), table(name, "y"), table("zzz", "z"))

        assert [name] == found(question, snapshot=snapshot)

    def test_learns_short_forms_from_the_schema(self) -> None:
        """A table that shows both forms explains the short one everywhere."""
        snapshot = database(
            table("consignment", "cnsgn_id", "place"),
            table("log", "cnsgn_ref"),
            table("other", "x"),
        )

        assert ["consignment", "log"] == found("consignments", snapshot=snapshot)

    def test_does_not_guess_a_short_form_with_two_meanings(self) -> None:
        """`con` may be the container or the contact."""
        snapshot = database(table("container_contact", "con_id"), table("log", "con_ref"))

        assert ["container_contact"] == found("containers", snapshot=snapshot)

    def test_counts_what_only_frames_a_question_less(self) -> None:
        """The number of visits is about visits, not about numbers."""
        snapshot = database(table("numbers", "number", "total"), table("visits", "started"))

        assert "visits" == found("total number of visits", snapshot=snapshot)[0]

    def test_finds_nothing_for_words_that_occur_nowhere(self) -> None:
        """Neither stop words nor foreign words give a hit."""
        assert [] == found("what is the")
        assert [] == found("xylophone ???")


class TestJoins:
    def test_finds_the_tables_that_join_the_best_hit(self) -> None:
        """A table that no word names comes with the table it joins."""
        assert {"orders", "customers", "order_items"} == set(found("orders placed"))

    def test_finds_the_table_between_two_hits(self) -> None:
        """A junction whose own words are not asked for is worth more than one side's others."""
        both = (
            ForeignKey(columns=("a",), target="films", target_columns=("id",)),
            ForeignKey(columns=("b",), target="actors", target_columns=("id",)),
        )
        between = Table(
            name="xyz",
            columns=(Column(name="a", type="int"), Column(name="b", type="int")),
            foreign_keys=both,
        )
        snapshot = database(
            table("films", "id", "name"),
            table("reviews", "id", "film_id", target="films"),
            table("actors", "id", "name"),
            between,
        )

        assert {"films", "actors", "xyz"} == set(found("films of an actor", 3, snapshot=snapshot))

    def test_knows_undeclared_keys(self) -> None:
        """A reference that only its name shows is a join, too."""
        customers = Table(
            name="customers", columns=(Column(name="id", type="int"),), primary_key=("id",)
        )
        orders = Table(
            name="purchases",
            columns=(Column(name="x", type="int"), Column(name="customer_id", type="int")),
        )

        hits = build(database(customers, orders)).search("purchases")
        assert "joins purchases by purchases.customer_id = customers.id" in hits[1].reason

    def test_lends_less_where_everything_joins(self) -> None:
        """That a table refers to the users says nothing about it when fifty others do."""
        many = [table(f"t{at}", "x", "u", target="users") for at in range(50)]
        alone = [table("users", "id", "name"), table("t0", "x", "u", target="users")]
        crowded = build(database(alone[0], *many)).search("user", 2)
        quiet = build(database(*alone)).search("user", 2)

        assert crowded[1].score < quiet[1].score


class TestSearch:
    def test_says_why(self) -> None:
        """The reason names the words, the columns and the join."""
        hits = {hit.table: hit for hit in build(SHOP).search("quantity per order item")}
        items = hits["order_items"]

        assert ["quantity", "order_id"] == [column.name for column in items.columns]
        assert "name matches quantity" == items.columns[0].reason
        assert "name matches order, item" in items.reason
        assert "joins orders by orders.customer_id = customers.id" in hits["customers"].reason

    def test_names_the_term_that_stands_for_another_word(self) -> None:
        """Whoever asks for clients must see why customers were taken."""
        assert "name matches client (customer)" in build(SHOP).search("clients")[0].reason

    def test_keeps_the_limit(self) -> None:
        """At most `limit` tables come back."""
        assert 1 == len(found("order", limit=1))

    def test_survives_an_empty_schema(self) -> None:
        """There is nothing to find, and nothing breaks."""
        assert () == build(database()).search("anything")
        assert () == build(database(Table(name="bare"))).search("anything")

    def test_tells_schemas_apart(self) -> None:
        """The schema's name is part of what a table is called."""
        snapshot = database(
            table("notes", "id", schema="billing"), table("notes", "id", schema="hiring")
        )

        assert "hiring.notes" == found("notes about hiring", snapshot=snapshot)[0]

    @given(st.text(max_size=80), st.lists(st.text(min_size=1, max_size=12), max_size=6))
    def test_takes_any_text(self, question: str, names: list[str]) -> None:
        """Whatever is asked of whatever names: known tables, ranked, each once."""
        tables = tuple(table(name, name, "id", target=names[0]) for name in dict.fromkeys(names))
        hits = build(database(*tables)).search(question, 4)

        scores = [hit.score for hit in hits]
        assert sorted(scores, reverse=True) == scores
        assert len({hit.table for hit in hits}) == len(hits) <= 4
        assert {hit.table for hit in hits} <= set(names)


class TestDescriptions:
    def test_are_what_somebody_wrote(self) -> None:
        """What restates names or comments is no news to a search."""
        column = ColumnContext(name="id", description=_text("A key.", "template"), role="other")
        written = ColumnContext(name="kz", description=_text("Level.", "model"), role="other")
        tables = (
            TableContext(
                id="t", description=_text("By a person.", "person"), domain=None,
                columns=(column, written),
            ),
            TableContext(id="u", description=_text("Comment.", "comment"), domain=None, columns=()),
        )  # fmt: skip

        assert {"t": "By a person.", "t.kz": "Level."} == documents.descriptions(tables)


def _text(text: str, source: str) -> Text:
    return Text(text=text, source=source, confidence="low")  # type: ignore[arg-type]  # as given above
