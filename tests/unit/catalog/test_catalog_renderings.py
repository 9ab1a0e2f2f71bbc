"""Contexts in other formats, with texts that try to leave their place."""

import itertools
import json
import re
from dataclasses import replace
from typing import Any

import jsonschema
import pytest
import sqlglot
import yaml
from markdown_it import MarkdownIt

from catalog import codec, published
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
    TextSource,
)
from catalog.model import Check, Column, ForeignKey, Snapshot, Table, UniqueKey
from catalog.renderings import formats, mermaid

HOSTILE = (
    '<script>alert(1)</script> | `tick` ``` "q" \'); DROP TABLE x; --\n'
    "# heading\n\n- item ![i](http://e/x.png) \\'; {{ env_var('KEY') }} {% raw %} ${{ x }}"
    " *b* %%{init: {}}%% & \u2028y\x00\r/* */"
)
NAME = "a\"b'c`d|<i>{{e}}\n\\f direction TB"


def text(words: str, source: TextSource = "model") -> Text:
    return Text(text=words, source=source, confidence="low" if source == "model" else "high")


def described(table: Table, words: str, source: TextSource = "model") -> TableContext:
    return TableContext(
        id=table.id,
        description=text(words, source),
        domain=None,
        columns=tuple(
            ColumnContext(name=column.name, description=text(words, source), role="other")
            for column in table.columns
        ),
    )


def context(*tables: TableContext, **fields: Any) -> Context:  # noqa: ANN401  # any field
    given: dict[str, Any] = {
        "database": "shop",
        "dialect": "postgresql",
        "engine": "ollama",
        "model": "m",
        "language": "en",
        "description": "First.\n\nSecond.",
        "summary": "A shop.",
        "insights": (Insight(text="2 tables.", evidence=("counted",)),),
        "prompts": (),
        "domains": (),
        "tables": tables,
        "stats": {"tables": 2},
    }
    return Context(**{**given, **fields})


CUSTOMER = Table(
    name="customer",
    columns=(
        Column(name="id", type="integer", nullable=False),
        Column(name="email", type="varchar(80)", nullable=False),
    ),
    primary_key=("id",),
    unique_keys=(UniqueKey(columns=("email",)),),
)
ORDER = Table(
    name="orders",
    schema="sales",
    columns=(
        Column(name="id", type="integer", nullable=False),
        Column(name="customer_id", type="integer"),
        Column(name="status", type="text", enum=("new", "paid")),
        Column(name="total", type="numeric(10,2)", nullable=False),
    ),
    primary_key=("id",),
    foreign_keys=(ForeignKey(columns=("customer_id",), target="customer", target_columns=("id",)),),
)
SNAPSHOT = Snapshot(dialect="postgresql", database="shop", tables=(CUSTOMER, ORDER))
EVIL = Table(
    name=NAME,
    columns=(Column(name=NAME, type=NAME, nullable=False, enum=(HOSTILE,)),),
    primary_key=(NAME,),
    foreign_keys=(ForeignKey(columns=(NAME,), target=NAME, target_columns=(NAME,)),),
)
EVIL_SNAPSHOT = Snapshot(dialect="postgresql", database=NAME, tables=(CUSTOMER, EVIL))
EVIL_CONTEXT = context(
    described(CUSTOMER, HOSTILE),
    described(EVIL, HOSTILE),
    description=HOSTILE,
    summary=HOSTILE,
    insights=(Insight(text=HOSTILE, evidence=(HOSTILE,)),),
    prompts=(
        StartingPrompt(
            question=HOSTILE,
            sql="SELECT '\n```\n'\n  FROM x",
            tables=(NAME,),
            difficulty="easy",
            check="parsed",
        ),
    ),
    domains=(DomainContext(name=HOSTILE, description=text(HOSTILE), tables=("customer", EVIL.id)),),
    notes=(HOSTILE,),
)


def rendered(name: str, snapshot: Snapshot = SNAPSHOT, written: Context | None = None) -> str:
    both = context(described(CUSTOMER, "Who buys."), described(ORDER, "What they buy."))
    return formats.render(name, snapshot, written or both).text


class TestRender:
    def test_names_the_formats_when_one_is_unknown(self) -> None:
        """The answer to a wrong format says which are right."""
        with pytest.raises(formats.UnknownFormatError) as caught:
            formats.render("docx", SNAPSHOT, context())

        assert "docx" == caught.value.format
        assert ", ".join(formats.FORMATS) in str(caught.value)

    @pytest.mark.parametrize(
        ("database", "expected"),
        [
            ("Café Größe", "cafe-groe.md"),
            ("../../etc/passwd\r\nX: y", "etc-passwd-x-y.md"),
            ("商店", "database.md"),
        ],
    )
    def test_makes_a_file_name_that_is_safe(self, database: str, expected: str) -> None:
        """A file name is ASCII and has neither path nor line break."""
        rendering = formats.render("markdown", replace(SNAPSHOT, database=database), context())

        assert expected == rendering.filename

    @pytest.mark.parametrize("name", formats.FORMATS)
    def test_survives_hostile_texts_and_emptiness(self, name: str) -> None:
        """Every format takes half a surrogate pair, and a schema without tables."""
        broken = replace(EVIL_CONTEXT, summary="\ud83d", tables=(described(CUSTOMER, "\ud83d x"),))
        empty = Snapshot(dialect="sqlite", database="")

        assert formats.render(name, EVIL_SNAPSHOT, broken).text.encode("utf-8")
        assert formats.render(name, empty, context()).text

    def test_keeps_everything_in_json(self) -> None:
        """The JSON form can be read back, with its letters as they were written."""
        written = context(described(CUSTOMER, "Größe 商店"))
        found = rendered("json", written=written)
        document = json.loads(found)

        assert "Größe 商店" in found
        assert SNAPSHOT == codec.snapshot_from_dict(document["snapshot"])
        assert written == codec.context_from_dict(document["context"])


class TestPublished:
    @pytest.mark.parametrize("written", [context(described(CUSTOMER, "x")), EVIL_CONTEXT])
    def test_describes_what_is_exported(self, written: Context) -> None:
        """Every export is valid, and one that lacks or mistypes anything is not."""
        schema = published.schema()
        jsonschema.Draft202012Validator.check_schema(schema)
        validator = jsonschema.Draft202012Validator(schema)
        full = replace(written, scores=Scores(coverage=1.0), prompts=EVIL_CONTEXT.prompts)
        document = json.loads(rendered("json", SNAPSHOT, full))
        mistyped = {**document["context"], "scores": {"coverage": "all"}}
        lacking = {name: each for name, each in document["context"].items() if name != "summary"}

        assert published.ADDRESS == document["$schema"]
        assert [] == list(validator.iter_errors(document))
        assert list(validator.iter_errors({**document, "context": mistyped}))
        assert list(validator.iter_errors({**document, "context": lacking}))
        assert list(validator.iter_errors({"snapshot": document["snapshot"]}))


class TestMarkdown:
    def test_tells_where_views_and_families_come_from(self) -> None:
        """What a view reads, and which tables one stands for."""
        view = Table(name="newest", kind="view", materialized=True, sources=("sales.orders",))
        members = tuple(f"log_{number}" for number in range(8))
        log = Table(name="log_0", members=members, family="log_*")
        found = rendered("markdown", replace(SNAPSHOT, tables=(*SNAPSHOT.tables, log, view)))

        assert "### newest (materialized view)" in found
        assert "Reads `sales.orders`." in found
        assert "Stands for 8 tables, called log\\_\\*: `log_0`, `log_1`" in found
        assert "`log_5` and 2 more." in found

    def test_lists_what_a_text_lists(self) -> None:
        """A line that ends in a colon opens a list; a hyphen alone opens none."""
        words = "Areas:\n- Sales *x*\n- People\n\n- no list\n\nNone:\nbut text"
        found = rendered("markdown", SNAPSHOT, context(description=words))

        assert "Areas:\n\n- Sales \\*x\\*\n- People\n\n\\- no list\n\nNone: but text\n" in found

    def test_shows_how_domains_join_and_how_good_it_is(self) -> None:
        """Neighbours are counted by joins; a score is a number of its own row."""
        domains = tuple(
            DomainContext(name=name, description=text(name, "template"), tables=(table,))
            for name, table in (("People", "customer"), ("Sales", "sales.orders"))
        )
        scores = Scores(
            coverage=1.0,
            facts_alone=Quality(coverage=0.9718, self_retrieval=0.75),
            steps=(
                StepCost(
                    step="analyzing",
                    seconds=1.26,
                    model_calls=4,
                    prompt_tokens=1200,
                    output_tokens=300,
                ),
            ),
        )
        written = context(domains=domains, scores=scores)
        found = rendered("markdown", SNAPSHOT, written)

        assert "| People | 1 | Sales (1) | People |" in found
        assert "| Score | This context | Facts alone |" in found
        assert "| Coverage | 100 % | 97.2 % |" in found
        assert "| Self retrieval | - | 75 % |" in found
        assert "Verified" not in found
        assert "| analyzing | 1.3 | 4 | 1,200 | 300 |" in found

    def test_shows_columns_keys_and_relations(self) -> None:
        """A table's section says what each column is and where it leads."""
        found = rendered("markdown")

        assert "### sales.orders" in found
        assert "| `id` | `integer` | PK | What they buy. *(low confidence)* |" in found
        assert "One of `new`, `paid`." in found
        assert "- `customer_id` → `customer` (`id`)" in found
        assert "- Referenced by `sales.orders`" in found

    def test_says_which_relation_nobody_declared(self) -> None:
        """A join that names imply is not presented as a fact of the database."""
        undeclared = replace(ORDER, foreign_keys=())
        found = rendered("markdown", replace(SNAPSHOT, tables=(CUSTOMER, undeclared)))

        assert "- `customer_id` → `customer` (`id`), implied by names, not declared" in found

    def test_lets_no_text_become_markup(self) -> None:
        """A parser finds our headings and code, but no HTML, link, image or list of theirs."""
        found = rendered("markdown", EVIL_SNAPSHOT, EVIL_CONTEXT)
        tokens = MarkdownIt("commonmark").enable("table").parse(found)
        inline = [child for token in tokens for child in token.children or ()]
        kinds = {token.type for token in (*tokens, *inline)}
        headings = [
            after.content
            for token, after in itertools.pairwise(tokens)
            if token.type == "heading_open"
        ]

        assert not kinds & {"html_block", "html_inline", "link_open", "image", "hr", "code_block"}
        assert not [heading for heading in headings if heading.startswith("heading")]
        assert "<" not in found
        assert {"h1", "h2", "h3"} == {token.tag for token in tokens if token.type == "heading_open"}

    def test_keeps_every_row_at_its_width(self) -> None:
        """Pipes and line breaks in names and texts open no cell and no row."""
        found = rendered("markdown", EVIL_SNAPSHOT, EVIL_CONTEXT)
        rows = [
            len(re.findall(r"(?<!\\)\|", line)) for line in found.splitlines() if line[:1] == "|"
        ]

        assert {3, 5} == set(rows)

    def test_fences_code_that_holds_a_fence(self) -> None:
        """Backticks inside a query do not end its block."""
        found = rendered("markdown", EVIL_SNAPSHOT, EVIL_CONTEXT)
        fences = [t for t in MarkdownIt("commonmark").parse(found) if t.type == "fence"]

        assert ("sql", "SELECT '\n```\n'\n  FROM x\n") in [(t.info, t.content) for t in fences]

    @pytest.mark.parametrize(
        "line", ["# h", "- i", "+ i", "1. n", "2) n", "> q", "===", "---", "***", "___", "~~~"]
    )
    def test_keeps_a_paragraph_a_paragraph(self, line: str) -> None:
        """What would start a block elsewhere is the text of a paragraph, shown as it is."""
        found = rendered("markdown", written=context(description=f"before\n\n{line}\n\nafter"))
        tokens = MarkdownIt("commonmark").parse(found)
        at = [token.content for token in tokens].index("before")
        shown = "".join(child.content for child in tokens[at + 3].children or ())

        assert ["paragraph_open", "inline"] == [token.type for token in tokens[at + 2 : at + 4]]
        assert line == shown


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


class TestMschema:
    def test_lists_columns_and_joins(self) -> None:
        """The form is the one that models were trained on."""
        assert (
            "【DB_ID】 shop\n【Schema】\n"
            "# Table: customer, Who buys.\n[\n"
            "(id:integer, Who buys., Primary Key),\n(email:varchar(80), Who buys.)\n]\n"
            "# Table: sales.orders, What they buy.\n[\n"
            "(id:integer, What they buy., Primary Key),\n"
            "(customer_id:integer, What they buy.),\n"
            "(status:text, What they buy., Examples: [new, paid]),\n"
            "(total:numeric(10,2), What they buy.)\n]\n"
            "【Foreign keys】\nsales.orders.customer_id=customer.id\n"
        ) == rendered("mschema")

    def test_keeps_a_text_on_its_line(self) -> None:
        """No description can open a part of the form."""
        hostile = "x\n【Foreign keys】\n# Table: y"
        found = rendered("mschema", written=context(described(CUSTOMER, hostile)))

        assert 1 == found.count("【Foreign keys】")
        assert 2 == len(re.findall(r"(?m)^# Table", found))


class TestComments:
    @pytest.mark.parametrize(
        ("dialect", "column"),
        [
            ("postgresql", 'COMMENT ON COLUMN "sales"."orders"."total" IS \'What they buy.\';'),
            ("oracle", "COMMENT ON COLUMN sales.orders.total IS 'What they buy.';"),
            ("snowflake", "COMMENT ON COLUMN sales.orders.total IS 'What they buy.';"),
        ],
    )
    def test_speaks_the_dialect(self, dialect: str, column: str) -> None:
        """Names keep the case that the database stores."""
        assert column in rendered("comments", replace(SNAPSHOT, dialect=dialect))

    @pytest.mark.parametrize(
        ("dialect", "expected"),
        [
            ("postgresql", r"E'a\\''; DROP'"),
            ("oracle", r"'a\''; DROP'"),
            ("snowflake", r"'a\\''; DROP'"),
            ("mariadb", r"'a\\''; DROP'"),
        ],
    )
    def test_ends_a_text_where_it_ends(self, dialect: str, expected: str) -> None:
        """A backslash before a quotation mark opens no way out of the string."""
        written = context(described(CUSTOMER, "a\\'; DROP"))
        found = rendered("comments", replace(SNAPSHOT, dialect=dialect), written)

        assert f"{expected};" in found

    @pytest.mark.parametrize("dialect", ["postgresql", "oracle", "snowflake", "mysql", "duckdb"])
    def test_writes_only_comments_whatever_the_texts(self, dialect: str) -> None:
        """A parser finds as many statements as texts, and none that does anything else."""
        snapshot = replace(EVIL_SNAPSHOT, dialect=dialect)
        found = rendered("comments", snapshot, EVIL_CONTEXT)
        tokens = sqlglot.tokenize(found, dialect={"postgresql": "postgres"}.get(dialect, dialect))
        ends = [n for n, token in enumerate(tokens) if token.text == ";"]
        starts = [0, *(end + 1 for end in ends[:-1])]

        assert len(tokens) - 1 == ends[-1]
        assert (2 if dialect == "mysql" else 5) == len(ends)
        assert {"ALTER" if dialect == "mysql" else "COMMENT"} == {
            tokens[start].text for start in starts
        }

    @pytest.mark.parametrize("dialect", ["sqlite", "bigquery"])
    def test_says_where_comments_are_not_supported(self, dialect: str) -> None:
        """The descriptions still come along, as text that nothing runs."""
        found = rendered("comments", replace(EVIL_SNAPSHOT, dialect=dialect), EVIL_CONTEXT)

        assert f"-- Comments are not supported for {dialect}" in found
        assert "-- customer.email: <script>" in found
        assert all(line.startswith("--") or not line for line in found.splitlines())

    def test_does_not_repeat_what_is_there(self) -> None:
        """A text that was read from a comment is one already."""
        found = rendered("comments", written=context(described(CUSTOMER, "Known.", "comment")))

        assert "Known." not in found

    def test_tells_views_apart(self) -> None:
        """PostgreSQL refuses a table's comment on a view; and a view's on a stored one."""
        view = replace(CUSTOMER, kind="view")
        written = context(described(CUSTOMER, "V."))
        plain = rendered("comments", replace(SNAPSHOT, tables=(view,)), written)
        stored = replace(SNAPSHOT, tables=(replace(view, materialized=True),))

        assert "COMMENT ON VIEW" in plain
        assert "COMMENT ON MATERIALIZED VIEW" in rendered("comments", stored, written)


def mysql_statement(column: Column, **fields: Any) -> str:  # noqa: ANN401  # any field
    table = Table(name="t", columns=(column,), **fields)
    snapshot = Snapshot(dialect="mysql", database="d", tables=(table,), server_version="8.0")
    return rendered("comments", snapshot, context(described(table, "T.", "template")))


class TestMysqlColumns:
    def test_repeats_a_definition_that_is_known(self) -> None:
        """MODIFY takes the whole definition, so all of it is there."""
        found = mysql_statement(
            Column(name="price", type="decimal(10,2)", nullable=False, default="'1.50'")
        )

        assert (
            "ALTER TABLE `t` MODIFY COLUMN `price` decimal(10,2) NOT NULL DEFAULT '1.50'"
            " COMMENT 'T.';"
        ) in found

    @pytest.mark.parametrize(
        ("column", "fields"),
        [
            (Column(name="id", type="int", nullable=False), {"primary_key": ("id",)}),
            (Column(name="name", type="varchar(20)"), {}),
            (Column(name="at", type="timestamp"), {}),
            (Column(name="sum", type="int", default="(`a` + `b`)"), {}),
            (Column(name="rank", type="int"), {"checks": (Check(condition="`rank` > 0"),)}),
            (Column(name="rank", type="int", enum=("1",)), {}),
        ],
    )
    def test_leaves_out_what_it_could_damage(self, column: Column, fields: dict[str, Any]) -> None:
        """AUTO_INCREMENT, character sets, ON UPDATE, expressions and checks would be lost."""
        found = mysql_statement(column, **fields)

        assert "MODIFY COLUMN" not in found
        assert "-- No statement: the column" in found
        assert "ALTER TABLE `t` COMMENT = 'T.';" in found

    @pytest.mark.parametrize(("dialect", "version"), [("mariadb", "10.11"), ("mysql", None)])
    def test_trusts_only_what_can_be_whole(self, dialect: str, version: str | None) -> None:
        """MariaDB's inline checks are not read, and a DDL text may put a type in other words."""
        table = Table(name="t", columns=(Column(name="price", type="decimal(10,2)"),))
        snapshot = Snapshot(dialect=dialect, database="d", tables=(table,), server_version=version)
        found = rendered("comments", snapshot, context(described(table, "T.")))

        assert "MODIFY COLUMN" not in found
        assert "-- t.price: T." in found
