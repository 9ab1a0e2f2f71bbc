"""Contexts in Markdown: texts that try to leave their place are shown as they are."""

import itertools
import re
from dataclasses import replace

import pytest
from markdown_it import MarkdownIt

from catalog import labels
from catalog.context import (
    DomainContext,
    Insight,
    Quality,
    Scores,
    StartingPrompt,
    StepCost,
)
from catalog.model import Table
from tests.unit.catalog.renderings_of import (
    CUSTOMER,
    EVIL_CONTEXT,
    EVIL_SNAPSHOT,
    ORDER,
    SNAPSHOT,
    context,
    described,
    rendered,
    text,
)


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

    def test_says_nothing_twice(self) -> None:
        """Neither the summary again, nor how each query was checked, nor the allowed values."""
        asked = StartingPrompt(
            question="How many?", sql="SELECT 1", tables=(), difficulty="easy", check="planned"
        )
        written = context(
            described(ORDER, "One of: new and paid."),
            description="A shop.\n\nIt sells.",
            insights=(Insight(text="2 tables.", evidence=("customer", "2 of *2*")),),
            prompts=(asked, replace(asked, question="How few?")),
        )
        found = rendered("markdown", SNAPSHOT, written)

        assert 1 == found.count("A shop.")
        assert "## Description\n\nIt sells.\n" in found
        assert "- 2 tables.\n  - Evidence: customer; 2 of \\*2\\*\n" in found
        assert 1 == found.count("planned")
        assert "One of `new`" not in found

    def test_calls_the_database_by_its_name(self) -> None:
        """PostgreSQL, whether a server was asked or a text was parsed."""
        for dialect in ("postgresql", "postgres"):
            snapshot = replace(SNAPSHOT, dialect=dialect, server_version="16.2")

            assert "| Database | PostgreSQL 16.2 |" in rendered("markdown", snapshot)

    def test_says_every_label_in_the_language_of_the_texts(self) -> None:
        """Those that were translated with them; and a label is no more markup than any text."""
        stats = {"tables": 2, "foreignKeys": 1}
        said = {label: f"<{label}>" for label in labels.of(stats)}
        asked = StartingPrompt(
            question="How many?", sql=None, tables=("customer",), difficulty="easy", check="none"
        )
        domain = DomainContext(name="People", description=text("They."), tables=(CUSTOMER.id,))
        written = context(
            described(ORDER, "Bought."),
            stats=stats,
            prompts=(asked,),
            domains=(domain,),
            scores=Scores(coverage=1.0),
            labels=said,
        )
        english = rendered("markdown", SNAPSHOT, replace(written, labels={}))
        found = rendered("markdown", SNAPSHOT, written)

        shown = {label for label in said if f"&lt;{label}&gt;" in found}
        assert set(said) - shown <= {"What was read and sent", "medium", "hard"}
        plain = re.sub(r"&lt;(.+?)&gt;", r"\1", found)
        assert english == plain
        assert "## Summary\n" in english

    @pytest.mark.parametrize("second", ["parsed only", ""])
    def test_tells_how_each_was_checked_where_that_differs(self, second: str) -> None:
        """A query that no database planned must not pass for one that was planned."""
        asked = StartingPrompt(
            question="How many?", sql="SELECT 1", tables=(), difficulty="easy", check="planned"
        )
        refused = replace(asked, sql=None, check=second)
        found = rendered("markdown", SNAPSHOT, context(prompts=(asked, refused)))

        assert "How the SQL of each" not in found
        assert "Check: planned\n" in found
        assert ("Check: parsed only" in found) == bool(second)

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
