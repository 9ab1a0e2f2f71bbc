"""The suites of benches: their sections, and what these are given to work with."""

import argparse
import contextlib
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import machine, stage
from bench.durability import freeze, milestones, recovery, submit
from bench.generation import busy, hostile, keys, overhead, retrieval, scan
from bench.generation.stage import Stage as GenerationStage
from bench.page import endurance, first
from bench.workloads import (
    commit,
    connects,
    drain,
    fanout,
    halfopen,
    idle,
    jobs,
    neighbours,
    outage,
    storm,
)
from stack.watchdog import Watchdog

POSTGRES = "postgresql://root@127.0.0.1:5432/postgres"


@dataclass(frozen=True, kw_only=True)
class Suite:
    """Sections by name, each with `run(stage, repeats=...)`, and how their stage is set up."""

    title: str
    sections: Mapping[str, Any]
    open: Callable[[argparse.Namespace], AbstractContextManager[Any]]
    cores: Callable[[], tuple[int, ...]]  # whose quiet the figures need


@contextlib.contextmanager
def _relay(given: argparse.Namespace) -> Iterator[stage.Stage]:
    stage.compile_c(stage.HERE / "load.c", stage.BUILD / "load")
    with _two_cores(given) as at:
        os.sched_setaffinity(0, {at.load_core})
        yield at


@contextlib.contextmanager
def _two_cores(given: argparse.Namespace) -> Iterator[stage.Stage]:
    server_core, load_core = machine.two_cores()
    with (
        contextlib.closing(Watchdog()) as watchdog,
        tempfile.TemporaryDirectory(prefix="bench-") as folder,
    ):
        Path(folder).chmod(0o755)  # nginx's workers give up root
        yield stage.Stage(
            directory=Path(folder),
            server_core=server_core,
            load_core=load_core,
            full=given.full,
            watchdog=watchdog,
        )


@contextlib.contextmanager
def _generation(given: argparse.Namespace) -> Iterator[GenerationStage]:
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        yield GenerationStage(
            data=given.data,
            postgres_url=given.postgres,
            ollama=given.ollama,
            scratch=Path(folder),
            full=given.full,
        )


@contextlib.contextmanager
def _page(given: argparse.Namespace) -> Iterator[Any]:
    # The other suites do without Playwright, which is a tool of development.
    from bench.page import stage as pages  # noqa: PLC0415

    with pages.opened(full=given.full) as at:
        yield at


RELAY = Suite(
    title="Relay",
    sections={
        each.NAME: each
        for each in (
            fanout,
            jobs,
            idle,
            connects,
            storm,
            drain,
            outage,
            commit,
            neighbours,
            halfopen,
        )
    },
    open=_relay,
    cores=machine.two_cores,
)
JOBS = Suite(
    title="Jobs",
    sections={each.NAME: each for each in (submit, milestones, recovery, freeze)},
    open=_two_cores,
    cores=machine.two_cores,
)
GENERATION = Suite(
    title="Generation",
    sections={each.NAME: each for each in (scan, keys, retrieval, busy, hostile, overhead)},
    open=_generation,
    cores=lambda: tuple(sorted(os.sched_getaffinity(0))),
)
PAGE = Suite(
    title="Page",
    sections={each.NAME: each for each in (first, endurance)},
    open=_page,
    cores=lambda: tuple(sorted(os.sched_getaffinity(0))),
)
SUITES = {"relay": RELAY, "jobs": JOBS, "generation": GENERATION, "page": PAGE}
