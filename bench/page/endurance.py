"""A job's page that is watched for long: what it leaks, how soon it draws, whether it sticks."""

import time
from typing import Any

from playwright.sync_api import Page

from bench.results import Column, Row, Sample, Section, Verdict
from bench.workloads import rounds
from tests.browser.hand_worker import HandWorker

NAME = "endurance"
SECONDS = {False: 60, True: 1800}
TICKS_PER_SECOND = 11  # 20,000 in half an hour
WARM_UP_SECONDS = 50  # the code is compiled, and the lists that are bounded are full
SETTLE_MS = 500
MILESTONE_EVERY = 10  # seconds
MEGABYTES = 2.0
LONGEST_TASK_MS = 50.0
FRAMES = 1
#: A tick's text ends with the moment at which it was sent: by it a drawing knows its arrival, and
#: the frames that have begun since. A drawing counts when its frame is over.
_WATCH = """
window.seen = { shift: 0, tasks: [], waits: [], frames: [] };
let frame = 0;
const count = () => { frame += 1; requestAnimationFrame(count); };
count();
const arrived = new Map(), bytes = new TextDecoder();
const reader = ReadableStreamDefaultReader.prototype, { read } = reader;
reader.read = async function () {
  const got = await read.call(this);
  for (const [, sent] of bytes.decode(got.value).matchAll(/#([0-9]+)"/g)) arrived.set(sent, frame);
  return got;
};
const note = (type, take) => new PerformanceObserver((list) => list.getEntries().forEach(take))
  .observe({ type, buffered: true });
note("layout-shift", (entry) => { if (!entry.hadRecentInput) window.seen.shift += entry.value; });
note("longtask", ({ duration }) => window.seen.tasks.push(duration));
addEventListener("DOMContentLoaded", () => new MutationObserver(() => {
  const sent = /#([0-9]+)$/.exec(document.querySelector(".life-tail")?.textContent ?? "");
  if (sent === null || sent[1] === window.seen.last) return;
  window.seen.last = sent[1];
  const noticed = Date.now();
  const frames = frame - arrived.get(sent[1]);
  arrived.clear();
  requestAnimationFrame(() => {
    window.seen.waits.push(noticed - Number(sent[1]));
    window.seen.frames.push(frames);
  });
}).observe(document.body, { subtree: true, childList: true, characterData: true }));
"""
_FORGET = "() => Object.assign(window.seen, { shift: 0, tasks: [], waits: [], frames: [] })"
_TOTAL = """() => {
  const nearly = (found) => [...found].sort((a, b) => a - b)[Math.floor(found.length * 0.99)];
  return {
    shift: window.seen.shift,
    longest: Math.max(0, ...window.seen.tasks),
    drawn: window.seen.waits.length,
    late: nearly(window.seen.waits),
    frames: nearly(window.seen.frames),
  };
}"""


def run(stage: Any, *, repeats: int) -> Section:  # noqa: ANN401  # bench.page.stage.Stage, whose Playwright not everybody has
    """Let a job tell much for long, and look at its page."""
    seconds = SECONDS[stage.full]
    row = rounds.repeat("a job's page", "", rounds=repeats, measure=lambda: _measure(stage))
    return Section(
        name=NAME,
        title=f"A job's page, watched for {seconds:,} s",
        about=(
            f"{TICKS_PER_SECOND} ticks a second through Redis, relay and a real Chromium, and a "
            f"milestone every {MILESTONE_EVERY} s; counted after {WARM_UP_SECONDS} s of the same. "
            "Heap: what the page's scripts hold after a collection, against before. Late: 99 % of "
            "the ticks that were drawn were there so soon after they were published. Frames: 99 % "
            "were drawn so many frames after their arrival in the browser."
        ),
        columns=(
            Column(key="ticks", title="ticks"),
            Column(key="drawn", title="drawn"),
            Column(key="late", title="late, ms"),
            Column(key="frames", title="frames"),
            Column(key="longest", title="longest task, ms"),
            Column(key="grown", title="heap growth, MB", digits=2),
            Column(key="shift", title="layout shift", digits=3),
        ),
        rows=(row,),
        verdicts=_verdicts(row),
    )


def _verdicts(row: Row) -> tuple[Verdict, ...]:
    demands = (
        ("frames from arrival to drawing", row.most("frames"), FRAMES),
        ("MB of heap growth", row.most("grown"), MEGABYTES),
        ("ms of the longest task (0: none over 50 ms)", row.most("longest"), LONGEST_TASK_MS),
        ("layout shift", row.most("shift"), 0.0),
    )
    return tuple(
        Verdict(demand=demand, figure=figure, bound=bound, at_most=True)
        for demand, figure, bound in demands
    )


def _measure(stage: Any) -> Sample:  # noqa: ANN401  # as above
    worker = HandWorker(stage.store, stage.stack.redis_url)
    with stage.watch(watch=_WATCH) as (page, job_id):
        worker.scan(job_id)
        _tell(worker, job_id, WARM_UP_SECONDS, described=0)
        before = _heap(page)
        page.wait_for_timeout(SETTLE_MS)  # what the collection cost is no part of the page's work
        page.evaluate(_FORGET)
        ticks = _tell(worker, job_id, SECONDS[stage.full], described=1)
        found: dict[str, float] = page.evaluate(_TOTAL)
        grown = _heap(page) - before
    return {**found, "grown": grown / 1e6, "ticks": ticks}


def _tell(worker: HandWorker, job_id: str, seconds: int, *, described: int) -> int:
    """Tell steadily for so long; return how many ticks that were."""
    began, ticks = time.monotonic(), 0
    while (elapsed := time.monotonic() - began) < seconds:
        if ticks % (TICKS_PER_SECOND * MILESTONE_EVERY) == 0:
            share = int(57 * elapsed / seconds) if described else 0
            worker.describe(job_id, described + share)
        text = f"Table {ticks} holds what belongs to it. #{int(time.time() * 1000)}"
        worker.tick(job_id, tokens=ticks * 3, tail=text)
        ticks += 1
        time.sleep(max(0.0, ticks / TICKS_PER_SECOND - (time.monotonic() - began)))
    return ticks


def _heap(page: Page) -> float:
    """Return the bytes that the page's scripts hold, garbage not counted."""
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    used: float = session.send("Runtime.getHeapUsage")["usedSize"]
    session.detach()
    return used
