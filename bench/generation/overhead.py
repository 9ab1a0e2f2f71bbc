"""Everything but the model's time: generations with a model that answers at once."""

import json
import subprocess
import sys
from pathlib import Path

from bench.generation import data, runs
from bench.generation.stage import Stage
from bench.results import Column, Row, Sample, Section, Verdict
from bench.stage import ROOT
from bench.workloads import rounds
from catalog.model import Snapshot
from tests import fakes_model
from tests.fakes_model import FakeModel

NAME = "overhead"
DEMO, LARGE = "demo database", "spider-union"
_WINDOW = 3 * 8192  # bytes of prompt and answer
#: In a process of its own: what a process has once held tells nothing about this.
_ALONE = "from bench.generation import overhead; overhead.alone({name!r}, {data!r}, {scratch!r})"


def run(stage: Stage, *, repeats: int) -> Section:
    """Generate both in turn, each time in a new process."""
    rows = tuple(_row(stage, name, repeats) for name in (DEMO, LARGE))
    return Section(
        name=NAME,
        title="A generation without the model's time",
        about=(
            "From the read schema to the finished context, with a model that answers everything "
            "at once and a memory instead of the store. `again` is the same once more on the "
            "unchanged schema, all answers recalled. Memory is the most that the process held, "
            "with the interpreter and everything imported."
        ),
        columns=(
            Column(key="tables", title="tables"),
            Column(key="calls", title="calls"),
            Column(key="seconds", title="seconds", digits=2),
            Column(key="memory", title="MB"),
            Column(key="again", title="seconds again", digits=2),
            Column(key="calls_again", title="calls again"),
        ),
        rows=rows,
        verdicts=(
            _verdict("seconds, demo database", rows[0].most("seconds"), 0.5),
            _verdict("seconds, spider-union", rows[1].most("seconds"), 10),
            _verdict("MB, spider-union", rows[1].most("memory"), 500),
            _verdict("seconds again, demo database", rows[0].most("again"), 1),
            _verdict("calls again", _sum(rows, "calls_again"), 0),
        ),
    )


def alone(name: str, folder: str, scratch: str) -> None:
    """Print the figures of one round as JSON; MissingDataError."""
    snapshot = _read(name, Path(folder), Path(scratch))
    kept, model = runs.Kept(), FakeModel(fakes_model.obedient, parallel=4, window=_WINDOW)
    first = runs.run_now(snapshot, model, kept=kept)
    calls = len(model.prompts)
    again = runs.run_now(snapshot, model, kept=kept)
    found = {
        "tables": sum(table.kind == "table" for table in snapshot.tables),
        "calls": calls,
        "seconds": first.seconds,
        "memory": _most_memory(),
        "again": again.seconds,
        "calls_again": len(model.prompts) - calls,
    }
    sys.stdout.write(json.dumps(found))


def _row(stage: Stage, name: str, repeats: int) -> Row:
    if name == LARGE:
        try:
            data.SPIDER.text(stage.data)
        except data.MissingDataError as error:
            return Row(name=name, note=str(error))
    return rounds.repeat(name, "", rounds=repeats, measure=lambda: _measure(stage, name))


def _measure(stage: Stage, name: str) -> Sample:
    code = _ALONE.format(name=name, data=str(stage.data), scratch=str(stage.scratch))
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True
    )
    found: Sample = json.loads(done.stdout)
    return found


def _read(name: str, folder: Path, scratch: Path) -> Snapshot:
    return data.read_demo(scratch) if name == DEMO else data.read(data.SPIDER, folder)


def _most_memory() -> float:
    """Return the most MB that the process has held so far."""
    status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def _sum(rows: tuple[Row, ...], key: str) -> float | None:
    found = [figure for row in rows if (figure := row.most(key)) is not None]
    return sum(found) if found else None


def _verdict(demand: str, figure: float | None, bound: float) -> Verdict:
    return Verdict(demand=demand, figure=figure, bound=bound, at_most=True)
