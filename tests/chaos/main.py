"""`python -m tests.chaos.main --minutes 2 --seed N --database postgres|sqlite`."""

import argparse
import asyncio
import contextlib
import secrets
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests import services
from tests.chaos import log, run
from tests.chaos.house import HouseError
from tests.chaos.layout import Database

ROOT = Path(__file__).resolve().parents[2]


def main() -> int:
    """Run and check; 0 when nothing was violated."""
    given = _arguments()
    folder = ROOT / "build" / "chaos" / str(given.seed)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with contextlib.ExitStack() as cleared:
        database = _database(given.database, folder, cleared)
        if database is None:
            sys.stderr.write("chaos: PostgreSQL is not installed; use --database sqlite\n")
            return 2
        try:
            asyncio.run(run.run(folder, database, seed=given.seed, minutes=given.minutes, say=_say))
        except HouseError as error:
            sys.stderr.write(f"chaos: the stack did not start: {error}\n")
            return 2
    # A process of its own, which knows nothing but the files: it can be run again on them.
    checker = [sys.executable, "-m", "tests.chaos.checker", str(folder)]
    code = subprocess.run(checker, cwd=ROOT, check=False).returncode
    if given.record:
        log.record(folder)
    return code


def _database(kind: str, folder: Path, cleared: contextlib.ExitStack) -> Database | None:
    if kind == "sqlite":
        return Database(url=f"sqlite:///{folder / 'data' / 'schemalore.db'}")
    # Not below the checkout: the server runs as another user, who may not be able to go there.
    directory = Path(cleared.enter_context(tempfile.TemporaryDirectory(prefix="chaos-pg-")))
    prepared = services.prepare_postgres(directory)
    if prepared is None:
        return None
    command, url = prepared
    return Database(url=url, command=tuple(command))


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make chaos")
    parser.add_argument("--minutes", type=float, default=2.0, help="of faults")
    parser.add_argument("--seed", type=int, default=None, help="replays a schedule")
    parser.add_argument("--database", choices=("postgres", "sqlite"), default="postgres")
    parser.add_argument("--record", action="store_true", help="write to docs/benchmarks.md")
    given = parser.parse_args()
    given.seed = secrets.randbelow(1_000_000) if given.seed is None else given.seed
    return given


if __name__ == "__main__":
    sys.exit(main())
