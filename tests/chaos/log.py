"""The table of long runs in docs/benchmarks.md, one row per seed and database."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import machine, report

NAME = "chaos"
#: The columns that the report counts.
COUNTED = (
    "faults", "jobs", "attempts", "clients", "connections", "resumed", "milestones", "ticks",
    "model calls",
)  # fmt: skip
TITLES = ("seed", "minutes", "database", *COUNTED, "violations", "on")
ABOUT = (
    "The real stack (app, relay, two workers, beat, Redis, a model server, PostgreSQL or SQLite) "
    "under a random schedule of faults that follows from the seed: processes killed, stopped and "
    "frozen, Redis flushed and its clients cut off, the database restarted or locked, and "
    "connections that are late, sliced, stalled, half-open, cut and reset, while people submit, "
    "submit twice, cancel, retry and watch. A checker that shares no code with the product reads "
    "the database, all that every client received, and the model's calls."
)


def record(folder: Path, *, path: Path = report.PATH) -> None:
    """Add the run's figures to the table, in the place of an earlier run of the same kind."""
    run = json.loads((folder / "run.json").read_text())
    found = json.loads((folder / "report.json").read_text())
    row = _row(run, found)
    rows = [old for old in _rows(path) if old[:3] != row[:3]]
    lines = [TITLES, ["---"] * len(TITLES), *sorted([*rows, row], key=lambda each: int(each[0]))]
    table = "".join(f"| {' | '.join(cells)} |\n" for cells in lines)
    where = f"On {machine.describe()}; each row by `make chaos RECORD=1` with its seed."
    report.write(NAME, f"## Chaos\n\n{ABOUT}\n\n{table}\n{where}\n", path=path)


def _row(run: dict[str, Any], found: dict[str, Any]) -> list[str]:
    counted = [f"{found['figures'][name]:,}" for name in COUNTED]
    about = [str(run["seed"]), f"{run['minutes']:g}", run["database"]]
    return [*about, *counted, str(len(found["violations"])), f"{datetime.now(UTC):%Y-%m-%d}"]


def _rows(path: Path) -> list[list[str]]:
    """Return the rows that are there already."""
    text = path.read_text() if path.exists() else ""
    section = text.partition(f"<!-- {NAME}: begin")[2].partition(f"<!-- {NAME}: end")[0]
    cells = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in section.splitlines()
        if line.startswith("|")
    ]
    return [row for row in cells if row[0].isdigit()]
