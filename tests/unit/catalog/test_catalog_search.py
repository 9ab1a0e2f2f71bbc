"""Finding tables for questions."""

from catalog import search
from catalog.model import Column, ForeignKey, Snapshot, Table


def table(name: str, *columns: str, target: str | None = None, comment: str = "") -> Table:
    key = ForeignKey(columns=(columns[-1],), target=target or "", target_columns=("id",))
    return Table(
        name=name,
        columns=tuple(Column(name=column, type="text") for column in columns),
        foreign_keys=(key,) if target else (),
        comment=comment or None,
    )


SHOP = Snapshot(
    dialect="sqlite",
    database="shop",
    tables=(
        table("customers", "id", "fullName", "city"),
        table("orders", "id", "placed_at", "customer_id", target="customers"),
        table("order_items", "id", "quantity", "order_id", target="orders"),
        table("TBL_X1", "KZ", comment="Dunning levels of late payers"),
        table("unrelated", "zebra"),
    ),
)


def found(query: str, limit: int = 10) -> list[str]:
    return [hit.table for hit in search.build(SHOP).search(query, limit)]


class TestSearch:
    def test_reads_identifiers_as_words(self) -> None:
        """Plural and singular, snake and camel case are the same words."""
        assert "customers" == found("What is the full name of a customer?")[0]

    def test_finds_the_tables_that_join_the_best_hit(self) -> None:
        """A table that no word names comes with the table it joins."""
        assert {"orders", "customers", "order_items"} == set(found("orders placed"))

    def test_reads_comments_and_given_texts(self) -> None:
        """A cryptic name is found by what is said of it."""
        texts = {"unrelated": "Animals of the zoo", "customers.city": "Where they live"}
        index = search.build(SHOP, texts)

        assert "TBL_X1" == found("dunning")[0]
        assert "unrelated" == index.search("animals")[0].table
        assert ("city",) == index.search("where do they live")[0].columns

    def test_says_why(self) -> None:
        """The reason names the words, the columns and the join."""
        hits = {hit.table: hit for hit in search.build(SHOP).search("quantity per order item")}

        assert ("quantity", "order_id") == hits["order_items"].columns
        assert "name matches item, order" in hits["order_items"].reason
        assert "joins" in hits["customers"].reason

    def test_finds_nothing_for_words_that_occur_nowhere(self) -> None:
        """Neither stop words nor foreign words give a hit."""
        assert [] == found("what is the")
        assert [] == found("xylophone ???")

    def test_keeps_the_limit(self) -> None:
        """At most `limit` tables come back."""
        assert 1 == len(found("order", limit=1))

    def test_survives_an_empty_schema(self) -> None:
        """There is nothing to find, and nothing breaks."""
        empty = Snapshot(dialect="sqlite", database="x")

        assert () == search.build(empty).search("anything")
