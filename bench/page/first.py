"""A project's page as it is opened for the first time: what it costs, and how soon it works."""

from pathlib import Path
from typing import Any

from bench.results import Column, Row, Sample, Section, Verdict
from bench.workloads import rounds

NAME = "first"
SMALL = "59 tables, 450 columns"
LARGE = "1,000 tables, 10,000 columns"
_SIZES = {SMALL: (59, 8), LARGE: (1000, 10)}
_QUERIES = ("c", "cu", "customer", "order total", "note_7", "zzz", "0", "e")
#: Asks the filter until it answers: then the page can be used. Notes shifts of what was drawn.
_WATCH = """
window.shift = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shift += entry.value;
}).observe({ type: "layout-shift", buffered: true });
window.usable = new Promise((resolve) => {
  addEventListener("DOMContentLoaded", () => {
    const filter = document.querySelector("[data-filter]");
    const count = document.querySelector("[data-count]");
    const timer = setInterval(() => {
      filter.value = "customer";
      filter.dispatchEvent(new Event("input"));
      if (!/ of /.test(count.textContent)) return;
      clearInterval(timer);
      resolve(performance.now());
    }, 10);
  });
});
"""
#: From a key to the rows, laid out; in milliseconds.
_SEARCH = """(queries) => {
  const filter = document.querySelector("[data-filter]");
  const list = document.querySelector("[data-list]");
  return Math.max(...queries.map((query) => {
    const began = performance.now();
    filter.value = query;
    filter.dispatchEvent(new Event("input"));
    list.getBoundingClientRect();
    return performance.now() - began;
  }));
}"""
_COST = """() => ({
  paint: performance.getEntriesByName("first-contentful-paint")[0].startTime,
  code: performance.getEntriesByType("resource").filter(({ name }) => /[.](js|css)$/.test(name))
    .reduce((sum, { transferSize }) => sum + transferSize, 0),
  files: performance.getEntriesByType("resource")
    .filter(({ name }) => /[.](js|css)$/.test(name)).length,
  elements: document.querySelectorAll("*").length,
  shift: window.shift,
})"""


def run(stage: Any, *, repeats: int) -> Section:  # noqa: ANN401  # bench.page.stage.Stage, whose Playwright not everybody has
    """Open projects of two sizes, each time in a fresh browser."""
    rows = tuple(
        rounds.repeat(name, "", rounds=repeats, measure=lambda size=size: _measure(stage, size))
        for name, size in _SIZES.items()
    )
    return Section(
        name=NAME,
        title="A project's page, opened for the first time",
        about=(
            "Real app, relay and Chromium, nothing in the cache, all on this machine. Usable: from "
            "the navigation until the filter of the tables answers what was typed. Search: the "
            f"worst of {len(_QUERIES)} inputs, until its rows are laid out. Code: scripts and "
            "styles as they were transferred, with their headers. Memory: the resident set of the "
            "renderer after all that, Chromium's own share included, garbage not."
        ),
        columns=(
            Column(key="paint", title="first paint, ms"),
            Column(key="usable", title="usable, ms"),
            Column(key="search", title="search, ms", digits=1),
            Column(key="code", title="code, KB", digits=1),
            Column(key="files", title="files"),
            Column(key="shift", title="layout shift", digits=3),
            Column(key="elements", title="elements"),
            Column(key="memory", title="renderer, MB"),
        ),
        rows=rows,
        verdicts=_verdicts(*rows),
    )


def _verdicts(small: Row, large: Row) -> tuple[Verdict, ...]:
    demands = (
        ("KB of code of the first view", small.median("code"), 100),
        ("ms to the first paint", small.median("paint"), 500),
        ("layout shift of both", max(small.most("shift") or 0, large.most("shift") or 0), 0),
        ("ms until 1,000 tables are usable", large.median("usable"), 1000),
        ("ms of a search in 1,000 tables", large.median("search"), 50),
        ("MB of the renderer with 1,000 tables", large.median("memory"), 200),
    )
    return tuple(
        Verdict(demand=demand, figure=figure, bound=bound, at_most=True, digits=1)
        for demand, figure, bound in demands
    )


def _measure(stage: Any, size: tuple[int, int]) -> Sample:  # noqa: ANN401  # as above
    with stage.visit(*size, watch=_WATCH) as visit:
        usable: float = visit.page.evaluate("window.usable")
        visit.page.wait_for_load_state("networkidle")
        cost: dict[str, float] = visit.page.evaluate(_COST)
        search: float = visit.page.evaluate(_SEARCH, list(_QUERIES))
        visit.page.request_gc()
        memory = max(_resident(process) for process in visit.renderers)
    return {
        **cost,
        "code": cost["code"] / 1000,
        "usable": usable,
        "search": search,
        "memory": memory / 1e6,
    }


def _resident(process: int) -> int:
    """Return how many bytes of memory a process holds."""
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    return 0
