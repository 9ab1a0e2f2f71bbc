"""One run: the stack, the load, the faults, the calm after them, and what is left behind."""

import asyncio
import contextlib
import json
import signal
import time
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import Any

from tests.chaos import census, layout, ledger, rules_limits, schedule
from tests.chaos.house import House
from tests.chaos.layout import Database
from tests.chaos.load import Life, Place
from tests.chaos.records import Record
from tests.chaos.strikes import Strikes

PEOPLE = 20
LEAST_JOBS, LEAST_CLIENTS = 100, 300
LOOK_SECONDS = 0.2
#: After the last fault: jobs that wait, a lease, a sweep, and a client that notices late.
DRAIN_SECONDS = 120.0
SETTLE_SECONDS = 30.0


async def run(
    folder: Path, database: Database, *, seed: int, minutes: float, say: Callable[[str], None]
) -> None:
    """Run the whole of it; everything that happened is in the folder afterwards."""
    kind = "postgres" if database.command else "sqlite"
    plan = schedule.plan(seed, minutes=minutes, database=kind)
    say(f"seed {seed}: {len(plan)} faults in {minutes:g} min on {kind}; files in {folder}")
    stack = House(folder, seed=seed, database=database)
    requests = Record(folder / "requests.jsonl")
    try:
        await stack.open_links()
        await asyncio.to_thread(stack.launch, lambda: ledger.install(database.url))
        place = Place(
            seed=seed, app_url=stack.plan.ready_urls["web"].removesuffix("/readyz"),
            relay_url=stack.relay_url, folder=folder, requests=requests,
        )  # fmt: skip
        lives = [Life(number, place) for number in range(PEOPLE)]
        async with _supervised(stack, say):
            await asyncio.gather(*(life.settle() for life in lives))
            await asyncio.gather(*(life.warm_up() for life in lives[:4]))
            baseline = await asyncio.to_thread(census.take, stack)
            say("the stack is up and warm; the faults begin")
            strikes = Strikes(
                stack, Record(folder / "faults.jsonl"), sqlite=ledger.sqlite_path(database.url)
            )
            told = await _storm(lives, place, strikes, plan)
            after = await _settled(stack, baseline)
        await asyncio.to_thread(ledger.save, database.url, folder / "database.json")
    finally:
        requests.close()
        await asyncio.to_thread(stack.close)
        for link in stack.links.values():
            await link.close()
    carried = {name: link.carried for name, link in stack.links.items()}
    about: dict[str, Any] = {
        "seed": seed, "minutes": minutes, "database": kind, "planned": len(plan),
        "least_jobs": LEAST_JOBS, "least_clients": LEAST_CLIENTS, "parallel": layout.MODEL_CALLS,
        "streams_per_user": layout.STREAMS_PER_USER, "carried": carried,
        "baseline": baseline, "after": after, **told,
    }  # fmt: skip
    (folder / "run.json").write_text(json.dumps(about, indent=1))


async def _storm(
    lives: Sequence[Life], place: Place, strikes: Strikes, plan: Sequence[schedule.Fault]
) -> dict[str, Any]:
    began = time.time()
    watching = [task for life in lives for task in life.watch()]
    working = [asyncio.create_task(life.work()) for life in lives]
    await strikes.run(plan)
    quiet_since = time.time()
    while sum(len(life.person.jobs) for life in lives) < LEAST_JOBS:
        if time.time() - quiet_since > DRAIN_SECONDS:
            break  # the checker says that too little happened
        await asyncio.sleep(LOOK_SECONDS)
    place.stopping.set()
    tasks = [*watching, *working]
    done, late = await asyncio.wait(tasks, timeout=DRAIN_SECONDS)
    for task in late:
        task.cancel()
    await asyncio.gather(*late, return_exceptions=True)
    for task in done:
        task.result()  # a defect of the load itself must not look like silence
    for life in lives:
        await life.person.close()
    return {"began": began, "quiet_since": quiet_since, "ended": time.time(), "late": len(late)}


@contextlib.asynccontextmanager
async def _supervised(stack: House, say: Callable[[str], None]) -> AsyncIterator[None]:
    supervisor = stack.supervisor(say)

    async def look() -> None:
        while True:
            await asyncio.to_thread(supervisor.look, time.monotonic())
            await asyncio.sleep(LOOK_SECONDS)

    looking = asyncio.create_task(look())
    try:
        yield
    finally:
        looking.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await looking


async def _settled(stack: House, baseline: dict[str, Any]) -> dict[str, Any]:
    """Return the census once it is back at the baseline, or what it is after a while."""
    for name in stack.names:
        await asyncio.to_thread(stack.send, name, signal.SIGCONT)
    deadline = time.monotonic() + SETTLE_SECONDS
    while True:
        now = await asyncio.to_thread(census.take, stack)
        if not list(rules_limits.kept(baseline, now)) or time.monotonic() > deadline:
            return now
        await asyncio.sleep(1)
