"""What docs/events.md says, for tests that hold the code against it."""

import re
from pathlib import Path

PAGE = (Path(__file__).resolve().parents[1] / "docs" / "events.md").read_text()


def first_cells(heading: str) -> list[str]:
    """Return the code words in the first column of the table below a heading."""
    cells = re.findall(r"^\| (`[^|]+) \|", _section(heading), flags=re.MULTILINE)
    return [word for cell in cells for word in re.findall(r"`([^`]+)`", cell)]


def data_of(where: str) -> set[str]:
    """Return the names of what stands in `data` there, e.g. in "ticks of a pull"."""
    for row in re.findall(r"^\| `data` \| (.+) \|$", _section("Fields"), flags=re.MULTILINE):
        found, _, meaning = row.partition(" | ")
        if found.replace("`", "") == where:
            return set(re.findall(r"`(\w+)", meaning))
    raise LookupError(where)


def _section(heading: str) -> str:
    return PAGE.split(f"## {heading}\n")[1].split("\n## ")[0]
