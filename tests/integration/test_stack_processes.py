"""Processes of the stack end when they are told to, however they take it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from stack import settings
from stack.processes import Command, Process
from stack.watchdog import Watchdog

pytestmark = pytest.mark.integration

#: Ignores SIGTERM and has a child that does so, too; says when both are there.
STUBBORN = """
import os, signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = os.fork()
if child:
    print("ready", child, flush=True)
while True:
    time.sleep(1)
"""
POLITE = "import time; print('ready', flush=True); time.sleep(60)"


class FakeWatcher:
    """Notes who is watched."""

    def __init__(self) -> None:
        self.groups: set[int] = set()

    def watch(self, group: int) -> None:
        """Note the group."""
        self.groups.add(group)

    def forget(self, group: int) -> None:
        """Forget the group."""
        self.groups.discard(group)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[[str], Process]]:
    started: list[Process] = []

    def start_script(script: str) -> Process:
        command = Command(
            name="dummy",
            argv=(sys.executable, "-c", script),
            cwd=tmp_path,
            environ=settings.inherited(),
        )
        process = Process(command, log=tmp_path / "dummy.log", watcher=FakeWatcher())
        started.append(process)
        process.start()
        wait_for(lambda: "ready" in process.text())
        return process

    yield start_script
    for process in started:
        process.kill()


def wait_for(met: Callable[[], bool], *, seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not met():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def gone(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


class TestProcess:
    def test_ends_with_sigterm(self, start: Callable[[str], Process]) -> None:
        """A process that listens is not killed."""
        process = start(POLITE)
        process.stop(grace_seconds=10)

        assert -signal.SIGTERM == process.exit_code

    def test_is_killed_with_its_children_when_it_does_not_listen(
        self, start: Callable[[str], Process]
    ) -> None:
        """Nobody is left behind, however stubborn."""
        process = start(STUBBORN)
        child = int(process.text().split()[1])
        process.stop(grace_seconds=0.2)

        assert -signal.SIGKILL == process.exit_code
        assert gone(child)

    def test_is_killed_at_once_when_somebody_hurries(self, start: Callable[[str], Process]) -> None:
        """A second Ctrl-C waits for nobody."""
        process = start(STUBBORN)
        began = time.monotonic()
        process.stop(grace_seconds=30, hurry=lambda: True)

        assert time.monotonic() - began < 5
        assert not process.alive

    def test_runs_again_and_keeps_its_log(self, start: Callable[[str], Process]) -> None:
        """What the first run wrote tells why it ended."""
        process = start(POLITE)
        first = process.pid
        process.kill()
        process.start()
        wait_for(lambda: process.text().count("ready") == 2)

        assert first != process.pid
        assert process.alive

    def test_puts_a_large_log_aside(self, start: Callable[[str], Process], tmp_path: Path) -> None:
        """Logs do not fill the disk."""
        process = start(POLITE)
        process.kill()
        process.log.write_bytes(b"x" * 5_000_001)
        process.start()
        wait_for(lambda: "ready" in process.text())

        assert process.log.stat().st_size < 100
        assert 5_000_001 == (tmp_path / "dummy.log.1").stat().st_size


class TestWatchdog:
    def test_ends_everybody_when_the_stack_is_killed(self, tmp_path: Path) -> None:
        """Even SIGKILL of the whole group of the stack leaves no process behind."""
        script = tmp_path / "victim.py"
        script.write_text(
            "import sys, time\n"
            "from pathlib import Path\n"
            "from stack import settings\n"
            "from stack.processes import Command, Process\n"
            "from stack.watchdog import Watchdog\n"
            "here = Path(sys.argv[1])\n"
            "argv = (sys.executable, '-c', sys.argv[2])\n"
            "command = Command(name='d', argv=argv, cwd=here, environ=settings.inherited())\n"
            "process = Process(command, log=here / 'd.log', watcher=Watchdog(grace_seconds=0.2))\n"
            "process.start()\n"
            "time.sleep(60)\n"
        )
        root = Path(__file__).resolve().parents[2]
        log = tmp_path / "d.log"
        with subprocess.Popen(
            [sys.executable, str(script), str(tmp_path), STUBBORN],
            cwd=root,
            env=settings.inherited() | {"PYTHONPATH": str(root)},
            start_new_session=True,
        ) as stack:
            wait_for(lambda: log.exists() and "ready" in log.read_text())
            child = int(log.read_text().split()[1])
            family = [*psutil.Process(stack.pid).children(recursive=True)]
            os.killpg(stack.pid, signal.SIGKILL)

        assert child in [process.pid for process in family]
        wait_for(lambda: all(gone(process.pid) for process in family))

    def test_leaves_alone_who_ended_before(self, start: Callable[[str], Process]) -> None:
        """A number that was forgotten is nobody's business any more."""
        process = start(POLITE)
        watchdog = Watchdog(grace_seconds=0.1)
        watchdog.watch(process.pid)
        watchdog.forget(process.pid)
        watchdog.close()

        assert process.alive
