"""A strict fake of the Ollama server: scripted answers, faults on demand, and a call log."""

import threading
from collections import deque
from collections.abc import Callable, Mapping
from http.server import ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

from tests.fake_ollama_http import Handler
from tests.fake_ollama_script import Answer, Call, Fault

__all__ = ["MODEL", "Answer", "Call", "FakeOllama", "Fault"]

MODEL = "llama3.1:8b"


class FakeOllama:
    """Serves on a free port between `with` and its end; `url` is what OLLAMA_HOST takes."""

    def __init__(
        self,
        *,
        models: Mapping[str, tuple[str, ...]] | None = None,
        answer: Callable[[Mapping[str, Any]], Answer] = lambda _body: Answer(),
    ) -> None:
        self.models = dict(models or {MODEL: ("completion", "tools")})
        self.answer = answer
        self.calls: list[Call] = []
        self._script: deque[Answer] = deque()
        self._stopping = threading.Event()
        fake = self

        class Mine(Handler):
            owner = fake

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Mine)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))

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

    def next_answer(self, body: Mapping[str, Any]) -> Answer:
        """Return the next scripted answer, or the usual one."""
        return self._script.popleft() if self._script else self.answer(body)

    @property
    def stopping(self) -> bool:
        """Whether hanging answers are to end."""
        return self._stopping.is_set()
