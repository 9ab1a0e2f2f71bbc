"""The clients that people use, each as a process that tells what it sees."""

import contextlib
import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.clients.gate import Gate
from tests.relay_world import World

HERE = Path(__file__).parent
PATIENCE_SECONDS = 15.0


@dataclass(frozen=True, kw_only=True)
class Client:
    """A client and how to start it; `missing()` says why it cannot be, None when it can."""

    name: str
    command: tuple[str, ...]
    missing: Callable[[], str | None]
    leaves_process: bool = True  # the process ends when the client has nothing left to do


@dataclass(frozen=True, kw_only=True)
class Step:
    """One thing that a client told: what, and for a message its id and event."""

    at: float  # monotonic seconds
    what: str
    id: str = ""
    event: dict[str, Any] = field(default_factory=dict)
    cause: str = ""


class Follower:
    """A running client behind a gate of its own."""

    def __init__(
        self, gate: Gate, process: subprocess.Popen[str], *, closing_seconds: float
    ) -> None:
        self.gate = gate
        self.steps: list[Step] = []
        self._process = process
        self._closing_seconds = closing_seconds
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def count(self, what: str) -> int:
        """Return how often it told `what`."""
        return sum(step.what == what for step in self.steps)

    def messages(self) -> list[dict[str, Any]]:
        """Return the events that reached its handler of messages."""
        return [step.event for step in self.steps if step.what == "message"]

    def seqs(self) -> list[int]:
        """Return the numbers of the milestones seen, in the order seen."""
        return [event["seq"] for event in self.messages() if "seq" in event]

    def seen_at(self, seq: int) -> float:
        """Return when it told of a milestone, infinity when it never did."""
        times = (step.at for step in self.steps if step.event.get("seq") == seq)
        return next(times, float("inf"))

    def ended(self) -> bool:
        """Whether its process ended by itself, and well."""
        return self._process.poll() == 0

    def stop(self) -> None:
        """End its process: a browser's closes it when its input ends, the others are killed."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=self._closing_seconds)
        self._process.kill()  # does nothing to one that has ended
        self._process.wait()
        self._reader.join()
        assert self._process.stdout is not None
        self._process.stdout.close()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.steps.append(Step(at=time.monotonic(), **json.loads(line)))


@contextlib.contextmanager
def following(
    clients: list[Client], world: World, *, page_url: str, chromium: str, leaves: bool
) -> Iterator[dict[str, Follower]]:
    """Start each client on the world's job; those that leave close at the terminal event."""
    with contextlib.ExitStack() as stack:
        followers = {}
        for client in clients:
            gate = Gate(int(world.relay.url.rsplit(":", 1)[1]))
            stack.callback(gate.shut)
            process = subprocess.Popen(
                client.command,
                cwd=HERE,
                env={
                    "PATH": "/usr/local/bin:/usr/bin:/bin",
                    "PYTHONPATH": "",
                    "STREAM_URL": f"http://127.0.0.1:{gate.port}{world.path()}",
                    "STREAM_TOKEN": world.token,
                    "STREAM_LEAVES": "yes" if leaves else "no",
                    "PAGE_URL": page_url,
                    "CHROMIUM": chromium,
                },
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            closing_seconds = 0.0 if client.leaves_process else 10.0
            followers[client.name] = Follower(gate, process, closing_seconds=closing_seconds)
            stack.callback(followers[client.name].stop)
        yield followers


def wait_for(
    followers: dict[str, Follower],
    reached: Callable[[Follower], bool],
    *,
    seconds: float = PATIENCE_SECONDS,
) -> None:
    """Wait until all have reached something; whoever has not fails its own test later."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and not all(map(reached, followers.values())):
        time.sleep(0.02)


def python(script: str, *arguments: str) -> tuple[str, ...]:
    """Return the command that runs a script of this folder."""
    return (sys.executable, str(HERE / script), *arguments)
