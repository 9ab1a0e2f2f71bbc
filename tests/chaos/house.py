"""The real stack, every process of it private, restarted when it dies, behind links that break."""

import dataclasses
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import redis

from stack import plans, redis_server
from stack.processes import Command, Process
from stack.settings import inherited
from stack.supervisor import Supervisor
from stack.watchdog import Watchdog
from tests import services
from tests.chaos import layout
from tests.chaos.layout import DATABASE, MODEL, PROCESSES, REDIS, Database
from tests.chaos.proxy import Link
from tests.chaos.schedule import LINKS, WORKERS

READY_SECONDS = 60.0


class HouseError(RuntimeError):
    """The stack did not start; the text has the end of a log."""


class House:
    """All processes of one run; a stack to the supervisor that starts again what died."""

    def __init__(self, folder: Path, *, seed: int, database: Database) -> None:
        self._folder = folder
        self._seed = seed
        self.plan = layout.plan(folder, database.url)
        self.links: dict[str, Link] = {}
        self.redis_url = ""
        self._processes: dict[str, Process] = {}
        self._watchdog = Watchdog()
        self._turn = threading.RLock()  # between the supervisor and who kills
        if database.command:
            self._add(
                Command(name=DATABASE, argv=database.command, cwd=folder, environ=inherited())
            )

    @property
    def relay_url(self) -> str:
        """Where clients find the relay: behind its link."""
        return f"http://127.0.0.1:{self.links['relay'].port}"

    @property
    def names(self) -> tuple[str, ...]:
        """Who is meant to run."""
        return tuple(self._processes)

    async def open_links(self) -> None:
        """Open the links, before anybody is told of them."""
        model_port = services.free_port()
        targets = {
            "relay": self.plan.relay_port,
            "redis-relay": self.plan.redis_port,
            "redis-jobs": self.plan.redis_port,
            "model": model_port,
        }
        self.links = {name: Link(targets[name]) for name in LINKS}
        for link in self.links.values():
            await link.open()
        self._add(
            Command(
                name=MODEL,
                argv=(
                    *(sys.executable, "-m", "tests.chaos.model", "--port", str(model_port)),
                    *("--seed", str(self._seed), "--log", str(self._folder / "model.jsonl")),
                ),
                cwd=plans.ROOT,
                environ=inherited(),
            )
        )

    def start(self, name: str, *, wait: bool = True) -> None:
        """Start one process (again); `wait` for those that can say that they are ready."""
        with self._turn:
            self._processes[name].start()
        if wait and name in self.plan.ready_urls:
            self._until(lambda: _ready(self.plan.ready_urls[name]), name)

    def launch(self, tell: Callable[[], None]) -> None:
        """Start everything; `tell` is called once the tables are there, before anybody writes."""
        if DATABASE in self._processes:
            self.start(DATABASE)
            self._until(lambda: services.answers(self.plan.database_url), DATABASE)
        command, self.redis_url = redis_server.prepare(
            self._folder / "data" / "redis", port=self.plan.redis_port
        )
        self._add(command)
        self.start(REDIS)
        self._until(lambda: redis_server.answers(self.redis_url), REDIS)
        self.start(MODEL)
        self._migrate()
        tell()
        for name in PROCESSES:
            self._add(self._command(name))
            self.start(name, wait=False)
        for name in self.plan.ready_urls:
            self._until(lambda name=name: _ready(self.plan.ready_urls[name]), name)  # type: ignore[misc]  # a default binds the loop's name

    def supervisor(self, say: Callable[[str], None]) -> Supervisor:
        """Return who starts again what died."""
        return Supervisor(self, say=say, now=time.monotonic())

    def alive(self, name: str) -> bool:
        """Whether the process runs now."""
        return self._processes[name].alive

    def exit_code(self, name: str) -> int | None:
        """How the process ended."""
        return self._processes[name].exit_code

    def pid(self, name: str) -> int:
        """Return the number of the process started last, which leads its group."""
        return self._processes[name].pid

    def send(self, name: str, number: int) -> None:
        """Send a signal to the process and its children, if it is not being restarted."""
        with self._turn:
            if self._processes[name].alive:
                self._processes[name].send(number)

    def redis(self) -> redis.Redis:
        """Return a client of Redis that no link disturbs."""
        return redis.Redis.from_url(self.redis_url, socket_timeout=3, socket_connect_timeout=3)

    def close(self) -> None:
        """Kill everything: what is of interest was saved."""
        for process in reversed(self._processes.values()):
            process.kill()
        self._watchdog.close()

    def _command(self, name: str) -> Command:
        kind = "worker" if name in WORKERS else name
        command = plans.command(kind, self.plan, redis_url=self._redis_url_of(name))
        argv = tuple(
            f"{name}@chaos" if word == self.plan.worker_name else word for word in command.argv
        )
        own = {"RELAY_URL": self.relay_url, "OLLAMA_HOST": f"127.0.0.1:{self.links['model'].port}"}
        return dataclasses.replace(
            command, name=name, argv=argv, environ={**command.environ, **own}
        )

    def _redis_url_of(self, name: str) -> str:
        link = self.links["redis-relay" if name == "relay" else "redis-jobs"]
        return self.redis_url.replace(f":{self.plan.redis_port}/", f":{link.port}/")

    def _add(self, command: Command) -> None:
        log = self._folder / "logs" / f"{command.name}.log"
        self._processes[command.name] = Process(command, log=log, watcher=self._watchdog)

    def _migrate(self) -> None:
        self._add(plans.command("migrate", self.plan, redis_url=self.redis_url))
        process = self._processes["migrate"]
        process.start()
        self._until(lambda: not process.alive, "migrate")
        del self._processes["migrate"]
        process.kill()
        if process.exit_code != 0:
            raise HouseError(f"The database could not be migrated:\n{process.tail()}")

    def _until(self, met: Callable[[], bool], name: str) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while not met():
            if time.monotonic() > deadline:
                tail = self._processes[name].tail()
                raise HouseError(f"{name} was not ready after {READY_SECONDS:.0f} s:\n{tail}")
            time.sleep(0.1)


def _ready(url: str) -> bool:
    try:
        with httpx.Client(trust_env=False, timeout=2) as client:
            return client.get(url).status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False
