"""The call log of the fake Ollama: a file of JSON lines that other processes read."""

import json
import os
import time
from pathlib import Path

from tests.fake_ollama_script import Call


class Log:
    """Appends a line when a call begins and one when it ends; several servers may share a file.

    Both lines have `event` (`start`, `end`), `call` (unique in the file), `at` (seconds of the
    epoch), `monotonic` (this machine's, the same for all its processes), `path`, `model`,
    `prompt` (a digest: the same question has the same one) and `requestId` (the X-Request-Id).
    An `end` also has `outcome` (`done`: all of the answer was sent; `refused`; `fault`;
    `closed by client`), `status`, `fault` and `lines` (how many were sent).

    A call that has a `start` and no `end` was still running when the server was killed.
    """

    def __init__(self, path: Path, *, name: str) -> None:
        self._name = name
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)

    def start(self, call: Call) -> None:
        """Write down that the call began."""
        self._write("start", call, {})

    def end(self, call: Call) -> None:
        """Write down how the call ended."""
        told = {"outcome": call.outcome, "status": call.status, "fault": str(call.fault)}
        self._write("end", call, {**told, "lines": len(call.sent)})

    def _write(self, event: str, call: Call, more: dict[str, object]) -> None:
        line = {
            "event": event,
            "call": f"{self._name}/{call.number}",
            "at": time.time(),
            "monotonic": time.monotonic(),
            "path": call.path,
            "model": call.body.get("model"),
            "prompt": call.digest,
            "requestId": call.request_id,
            **more,
        }
        # One write: lines of several threads and processes do not mix.
        os.write(self._file, json.dumps(line).encode() + b"\n")
