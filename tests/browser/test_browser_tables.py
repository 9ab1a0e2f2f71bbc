"""The list of many tables: the first hundred come with the page, all are found by name."""

from dataclasses import replace

import pytest
from playwright.sync_api import Route, expect

from catalog.model import Column, Table
from tests.browser import observers, written
from tests.browser.desk import Desk
from tests.browser.tab import until

pytestmark = pytest.mark.browser

MANY = replace(
    written.SNAPSHOT,
    tables=tuple(
        Table(
            name=f"part_{number:03}",
            columns=(Column(name="id", type="int"), Column(name=f"fact_{number}", type="text")),
        )
        for number in range(150)
    ),
)

ELEMENTS = "document.querySelectorAll('*').length"


@pytest.fixture
def project(desk: Desk) -> str:
    """A project of 150 tables."""
    made = desk.project()
    context = replace(written.CONTEXT, domains=(), tables=())
    for _ in range(2):  # so that there are versions to choose from
        desk.worker.write(made, snapshot=MANY, context=context)
    return made


class TestList:
    def test_is_filtered_by_what_no_row_shows(self, desk: Desk, project: str) -> None:
        """What is beyond the first hundred is found; without a filter all is as it was."""
        tab = desk.tab(f"/projects/{project}")
        rows = tab.page.locator(".table-row")
        expect(rows).to_have_count(100)
        expect(tab.page.locator("[data-count]")).to_have_text("150 tables, 100 shown")
        expect(tab.page.locator("[data-account]")).to_have_text(desk.email)  # the script is there
        tab.page.keyboard.press("/")
        tab.page.keyboard.type("fact_142")
        expect(rows).to_have_count(1)
        expect(rows).to_contain_text("Columns: fact_142")
        expect(tab.page.locator("[data-count]")).to_have_text("1 of 150 tables")
        rows.locator("summary").click()
        expect(rows.locator("tbody tr")).to_have_count(2)
        tab.page.locator("[data-filter]").fill("")

        expect(rows).to_have_count(100)
        tab.page.get_by_role("link", name="Next tables").click()
        expect(rows).to_have_count(50)
        expect(rows.first).to_contain_text("part_100")

    def test_shows_what_is_asked_for_last(self, desk: Desk, project: str) -> None:
        """Names that come after the filter was emptied again change nothing."""
        tab = desk.tab()
        held: list[Route] = []
        tab.page.route(f"**/projects/{project}/tables", lambda route: held.append(route))  # noqa: PLW0108  # Playwright marks it
        tab.goto(f"/projects/{project}")
        until(lambda: tab.page.evaluate("1") and held, seconds=15, what="the question for names")
        tab.page.locator("[data-filter]").fill("fact_142")
        tab.page.locator("[data-filter]").fill("")
        with tab.page.expect_response(f"**/projects/{project}/tables"):
            held[0].continue_()
        tab.page.wait_for_timeout(300)

        expect(tab.page.locator(".table-row")).to_have_count(100)

    def test_says_when_nothing_is_called_so(self, desk: Desk, project: str) -> None:
        """An empty list tells why it is empty."""
        tab = desk.tab(f"/projects/{project}")
        expect(tab.page.locator("[data-account]")).to_have_text(desk.email)
        tab.page.locator("[data-filter]").fill("nothing like it")

        expect(tab.page.locator("[data-list]")).to_have_text("No table or column has this name.")

    def test_fetches_the_columns_of_a_row_opened_before_the_script(
        self, desk: Desk, project: str
    ) -> None:
        """Rows can be opened as soon as they are seen; their columns come when they can."""
        tab = desk.tab()
        held: list[Route] = []
        tab.page.route("**/js/main.js", lambda route: held.append(route))  # noqa: PLW0108  # Playwright marks it
        tab.page.goto(f"{tab.url}/projects/{project}", wait_until="commit")
        tab.page.locator(".table-row summary").first.click()
        assert len(held) == 1
        held[0].continue_()

        expect(tab.page.locator(".table-row").first.locator("tbody tr")).to_have_count(2)

    def test_offers_to_try_again(self, desk: Desk, project: str) -> None:
        """Columns that could not be fetched are asked for anew, in their place."""
        tab = desk.tab(f"/projects/{project}")
        expect(tab.page.locator("[data-account]")).to_have_text(desk.email)
        tab.page.route("**/tables/part_000", lambda route: route.fulfill(status=503))
        row = tab.page.locator(".table-row").first
        row.locator("summary").click()
        expect(row).to_contain_text("The server answered 503.")
        tab.page.unroute("**/tables/part_000")
        row.get_by_role("button", name="Try again").click()

        expect(row.locator("tbody tr")).to_have_count(2)


class TestThousand:
    def test_are_not_all_drawn(self, desk: Desk) -> None:
        """1,000 tables of 8 columns: 1,500 elements at most, and every column is found."""
        tables = tuple(
            Table(
                name=f"part_{number:03}",
                columns=tuple(
                    Column(name=f"fact_{number}_{each}", type="int") for each in range(8)
                ),
            )
            for number in range(1000)
        )
        project = desk.project()
        snapshot = replace(written.SNAPSHOT, tables=tables)
        desk.worker.write(project, snapshot=snapshot, context=replace(written.CONTEXT, tables=()))
        tab = desk.tab(f"/projects/{project}")
        expect(tab.page.locator("[data-count]")).to_have_text("1,000 tables, 100 shown")
        expect(tab.page.locator("[data-account]")).to_have_text(desk.email)  # the script is there
        first = tab.page.evaluate(ELEMENTS)
        tab.page.locator("[data-filter]").fill("fact")
        expect(tab.page.locator("[data-count]")).to_have_text("1,000 tables, first 100 shown")
        filtered = tab.page.evaluate(ELEMENTS)
        tab.page.locator("[data-filter]").fill("fact_999_7")

        expect(tab.page.locator(".table-row")).to_have_count(1)
        assert max(first, filtered) <= 1500


class TestFirstView:
    @pytest.mark.alone
    @pytest.mark.parametrize("width", [1280, 390])
    def test_stays_where_it_was_drawn(self, desk: Desk, project: str, width: int) -> None:
        """What comes after the first paint, tables to the hint of the button, moves nothing."""
        new, running = desk.project("New"), desk.project("Running")
        desk.worker.scan(desk.job(running))
        moved = {}
        for name, shown in ((project, "Regenerate"), (new, "Generate"), (running, "View")):
            tab = desk.tab()
            tab.page.set_viewport_size({"width": width, "height": 900})
            tab.page.add_init_script(observers.SHIFTS)
            tab.goto(f"/projects/{name}")
            expect(tab.button(shown)).to_be_visible()
            expect(tab.page.locator("[data-account]")).to_have_text(desk.email)
            tab.page.wait_for_load_state("networkidle" if shown != "View" else "load")
            if shown == "View":
                expect(tab.page.locator(".meter-percent")).to_have_text("50 %")
            moved[shown] = tab.page.evaluate("window.moved")

        assert moved == {"Regenerate": [], "Generate": [], "View": []}
