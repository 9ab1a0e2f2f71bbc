"""A measured server process on its own core: start, CPU time, memory, sockets, stop."""

import contextlib
import os
import socket
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from stack.processes import Command, Process
from stack.watchdog import Watchdog

START_SECONDS = 30.0
STOP_SECONDS = 12.0
_TICKS = os.sysconf("SC_CLK_TCK")
_ESTABLISHED = "01"


class NotStartedError(RuntimeError):
    """A server did not listen in time; the text has the end of its log."""


class Server:
    """A process group that listens on one port of 127.0.0.1."""

    def __init__(self, command: Command, *, port: int, core: int, watchdog: Watchdog) -> None:
        self.port = port
        pinned = replace(command, argv=("taskset", "-c", str(core), *command.argv))
        log = command.cwd / f"{command.name}.log"
        self.process = Process(pinned, log=log, watcher=watchdog)

    def start(self) -> None:
        """Start it and wait until it answers HTTP or at least accepts; NotStartedError."""
        self.process.start()
        deadline = time.monotonic() + START_SECONDS
        while not self._accepts():
            if not self.process.alive or time.monotonic() > deadline:
                tail = self.process.tail()
                self.process.kill()
                raise NotStartedError(f"{self.process.name} did not start:\n{tail}")
            time.sleep(0.02)

    def stop(self) -> None:
        """Stop it, by force when it does not listen."""
        self.process.stop(grace_seconds=STOP_SECONDS)

    def terminate(self, *, seconds: float) -> None:
        """Send SIGTERM and wait until it is gone, by force after so many seconds."""
        self.process.stop(grace_seconds=seconds)

    def kill(self) -> None:
        """Send SIGKILL to all of it."""
        self.process.kill()

    def cpu_seconds(self) -> float:
        """Return user and system time of all its processes, and of children that ended."""
        return sum(sum(map(int, fields[11:15])) for _, fields in self._members()) / _TICKS

    def memory_bytes(self) -> int:
        """Return the resident memory of all its processes."""
        page = os.sysconf("SC_PAGE_SIZE")
        return sum(int(fields[21]) for _, fields in self._members()) * page

    def peers(self) -> set[int]:
        """Return the ports of the clients whose connections the server still holds."""
        found = set()
        for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
            fields = line.split()
            local, remote = (int(address.rpartition(":")[2], 16) for address in fields[1:3])
            # Without an inode no process holds it: the kernel only finishes the conversation.
            if local == self.port and fields[3] == _ESTABLISHED and fields[9] != "0":
                found.add(remote)
        return found

    def _members(self) -> Iterator[tuple[int, list[str]]]:
        group = str(self.process.pid)
        for path in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):  # it ended while we looked
                # pid (name) state parent group ...: only the last parenthesis ends the name.
                fields = path.read_text(errors="replace").rpartition(")")[2].split()
                if fields[2] == group:
                    yield int(path.parent.name), fields

    def _accepts(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
        except OSError:
            return False
        return True
