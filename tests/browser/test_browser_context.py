"""What else the page of a context shows: domains, versions, scores, what was sent, on paper too."""

from dataclasses import replace

import pytest
from playwright.sync_api import expect

from catalog.context import DomainContext, Insight, Scores
from catalog.model import Column, Snapshot, Table
from tests.browser import written
from tests.browser.desk import Desk
from tests.browser.gallery import OVERFLOW, look
from tests.settings import TestSettings

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

MARKUP = "<img src=x onerror=window.hacked=1><script>window.hacked=1</script>"
LONG = "a_table_" + "x" * 292


class TestDomains:
    def test_are_drawn_and_lead_to_their_tables(
        self, desk: Desk, test_settings: TestSettings
    ) -> None:
        """By keyboard: open the diagram, follow a table; the joins stand there in words, too."""
        project = desk.project()
        tab = desk.tab(f"/projects/{project}/contexts/{desk.worker.write(project)}")
        page = tab.page
        page.locator(".domain > summary").press("Enter")
        node = page.get_by_role("link", name="orders; refers to customers")
        expect(node).to_be_visible()
        assert page.locator(".diagram .edge").count() == 1
        page.get_by_text("1 join as a list").click()
        expect(page.locator(".join-list")).to_have_text("orders (customer_id) → customers (id)")
        found = look(page, "result-domains", test_settings)
        node.focus()
        page.keyboard.press("Enter")

        page.wait_for_url(f"**/projects/{project}/tables/orders")
        expect(page.locator("h1")).to_have_text("orders")
        assert found == []

    def test_fit_a_telephone(self, desk: Desk) -> None:
        """A diagram of thirty tables has no more to scroll sideways than the page: nothing."""
        project = desk.project()
        names = tuple(f"table_{number}" for number in range(30))
        snapshot = replace(
            written.SNAPSHOT, tables=tuple(Table(name=name) for name in sorted(names))
        )
        domain = DomainContext(name="All", description=written.text("All."), tables=names)
        version = desk.worker.write(
            project,
            snapshot=snapshot,
            context=replace(written.CONTEXT, domains=(domain,), tables=()),
        )
        tab = desk.tab()
        tab.page.set_viewport_size({"width": 390, "height": 844})
        tab.goto(f"/projects/{project}/contexts/{version}")
        tab.page.locator(".domain > summary").click()
        place = tab.page.locator(".diagram-scroll")
        expect(tab.page.locator(".diagram .node")).to_have_count(30)

        assert place.evaluate("box => box.scrollWidth - box.clientWidth") == 0
        assert tab.page.evaluate(OVERFLOW) == 0


class TestVersions:
    def test_are_compared_at_an_address(self, desk: Desk) -> None:
        """What came, went and changed between two versions, also after a reload."""
        project = desk.project()
        desk.worker.write(project)
        later = replace(
            written.CONTEXT,
            summary="Orders link customers to many products.",
            insights=written.CONTEXT.insights[:1],
            scores=Scores(coverage=0.9),
        )
        desk.worker.write(project, context=later)
        tab = desk.tab(f"/projects/{project}/contexts/2")
        tab.page.get_by_label("Compare with").select_option("1")
        expect(tab.page.locator(".comparison-title")).to_have_text(
            "From version 1 to version 2: 2 texts changed"
        )
        tab.page.reload()

        changes = tab.page.locator(".change")
        expect(changes).to_have_count(2)
        expect(changes.first.locator("ins")).to_have_text("many ")
        expect(changes.last).to_contain_text("went")
        expect(tab.page.locator(".comparison")).to_contain_text("coverage: not measured → 90 %")
        expect(tab.page.locator(".comparison")).to_contain_text("Both describe the same schema.")
        expect(tab.page.locator(".score")).to_contain_text("90 %")

    def test_say_what_was_read_and_told(self, desk: Desk) -> None:
        """What was read, what of it each model got, the notes, and the model that wrote."""
        project = desk.project()
        tab = desk.tab(f"/projects/{project}/contexts/{desk.worker.write(project)}")

        sent = tab.page.get_by_role("region", name="What was read, and what the model was told")
        expect(sent).to_contain_text("Names, types and comments were sent to the model")
        rows = {
            "Written by": "llama3.1:8b",
            "Read": "2 tables, 4 names, 2 row estimates",
            "Told to the model": "1 table, 2 names",
            "Told to the embedding model": "nomic-embed-text, all names, comments and texts",
        }
        for name, words in rows.items():
            row = sent.locator("dl > div").filter(has=tab.page.get_by_text(name, exact=True))
            expect(row.locator("dd")).to_have_text(words)

    def test_say_it_of_each_table(self, desk: Desk) -> None:
        """What was read of this table, and whether the model was told of it."""
        project = desk.project()
        tab = desk.tab(f"/projects/{project}/contexts/{desk.worker.write(project)}")
        for name, told in (("orders", "2 names"), ("customers", "nothing")):
            row = tab.page.locator(f'.table-row[data-id="{name}"]')
            row.locator(":scope > summary").click()
            row.get_by_text("What was read of it").click()
            expect(row.locator(".making dd")).to_have_text(
                [
                    "2 names, 1 row estimate",
                    told,
                    "nomic-embed-text, all names, comments and texts",
                ]
            )

    def test_mark_what_the_schema_has_left_behind(self, desk: Desk) -> None:
        """After a change of the schema the page says so, on top and at each text in doubt."""
        project = desk.project()
        desk.worker.write(project)
        (customers, orders) = written.SNAPSHOT.tables
        wider = replace(orders, columns=(*orders.columns, Column(name="at", type="date")))
        changed = replace(written.SNAPSHOT, tables=(customers, wider))
        desk.worker.scan_again(project, changed)
        tab = desk.tab(f"/projects/{project}/contexts/1")

        expect(tab.page.locator("[data-notices]")).to_contain_text("The schema has changed")
        expect(tab.page.locator(".item-summary .item-state")).to_contain_text(
            "Schema changed since"
        )
        tab.page.locator('.table-row[data-id="customers"] > summary').click()
        about = tab.page.locator('[data-target="table:customers"] .item-state')
        expect(about).to_contain_text("AI draft")
        expect(about).not_to_contain_text("Schema changed since")


class TestHostileTexts:
    def test_are_text_and_break_no_layout(self, desk: Desk, test_settings: TestSettings) -> None:
        """Markup in names, comments and model text, and a name of 300 characters."""
        names = (LONG, MARKUP)
        tables = tuple(
            Table(name=name, comment=MARKUP, columns=(Column(name=name, type=MARKUP),))
            for name in names
        )
        context = replace(
            written.CONTEXT,
            description=MARKUP,
            summary=f"{MARKUP} {LONG}",
            insights=(Insight(text=MARKUP, evidence=(MARKUP, LONG)),),
            prompts=(replace(written.CONTEXT.prompts[0], question=MARKUP, tables=names),),
            domains=(DomainContext(name=MARKUP, description=written.text(LONG), tables=names),),
            tables=tuple(
                replace(written.described(table), description=written.text(MARKUP))
                for table in tables
            ),
            notes=(MARKUP,),
        )
        project = desk.project(MARKUP)
        snapshot = Snapshot(dialect="sqlite", database="odd", tables=tables)
        desk.worker.write(project, snapshot=snapshot, context=context)
        tab = desk.tab()
        found = []
        for name, path in (
            ("project", ""),
            ("context", "/contexts/1"),
            ("table", f"/tables/{LONG}"),
        ):
            tab.goto(f"/projects/{project}{path}")
            if name != "table":
                expect(tab.page.locator(".table-row")).to_have_count(2)
                for row in tab.page.locator(".table-row > summary").all():
                    row.click()
            expect(tab.page.locator(".columns").first).to_be_visible()
            for fold in tab.page.locator(".domain > summary").all():
                fold.click()
            found += look(tab.page, f"hostile-{name}", test_settings)
            assert tab.page.evaluate("window.hacked") is None
            assert tab.page.locator("main img").count() == 0

        assert found == []


class TestPrint:
    def test_is_of_the_texts(self, desk: Desk) -> None:
        """On paper there is all that was written, and nothing to press."""
        project = desk.project()
        tab = desk.tab(f"/projects/{project}/contexts/{desk.worker.write(project)}")
        expect(tab.page.locator(".question")).to_be_visible()
        tab.page.emulate_media(media="print")

        expect(tab.page.locator(".masthead")).to_be_hidden()
        assert tab.page.locator("main button:visible").count() == 0
        expect(tab.page.locator(".item-summary")).to_be_visible()
        expect(tab.page.get_by_text("SELECT count(*) FROM orders")).to_be_visible()
        expect(tab.page.locator('.table-row[data-id="orders"]')).to_be_visible()
