"""dbt's schema files, in which no text is a template."""

import re
from dataclasses import replace

import yaml

from catalog.model import Column, Table
from tests.unit.catalog.renderings_of import (
    CUSTOMER,
    EVIL_CONTEXT,
    EVIL_SNAPSHOT,
    NAME,
    ORDER,
    SNAPSHOT,
    rendered,
)


class TestDbt:
    def test_declares_sources_with_tests(self) -> None:
        """Declared keys become tests; one source per schema."""
        document = yaml.safe_load(rendered("dbt"))
        shop, sales = document["sources"]

        assert 2 == document["version"]
        assert ("shop", "public") == (shop["name"], shop["schema"])
        assert ("shop_sales", "sales") == (sales["name"], sales["schema"])
        assert {
            "name": "customer_id",
            "description": "What they buy.",
            "data_type": "integer",
            "data_tests": [
                {
                    "relationships": {
                        "arguments": {"to": "source('shop', 'customer')", "field": "id"}
                    }
                }
            ],
        } == sales["tables"][0]["columns"][1]
        assert ["not_null", "unique"] == shop["tables"][0]["columns"][1]["data_tests"]

    def test_reads_back_what_the_snapshot_says(self) -> None:
        """Tables by their own names, types, keys and references, whatever they are called."""
        document = yaml.safe_load(rendered("dbt", EVIL_SNAPSHOT, EVIL_CONTEXT))
        read = {
            table.get("identifier", table["name"]): {
                column["name"]: (
                    column.get("data_type", ""),
                    {test for test in column.get("data_tests", []) if isinstance(test, str)},
                )
                for column in table["columns"]
            }
            for source in document["sources"]
            for table in source["tables"]
        }

        assert {
            jinja_broken(table.name): {
                jinja_broken(column.name): (jinja_broken(column.type), _tested(table, column))
                for column in table.columns
            }
            for table in EVIL_SNAPSHOT.tables
        } == read

    def test_does_not_test_what_is_only_implied(self) -> None:
        """An inferred join would fail where the inference is wrong."""
        undeclared = replace(ORDER, foreign_keys=())
        snapshot = replace(SNAPSHOT, tables=(CUSTOMER, undeclared))

        assert "relationships" not in rendered("dbt", snapshot)

    def test_calls_tables_by_words_that_dbt_takes(self) -> None:
        """Names of tests are made of them: no spaces, and no two tables under one name."""
        tables = [replace(CUSTOMER, name=name) for name in ("Order Lines", "order-lines", "a b")]
        taken = replace(CUSTOMER, name="a_b")
        found = rendered("dbt", replace(SNAPSHOT, tables=(*tables, taken)))
        (source,) = yaml.safe_load(found)["sources"]

        assert [
            ("order_lines", "Order Lines"),
            ("order_lines_2", "order-lines"),
            ("a_b_2", "a b"),
            ("a_b", None),
        ] == [(table["name"], table.get("identifier")) for table in source["tables"]]

    def test_gives_jinja_nothing_to_run(self) -> None:
        """Texts stay texts, in YAML and in the Jinja that dbt runs over it."""
        found = rendered("dbt", EVIL_SNAPSHOT, EVIL_CONTEXT)
        source = yaml.safe_load(found)["sources"][0]
        table = next(one for one in source["tables"] if one["name"] != "customer")

        assert not re.search(r"\{[{%#]", found)
        assert "'); DROP TABLE x; --" in table["description"]
        assert NAME.replace("{{", "{ {") == table["identifier"]
        assert re.fullmatch(r"\w+", table["name"])
        assert {"identifier": True} == table["quoting"]
        assert ["not_null", "unique"] == table["columns"][0]["data_tests"]


def jinja_broken(text: str) -> str:
    """Return a text as dbt gets it: what it would run is broken up."""
    return text.replace("{{", "{ {")


def _tested(table: Table, column: Column) -> set[str]:
    alone = (column.name,)
    unique = alone == table.primary_key or any(key.columns == alone for key in table.unique_keys)
    needed = not column.nullable or column.name in table.primary_key
    return {*(["unique"] if unique else []), *(["not_null"] if needed else [])}
