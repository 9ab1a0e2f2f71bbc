"""The benches: `python -m bench.main relay|jobs [--only fanout] [--full] [--rounds 3]`."""

import argparse
import contextlib
import os
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from bench import machine, report, results, stage
from bench.durability import freeze, milestones, recovery, submit
from bench.stage import Stage
from bench.workloads import commit, connects, fanout, idle, jobs, neighbours, storm
from stack.watchdog import Watchdog

QUIET_PERCENT = 5.0
WIDTH = 150  # a table that is folded cannot be read
SUITES = {
    "relay": {
        each.NAME: each for each in (fanout, jobs, idle, connects, storm, commit, neighbours)
    },
    "jobs": {each.NAME: each for each in (submit, milestones, recovery, freeze)},
}
TITLES = {"relay": "Relay", "jobs": "Jobs"}


def main() -> int:
    """Run the chosen workloads; 0 when every demand was reached."""
    given = _arguments()
    workloads = SUITES[given.suite]
    chosen = given.only.split(",") if given.only else list(workloads)
    console = Console()
    console.width = max(console.width, WIDTH)
    try:
        cores = machine.two_cores()
        if given.suite == "relay":
            stage.compile_c(stage.HERE / "load.c", stage.BUILD / "load")
    except stage.MissingToolError as error:
        console.print(str(error), style="red")
        return 2
    server_core, load_core = cores
    if given.suite == "relay":
        os.sched_setaffinity(0, {load_core})
    reached = True
    with (
        contextlib.closing(Watchdog()) as watchdog,
        tempfile.TemporaryDirectory(prefix="bench-") as folder,
    ):
        Path(folder).chmod(0o755)  # nginx's workers give up root
        at = Stage(
            directory=Path(folder),
            server_core=server_core,
            load_core=load_core,
            full=given.full,
            watchdog=watchdog,
        )
        for name in chosen:
            console.rule(name)
            noise = machine.noise_percent(cores)
            if noise > QUIET_PERCENT:
                console.print(f"other work keeps the cores {noise:.0f} % busy", style="yellow")
            section = workloads[name].run(at, repeats=given.rounds)
            report.show(section, console)
            reached &= all(verdict.reached for verdict in section.verdicts)
            if not given.dry:
                text = results.markdown(
                    section,
                    suite=TITLES[given.suite],
                    command=_command(name, given),
                    where=_where(given, noise),
                )
                report.write(f"bench {given.suite} {name}", text)
    return 0 if reached else 1


def _where(given: argparse.Namespace, noise: float) -> str:
    mode = "in full" if given.full else "quickly"
    return (
        f"on {datetime.now(UTC):%Y-%m-%d} on {machine.describe()}, {mode}, {given.rounds} rounds; "
        f"just before, other work kept the cores {noise:.0f} % busy"
    )


def _command(name: str, given: argparse.Namespace) -> str:
    words = [f"--only {name}", *(["--full"] if given.full else []), f"--rounds {given.rounds}"]
    return f'make bench-{given.suite} BENCH_ARGS="{" ".join(words)}"'


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench")
    parser.add_argument("suite", choices=list(SUITES))
    parser.add_argument("--only", default="", help="some of the suite's workloads")
    parser.add_argument("--full", action="store_true", help="more clients, and longer")
    parser.add_argument("--rounds", type=int, default=3, help="3 or more give a spread")
    parser.add_argument("--dry", action="store_true", help="leave docs/benchmarks.md alone")
    given = parser.parse_args()
    known = SUITES[given.suite]
    unknown = set(filter(None, given.only.split(","))) - set(known)
    if unknown:
        parser.error(
            f"no such workload: {', '.join(sorted(unknown))}; there are {', '.join(known)}"
        )
    return given


if __name__ == "__main__":
    sys.exit(main())
