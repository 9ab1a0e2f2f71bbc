"""A strict fake of the Ollama server: scripted answers, faults on demand, and a call log.

`tests.fake_ollama_http` runs it as a process of its own.
"""

import os
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from http.server import ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests import fake_ollama_endpoints as endpoints
from tests.fake_ollama_handler import Handler
from tests.fake_ollama_log import Log
from tests.fake_ollama_script import PRESETS, Answer, Call, Fault

__all__ = ["MODEL", "PRESETS", "Answer", "Call", "FakeOllama", "Fault"]

MODEL = "llama3.1:8b"
CAPABILITIES = ("completion", "tools")


class FakeOllama:
    """Serves on a free port between `with` and its end; `url` is what OLLAMA_HOST takes."""

    def __init__(
        self,
        *,
        models: Mapping[str, tuple[str, ...]] | None = None,
        registry: Mapping[str, tuple[int, ...]] | None = None,
        answer: Callable[[Mapping[str, Any]], Answer] = lambda _body: Answer(),
        load_seconds: float = 0.0,
        port: int = 0,
        log: Path | None = None,
    ) -> None:
        self.models = dict({MODEL: CAPABILITIES} if models is None else models)
        self.registry = dict(registry or {})  # what can be pulled: name, sizes of layers
        self.loaded: dict[str, int] = {}
        self.load_seconds = load_seconds
        self.answer = answer  # to what is asked of /api/chat, /generate, /embed and /pull
        self.calls: list[Call] = []
        self._script: deque[Answer] = deque()
        self._stopping = threading.Event()
        fake = self

        class Mine(Handler):
            owner = fake

        self._server = _Server(("127.0.0.1", port), Mine)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        # The process is part of the name: a killed server comes back on the same port.
        self._log = Log(log, name=f"{self._server.server_port}/{os.getpid()}") if log else None

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stopping.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        """The server's address."""
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def chats(self) -> list[Call]:
        """The calls that asked a model to write."""
        return [call for call in self.calls if call.path == "/api/chat"]

    def script(self, *answers: Answer) -> None:
        """Give these answers first, in order."""
        self._script.extend(answers)

    def next_answer(self, call: Call) -> Answer:
        """Return the next scripted answer, or the usual one."""
        return self._script.popleft() if self._script else self.answer(call.body)

    @property
    def stopping(self) -> bool:
        """Whether hanging answers are to end."""
        return self._stopping.is_set()

    def begin(self, call: Call) -> None:
        """Note a request."""
        self.calls.append(call)
        if self._log is not None:
            self._log.start(call)

    def end(self, call: Call, outcome: str) -> None:
        """Note how a call ended; the first word on it counts."""
        if call.ended is not None:
            return
        call.ended, call.outcome = time.monotonic(), outcome
        if self._log is not None:
            self._log.end(call)

    def serve(self, exchange: Handler, call: Call) -> None:
        """Answer a request."""
        endpoints.serve(self, exchange, call)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128  # the usual 5 refuse a burst
