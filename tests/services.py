"""Real services for the tests: used where they answer, otherwise started privately."""

import contextlib
import shutil
import socket
import subprocess
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NoReturn

import pytest
import redis
import sqlalchemy as sa

START_SECONDS = 30


def missing(reason: str, *, ci: bool) -> NoReturn:
    """Skip with the reason; in CI, where everything is installed, fail."""
    if ci:
        pytest.fail(reason)
    pytest.skip(reason)


def free_port() -> int:
    """Return a port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def answers(url: str) -> bool:
    """Whether a database server accepts us at `url`."""
    engine = sa.create_engine(_driver(url), poolclass=sa.NullPool)
    try:
        with engine.connect():
            return True
    except sa.exc.SQLAlchemyError:
        return False


@contextlib.contextmanager
def server(
    name: str,
    given: str,
    private: Callable[[Path], contextlib.AbstractContextManager[str | None]],
    directory: Path,
    *,
    ci: bool,
) -> Iterator[str]:
    """Yield the URL of the server at `given` where one answers, else of a private one."""
    with contextlib.ExitStack() as stack:
        url = given if answers(given) else stack.enter_context(private(directory))
        if url is None:
            missing(f"no {name} answers or is installed", ci=ci)
        yield url


@contextlib.contextmanager
def fresh_database(server_url: str, *, like: str | None = None) -> Iterator[str]:
    """Create a database of its own on the server, yield its URL, drop it.

    A PostgreSQL can copy the database `like`, which nobody is connected to.
    """
    name = f"schemalore_test_{uuid.uuid4().hex[:12]}"
    engine = sa.create_engine(
        _driver(server_url), poolclass=sa.NullPool, isolation_level="AUTOCOMMIT"
    )
    quoted = engine.dialect.identifier_preparer.quote(name)
    template = f" TEMPLATE {like}" if like is not None else ""
    with engine.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {quoted}{template}"))
    try:
        yield sa.make_url(server_url).set(database=name).render_as_string(hide_password=False)
    finally:
        forced = " WITH (FORCE)" if engine.dialect.name == "postgresql" else ""
        with engine.connect() as connection:
            connection.execute(sa.text(f"DROP DATABASE {quoted}{forced}"))


@contextlib.contextmanager
def private_redis(directory: Path, *, tls: Path | None = None) -> Iterator[str | None]:
    """Start a Redis of our own; None when none is installed.

    With a folder that holds `cert.pem` and `key.pem` it speaks TLS only, and the URL trusts it.
    """
    found = shutil.which("redis-server") or shutil.which("valkey-server")
    if found is None:
        yield None
        return
    port = free_port()
    command: list[str | Path] = [
        found, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", directory,
    ]  # fmt: skip
    url = f"redis://127.0.0.1:{port}/0"
    if tls is not None:
        certificate = tls / "cert.pem"
        command += [
            "--port", "0", "--tls-port", str(port), "--tls-auth-clients", "no",
            "--tls-cert-file", certificate, "--tls-key-file", tls / "key.pem",
        ]  # fmt: skip
        url = f"rediss://127.0.0.1:{port}/0?ssl_ca_certs={certificate}"
    client = redis.Redis.from_url(url)

    def ready() -> bool:
        with contextlib.suppress(redis.RedisError):
            return bool(client.ping())
        return False

    with _running(command, ready):
        yield url
    client.close()


@contextlib.contextmanager
def private_postgres(directory: Path) -> Iterator[str | None]:
    """Start a PostgreSQL of our own; None when it is not installed."""
    prepared = prepare_postgres(directory)
    if prepared is None:
        yield None
        return
    command, url = prepared
    with _running(command, lambda: answers(url)):
        yield url


def prepare_postgres(directory: Path) -> tuple[list[str], str] | None:
    """Make the files of a PostgreSQL; return its command and URL, None when it is not installed."""
    found = shutil.which("postgres") or next(
        (str(path) for path in sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))), None
    )
    if found is None:
        return None
    data, port = str(directory / "pg"), free_port()
    as_user = _unprivileged(directory, "postgres")
    subprocess.run(
        [*as_user, Path(found).parent / "initdb", "-D", data, "-U", "root", "-A", "trust", "-N"],
        check=True,
        capture_output=True,
    )
    command = [*as_user, found, "-D", data, "-p", str(port), "-k", str(directory), "-F"]
    return command, f"postgresql://root@127.0.0.1:{port}/postgres"


@contextlib.contextmanager
def private_mariadb(directory: Path) -> Iterator[str | None]:
    """Start a MariaDB of our own; None when it is not installed."""
    server, installer = shutil.which("mariadbd"), shutil.which("mariadb-install-db")
    if server is None or installer is None:
        yield None
        return
    data, port = directory / "mariadb", free_port()
    as_user = _unprivileged(directory, "mysql")
    subprocess.run(
        [*as_user, installer, "--no-defaults", f"--datadir={data}", "--skip-test-db",
         "--auth-root-authentication-method=normal"],
        check=True,
        capture_output=True,
    )  # fmt: skip
    command = [
        *as_user, server, "--no-defaults", f"--datadir={data}", f"--port={port}",
        "--bind-address=127.0.0.1", f"--socket={directory / 'mariadb.sock'}",
    ]  # fmt: skip
    url = f"mysql://root@127.0.0.1:{port}/mysql"
    with _running(command, lambda: answers(url)):
        yield url


def _unprivileged(directory: Path, user: str) -> list[str]:
    """Return the words that start a server as `user`: both refuse to run as root."""
    if Path.home() != Path("/root") or shutil.which("runuser") is None:
        return []
    directory.chmod(0o755)
    for parent in directory.parents:
        with contextlib.suppress(PermissionError):
            parent.chmod(parent.stat().st_mode | 0o011)
    shutil.chown(directory, user)
    return ["runuser", "-u", user, "--"]


@contextlib.contextmanager
def _running(command: Sequence[str | Path], ready: Callable[[], bool]) -> Iterator[None]:
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + START_SECONDS
        while not ready():
            if process.poll() is not None or time.monotonic() > deadline:
                pytest.fail(f"{command[0]} did not start")
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait(timeout=START_SECONDS)


def _driver(url: str) -> sa.URL:
    names = {"postgresql": "postgresql+psycopg", "mysql": "mysql+pymysql"}
    parsed = sa.make_url(url)
    return parsed.set(drivername=names[parsed.get_backend_name()])
