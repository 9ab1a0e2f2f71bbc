"""Writing sections to docs/benchmarks.md: each between markers of its own."""

import re
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.results import Section

PATH = Path(__file__).resolve().parents[1] / "docs" / "benchmarks.md"


def write(name: str, text: str, *, path: Path = PATH) -> None:
    """Replace what stands between the markers of `name`, or append markers and text."""
    begin, end = f"<!-- {name}: begin, generated -->", f"<!-- {name}: end -->"
    block = f"{begin}\n{text}{end}"
    old = path.read_text() if path.exists() else "# Benchmarks\n"
    pattern = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
    if pattern.search(old):
        new = pattern.sub(lambda _: block, old, count=1)
    else:
        new = f"{old.rstrip()}\n\n{block}\n"
    path.write_text(new)


def show(section: Section, console: Console) -> None:
    """Print the section's tables."""
    table = Table(title=section.title, title_justify="left")
    table.add_column("", no_wrap=True)
    for column in section.columns:
        table.add_column(column.title, justify="right")
    for row in section.rows:
        cells = (row.cell(column.key, column.digits) for column in section.columns)
        table.add_row(row.name, *cells)
    console.print(table)
    for row in section.rows:
        if not row.samples:
            console.print(f"missing: {row.name}: {row.note}", style="yellow", highlight=False)
    demands = Table("demand", "bound", "found", "reached")
    for verdict in section.verdicts:
        style = "green" if verdict.reached else "red"
        demands.add_row(*verdict.cells(), style=style)
    console.print(demands)
