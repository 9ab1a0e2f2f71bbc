"""The benches: `python -m bench.main relay|jobs|generation|page [--only NAMES] [--rounds 3]`."""

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from bench import machine, report, results, stage
from bench.generation import data
from bench.suites import POSTGRES, SUITES, Suite

QUIET_PERCENT = 5.0
WIDTH = 150  # a table that is folded cannot be read


def main() -> int:
    """Run the chosen sections; 0 when every demand was reached."""
    given = _arguments()
    suite = SUITES[given.suite]
    console = Console()
    console.width = max(console.width, WIDTH)
    try:
        cores = suite.cores()  # before the stage takes one of them
        with suite.open(given) as at:
            return 0 if _run(suite, at, given, cores, console) else 1
    except stage.MissingToolError as error:
        console.print(str(error), style="red")
        return 2


def _run(
    suite: Suite, at: object, given: argparse.Namespace, cores: tuple[int, ...], console: Console
) -> bool:
    reached = True
    for name in given.only.split(",") if given.only else suite.sections:
        console.rule(name)
        noise = machine.noise_percent(cores)
        if noise > QUIET_PERCENT:
            console.print(f"other work keeps the cores {noise:.0f} % busy", style="yellow")
        section = suite.sections[name].run(at, repeats=given.rounds)
        report.show(section, console)
        reached &= all(verdict.reached for verdict in section.verdicts)
        if not given.dry:
            text = results.markdown(
                section,
                suite=suite.title,
                command=_command(name, given),
                where=_where(given, noise),
            )
            report.write(f"bench {given.suite} {name}", text)
    return reached


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
    parser = argparse.ArgumentParser(prog="python -m bench.main")
    suites = parser.add_subparsers(dest="suite", required=True)
    for name, suite in SUITES.items():
        one = suites.add_parser(name)
        one.add_argument("--only", default="", help=f"some of {','.join(suite.sections)}")
        one.add_argument("--full", action="store_true", help="more of it, and longer")
        one.add_argument("--rounds", type=int, default=3, help="3 or more give a spread")
        one.add_argument("--dry", action="store_true", help="leave docs/benchmarks.md alone")
        if name == "generation":
            one.add_argument(
                "--data", type=Path, default=data.FOLDER, help="the folder of real schemas"
            )
            one.add_argument(
                "--postgres", default=POSTGRES, help="URL of a server to make databases on"
            )
            one.add_argument(
                "--ollama", default="", help="URL of an Ollama that has an embedding model"
            )
    given = parser.parse_args()
    known = SUITES[given.suite].sections
    unknown = set(filter(None, given.only.split(","))) - set(known)
    if unknown:
        parser.error(f"no such section: {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    return given


if __name__ == "__main__":
    sys.exit(main())
