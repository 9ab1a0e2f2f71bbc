"""What every workload and contender is given: programs, folders, cores, and a Redis of its own."""

import contextlib
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.servers import Server
from stack import ports, redis_server
from stack.processes import Command
from stack.watchdog import Watchdog

ROOT = Path(__file__).resolve().parents[1]
BUILD = ROOT / "build" / "bench"
HERE = Path(__file__).resolve().parent
PROGRAMS = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


class MissingToolError(RuntimeError):
    """The bench itself cannot run here; the text says what to install."""


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One folder for one measurement; servers on one core, everything else on the other."""

    directory: Path
    server_core: int
    load_core: int
    full: bool
    watchdog: Watchdog = field(repr=False)

    @property
    def load_program(self) -> Path:
        """The compiled load client."""
        return BUILD / "load"

    @contextlib.contextmanager
    def folder(self) -> Iterator[Path]:
        """Yield a fresh folder that disappears afterwards."""
        made = Path(tempfile.mkdtemp(dir=self.directory))
        made.chmod(0o755)  # nginx's workers give up root
        try:
            yield made
        finally:
            shutil.rmtree(made, ignore_errors=True)

    @contextlib.contextmanager
    def redis(self, folder: Path) -> Iterator[str]:
        """Yield the URL of a private Redis on the load's core."""
        with redis_server.Server(folder / "redis") as server:
            yield server.url

    @contextlib.contextmanager
    def server(
        self, name: str, argv: Sequence[str], *, folder: Path, port: int,
        env: Mapping[str, str] | None = None, measured: bool = True,
    ) -> Iterator[Server]:  # fmt: skip
        """Yield a running server; one that is not measured runs on the load's core."""
        core = self.server_core if measured else self.load_core
        environ = {"PATH": PROGRAMS, **(env or {})}
        command = Command(name=name, argv=tuple(argv), cwd=folder, environ=environ)
        server = Server(command, port=port, core=core, watchdog=self.watchdog)
        server.start()
        try:
            yield server
        finally:
            server.stop()


def port() -> int:
    """Return a free port of 127.0.0.1."""
    return ports.free(1)[0]


def gunicorn(application: str, *, port_number: int, connections: int) -> list[str]:
    """Return the command of a one-worker gevent gunicorn, for contenders that need one."""
    return [
        sys.executable, "-m", "gunicorn", "--worker-class", "gevent", "--workers", "1",
        "--worker-connections", str(connections), "--bind", f"127.0.0.1:{port_number}",
        "--graceful-timeout", "1", "--backlog", "4096", "--no-control-socket",
        "--pythonpath", str(ROOT), application,
    ]  # fmt: skip


def compile_c(source: Path, target: Path) -> None:
    """Compile one C file; MissingToolError without a compiler."""
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None:
        raise MissingToolError("The load client is a C program: install a C compiler (apt: gcc).")
    target.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(
        [compiler, "-O2", "-Wall", "-Wextra", "-I", HERE, "-o", target, source], check=True
    )
