"""Diagrams of a schema, whatever its names are."""

import re
from dataclasses import replace

from catalog.context import (
    DomainContext,
)
from catalog.model import Column, Table
from catalog.renderings import mermaid
from tests.unit.catalog.renderings_of import (
    CUSTOMER,
    EVIL_CONTEXT,
    EVIL_SNAPSHOT,
    ORDER,
    SNAPSHOT,
    context,
    rendered,
    text,
)


class TestMermaid:
    def test_draws_one_domain(self) -> None:
        """Only its tables and the joins among them; a domain that is not there has none."""
        one = DomainContext(name="Sales", description=text("x"), tables=("sales.orders",))
        both = replace(one, name="All", tables=("customer", "sales.orders"))
        drawn = {
            each.name: mermaid.of_domain(SNAPSHOT, context(domains=(each,)), each.name) or ""
            for each in (one, both)
        }

        assert "customer" not in drawn["Sales"].replace("customer_id", "")
        assert '"customer" |o--o{ "sales.orders"' in drawn["All"]
        assert None is mermaid.of_domain(SNAPSHOT, context(domains=(one,)), "Other")

    def test_marks_keys_and_cardinalities(self) -> None:
        """An optional reference comes from zero or one row; each customer has any number."""
        found = rendered("mermaid")

        assert found.startswith("erDiagram\n")
        assert "    integer id PK\n" in found
        assert "    varchar(80) email UK\n" in found
        assert "    integer customer_id FK\n" in found
        assert '  "customer" |o--o{ "sales.orders" : "customer_id"\n' in found

    def test_shows_one_to_one(self) -> None:
        """A reference that is a key of its own can be there once per target."""
        key = replace(ORDER, primary_key=("customer_id",))
        found = rendered("mermaid", replace(SNAPSHOT, tables=(CUSTOMER, key)))

        assert '  "customer" ||--o| "sales.orders" : "customer_id"\n' in found

    def test_writes_only_what_the_notation_takes(self) -> None:
        """Every line is a comment, a table, a column or a relation, whatever the names are."""
        found = rendered("mermaid", EVIL_SNAPSHOT, EVIL_CONTEXT)
        line = re.compile(
            r'erDiagram|  %% [^%{}<>]*|  "[\w.]+"(?: \{)?|  \}'
            r"|    [\w()]+ \w+(?: [PFU]K(?:, [PFU]K)*)?"
            r'|  "[\w.]+" (?:\|o|\|\|)(?:--|\.\.)o[|{] "[\w.]+" : "\w+"'
        )

        assert [] == [row for row in found.splitlines() if not line.fullmatch(row)]

    def test_tells_apart_what_reads_the_same(self) -> None:
        """Two names that differ only in forbidden characters stay two tables."""
        tables = (replace(CUSTOMER, name="a b"), replace(CUSTOMER, name="a-b"))
        found = rendered("mermaid", replace(SNAPSHOT, tables=tables))

        assert '  "a_b" {' in found
        assert '  "a_b_2" {' in found

    def test_does_not_call_a_column_a_mark(self) -> None:
        """A column called pk would be read as the mark PK."""
        table = Table(name="t", columns=(Column(name="pk", type="uk"),))

        assert "    _uk _pk\n" in rendered("mermaid", replace(SNAPSHOT, tables=(table,)))

    def test_leaves_columns_out_before_it_gets_too_long(self) -> None:
        """Mermaid draws no text beyond its limit, so a large schema shows keys only."""
        columns = tuple(Column(name=f"plain_{n}", type="text") for n in range(60))
        tables = tuple(
            replace(CUSTOMER, name=f"t{n}", columns=(*CUSTOMER.columns, *columns))
            for n in range(60)
        )
        found = rendered("mermaid", replace(SNAPSHOT, tables=tables))

        assert len(found) < 50_000
        assert "plain_0" not in found
        assert 60 == found.count("integer id PK")
