"""Whether the model server is kept busy: 876 tables, four calls at once, each of the same time."""

import asyncio
import contextlib
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from bench.generation import data, runs
from bench.generation.stage import Stage
from bench.results import Column, Row, Sample, Section, Verdict
from bench.stage import ROOT
from bench.workloads import rounds
from catalog.model import Snapshot
from tests.fake_ollama import MODEL
from worker.ollama.limits import Limits
from worker.ollama.models import Models

NAME = "busy"
PARALLEL = 4
FIRST, EACH = 0.5, 0.002  # seconds before an answer's first token, and for each
OURS = "Schemalore"


def run(stage: Stage, *, repeats: int) -> Section:
    """Generate once per round on a fake server of its own process."""
    try:
        snapshot = data.read(data.SPIDER, stage.data)
    except data.MissingDataError as error:
        row = Row(name=OURS, note=str(error))
    else:
        # A round takes more than a minute, and they hardly differ.
        count = repeats if stage.full else 1
        row = rounds.repeat(OURS, "", rounds=count, measure=lambda: _measure(stage, snapshot))
    return Section(
        name=NAME,
        title=f"A model server kept busy: 876 tables, {PARALLEL} calls at once",
        about=(
            f"The whole generation of spider-union on a fake Ollama that waits {FIRST:g} s before "
            "each answer, an example of what was asked, and writes 500 tokens a second. The ideal "
            "is the time that the server's calls take when none of its places is ever free. A "
            "real model's calls take ten times as long: what is lost between them weighs less."
        ),
        columns=(
            Column(key="calls", title="calls"),
            Column(key="most", title="at once"),
            Column(key="ideal", title="ideal seconds", digits=1),
            Column(key="seconds", title="seconds", digits=1),
            Column(key="times", title="times the ideal", digits=3),
            Column(key="described", title="% described by the model", digits=1),
        ),
        rows=(row,),
        verdicts=(
            Verdict(
                demand="times the ideal",
                figure=row.most("times"),
                bound=1.1,
                at_most=True,
                digits=3,
            ),
        ),
    )


def _measure(stage: Stage, snapshot: Snapshot) -> Sample:
    log = stage.scratch / "calls.jsonl"
    log.unlink(missing_ok=True)
    with _server(log) as url:
        done = asyncio.run(_generate(stage, snapshot, url))
    calls = _calls(log)
    ideal = sum(end - start for start, end in calls) / PARALLEL
    texts = [t.description for table in done.context.tables for t in (table, *table.columns)]
    asked = [text for text in texts if text.source == "model" or text.confidence == "low"]
    return {
        "calls": len(calls),
        "most": _most_at_once(calls),
        "ideal": ideal,
        "seconds": done.seconds,
        "times": done.seconds / ideal,
        "described": 100 * sum(text.source == "model" for text in asked) / len(asked),
    }


async def _generate(stage: Stage, snapshot: Snapshot, url: str) -> runs.Run:
    limits = Limits(num_ctx=8192)
    models = Models(url, limits=limits, parallel=PARALLEL, slots=stage.scratch / "slots")
    async with models.open(MODEL) as model:
        return await runs.run(snapshot, model)


@contextlib.contextmanager
def _server(log: Path) -> Iterator[str]:
    command = [
        sys.executable, "-m", "tests.fake_ollama_http",
        "--port", "0", "--log", str(log), "--latency", str(FIRST),
        "--chunk-latency", str(EACH),
    ]  # fmt: skip
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            ready = process.stdout.readline() if process.stdout else ""
            yield ready.removeprefix("ready ").strip()
        finally:
            process.send_signal(signal.SIGTERM)


def _calls(log: Path) -> list[tuple[float, float]]:
    """Return when each answer of the model began and ended."""
    began: dict[str, float] = {}
    calls = []
    for line in map(json.loads, log.read_text().splitlines()):
        if line["path"] == "/api/chat":
            if line["event"] == "start":
                began[line["call"]] = line["monotonic"]
            else:
                calls.append((began[line["call"]], line["monotonic"]))
    return calls


def _most_at_once(calls: list[tuple[float, float]]) -> int:
    moments = sorted([(start, 1) for start, _ in calls] + [(end, -1) for _, end in calls])
    running = most = 0
    for _, change in moments:
        running += change
        most = max(most, running)
    return most
