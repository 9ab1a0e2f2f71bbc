"""A sentence stands when all that it names exists and all that it counts was counted."""

import pytest

from catalog.model import Column, Snapshot, Table
from catalog.structure import analysis
from worker.pipeline.facts import Facts
from worker.pipeline.writing import lexicon, numerals
from worker.pipeline.writing.grounding import Ground


def ground(snapshot: Snapshot, given: str, *, language: str = "en") -> Ground:
    """What texts from these facts may speak of."""
    known = Facts(project="Shop", snapshot=snapshot, structure=analysis.analyse(snapshot))
    return Ground(
        lexicon=lexicon.of(known),
        given=given,
        numbers=numerals.given(given),
        language=language,
    )


class TestNames:
    @pytest.mark.parametrize(
        "text",
        [
            "Orders of customers, each with an order_number.",
            "Runs on PostgreSQL, e.g. on IPv4.",
            "Joins order_line.product_id to product.id.",
            "The `order_line` table belongs to the order table.",
            "The status is 'new', \"paid\" or “cancelled”.",
            "It's the customer's e-mail.",
            "The main table; a table named product.",
            "注文はorder_line表にある。",
            "Bestellungen stehen in CUST_OLD.",
        ],
    )
    def test_of_the_schema_stand(self, shop: Snapshot, text: str) -> None:
        """Plain words, identifiers, values, and what everybody knows."""
        assert [] == ground(shop, "").faults(text)

    @pytest.mark.parametrize(
        ("text", "fault"),
        [
            ("Joins to ghost_table.", "ghost_table"),
            ("See `ghost`.", "ghost"),
            ("See “ghost rows”.", "ghost rows"),
            ("See 'ghost'.", "ghost"),
            ("Uses customerGhost for it.", "customerGhost"),
            ("Uses GHOSTS for it.", "GHOSTS"),
            ("Holds ghost.id.", "ghost.id"),
            ("Holds customer.order_number.", "customer.order_number"),
            ("Visit example.com now.", "example.com"),
            ("The ghosts table says more.", "ghosts"),
            ("A table called ghost.", "ghost"),
            ("Uses md6.", "md6"),
            ("注文はghost_table表にある。", "ghost_table"),
        ],
    )
    def test_that_do_not_exist_are_found(self, shop: Snapshot, text: str, fault: str) -> None:
        """However they are written: also a column of another table, and next to Chinese."""
        assert [f"{fault} is no name in the schema"] == ground(shop, "").faults(text)

    @pytest.mark.parametrize(
        ("text", "faults"),
        [
            ("Joins web shop.order details.product no = product.id.", 0),
            ("Read order details.Unit Price.", 0),
            ("Joins order details.ghost price.", 1),
            ("Joins details.product no.", 1),
        ],
    )
    def test_of_the_schema_may_have_blanks(self, text: str, faults: int) -> None:
        """As old Windows databases have them; a half of one is no name."""
        details = Table(
            name="Order Details",
            schema="web shop",
            columns=(Column(name="Product No", type=""), Column(name="Unit Price", type="")),
        )
        product = Table(name="product", columns=(Column(name="id", type=""),))
        named = Snapshot(dialect="sqlite", database="x", tables=(product, details))

        assert faults == len(ground(named, "").faults(text))

    @pytest.mark.parametrize("text", ["Uses ghost_table.", "Uses ghost.id.", "See `ghost_table`."])
    def test_do_not_exist_because_a_comment_names_them(self, shop: Snapshot, text: str) -> None:
        """A comment can be as wrong as a model."""
        assert ground(shop, "comment: was ghost_table, see ghost.id").faults(text)

    def test_of_a_comment_may_be_quoted_in_plain_words(self, shop: Snapshot) -> None:
        """That is what a comment is for."""
        assert [] == ground(shop, "comment: called Blue Notes").faults("Known as “Blue Notes”.")


class TestNumbers:
    GIVEN = "It has 13 tables, 1,204 rows and numeric(10,2); address2."

    @pytest.mark.parametrize(
        ("text", "language"),
        [
            ("It has 13 tables.", "en"),
            ("It has thirteen tables.", "en"),
            ("About 1204 rows, or 1,204.", "en"),
            ("Etwa 1.204 Zeilen in 13 Tabellen.", "de"),
            ("Environ 1\u202f204 lignes.", "fr"),
            ("Up to 10 digits, two after the point, the 2nd last.", "en"),
            ("\uff11\uff13個の表。", "ja"),
            ("One row per order.", "en"),
        ],
    )
    def test_that_are_given_stand(self, shop: Snapshot, text: str, language: str) -> None:
        """In digits or words, with any separator, in any script."""
        assert [] == ground(shop, self.GIVEN, language=language).faults(text)

    def test_that_count_nothing_stand(self, shop: Snapshot) -> None:
        """Nobody has to have counted two where it is said that no two are alike."""
        assert [] == ground(shop, "").faults("No two orders share it.")
        assert ground(shop, "").faults("No order has two of them.")

    @pytest.mark.parametrize(
        ("text", "language", "fault"),
        [
            ("There are 12 of them.", "en", "12"),
            ("There are 4711rows.", "en", "4711"),
            ("There are twelve of them.", "en", "twelve"),
            ("There are hundreds of them.", "en", "hundreds"),
            ("Es sind zwölf.", "de", "zwölf"),
            ("Il y en a mille.", "fr", "mille"),
            ("表は12個。", "ja", "12"),
            ("About 102 digits.", "en", "102"),
            ("1,205 rows.", "en", "1,205"),
            ("Half of it, 50%.", "en", "50"),
        ],
    )
    def test_that_nobody_counted_are_found(
        self, shop: Snapshot, text: str, language: str, fault: str
    ) -> None:
        """The 10 and the 2 of numeric(10,2) are no 102."""
        found = ground(shop, self.GIVEN, language=language).faults(text)

        assert [f"the number {fault} is not given"] == found


class TestMissing:
    FACT = "2 of 2 tables, about 1,204 rows of 1.204 MB."

    @pytest.mark.parametrize(
        ("text", "language"),
        [
            ("1.204 Zeilen mit 1.204 MB, in 2 von zwei Tabellen.", "de"),
            ("Deux des 2 tables, 1\u202f204 lignes, 1.204 Mo.", "fr"),
            ("\uff12個の表のうち2個、1204行、1.204MB。", "ja"),
            ("2 of two tables of 2 kinds: 1.204 MB, 1204 rows.", "en"),
        ],
    )
    def test_is_nothing_where_each_number_is_said_as_often(self, text: str, language: str) -> None:
        """In digits or words, with any separator, in any order."""
        assert frozenset() == numerals.missing(self.FACT, text, language=language)

    @pytest.mark.parametrize(
        ("text", "lost"),
        [
            ("2 tables, about 1,204 rows of 1.204 MB.", {"2"}),
            ("2 of 2 tables, about 1,204 rows.", {"1.204"}),
            ("2 of 3 tables, about 1204 rows of 1.204 MB.", {"2"}),
            ("Tables.", {"2", "1204", "1.204"}),
        ],
    )
    def test_is_what_is_said_less_often(self, text: str, lost: set[str]) -> None:
        """Two of two is not two, and one number does not stand for two facts."""
        assert lost == numerals.missing(self.FACT, text, language="en")


class TestJudge:
    def test_keeps_the_sentences_that_hold(self, shop: Snapshot) -> None:
        """One invented sentence does not cost the others, and nothing is said twice."""
        judged = ground(shop, "It has 13 tables.").judge(
            "A shop. It has ghost_table. It has 13 tables! Or 14? A shop."
        )

        assert "A shop. It has 13 tables!" == judged.kept
        assert 2 == judged.dropped
        assert (
            "ghost_table is no name in the schema",
            "the number 14 is not given",
        ) == judged.faults
