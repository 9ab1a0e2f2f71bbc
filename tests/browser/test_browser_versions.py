"""The versions of a context: which there are, how they differ, what was read and sent for each."""

from dataclasses import replace

import pytest
from playwright.sync_api import expect

from catalog.context import Scores
from catalog.model import Column
from tests.browser import written
from tests.browser.desk import Desk

pytestmark = pytest.mark.browser


class TestVersions:
    def test_are_on_the_projects_page(self, desk: Desk) -> None:
        """The newest, also the one that comes while one looks; each a click away, compared too."""
        project = desk.project()
        desk.worker.write(project)
        desk.worker.write(project)
        tab = desk.tab(f"/projects/{project}")
        versions = tab.page.get_by_role("navigation", name="Versions")
        expect(versions.get_by_role("listitem")).to_contain_text(["Version 2", "Version 1"])
        tab.button("Regenerate").click()
        tab.is_live()
        (job,) = desk.get(f"/jobs?projectId={project}&status=queued")["items"]
        desk.worker.scan(job["id"])
        desk.worker.finish(job["id"])
        expect(tab.page.get_by_role("dialog")).to_be_visible()
        tab.page.keyboard.press("Escape")
        expect(versions.get_by_role("listitem")).to_contain_text(
            [f"Version {number}" for number in (3, 2, 1)]
        )
        versions.get_by_role("link", name="Compare versions").click()

        expect(tab.page.locator(".comparison-title")).to_contain_text("From version 2 to version 3")
        expect(tab.page.get_by_role("heading", name="Versions")).to_be_in_viewport()

    def test_that_are_not_there_are_said_to_be(self, desk: Desk) -> None:
        """In words for somebody who followed a link; so it is with a table that went."""
        desk.witness.expected.append("404 (NOT FOUND)")
        project = desk.project()
        desk.worker.write(project)
        tab = desk.tab(f"/projects/{project}/contexts/9")
        expect(tab.page.get_by_role("heading", name="No such version")).to_be_visible()
        assert tab.page.locator("main .panel:visible").count() == 0
        tab.goto(f"/projects/{project}/tables/coupons")

        expect(tab.page.locator("main .notice")).to_have_text(
            "The schema has no table 'coupons'. It may have changed since."
        )

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
