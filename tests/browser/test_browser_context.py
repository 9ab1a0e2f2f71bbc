"""What else the page of a context shows: domains, and the same on paper."""

from dataclasses import replace

import pytest
from playwright.sync_api import expect

from catalog.context import DomainContext, Insight
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
