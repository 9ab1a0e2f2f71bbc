"""Vectors of questions, from the model server that made those of the schema."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

import httpx
import ollama

from catalog.search.meaning import Vector, unit

OLLAMA_DEFAULT: Final = "http://127.0.0.1:11434"
#: A search answers by words rather than wait longer than this.
WAIT_SECONDS: Final = 2.0
CONNECT_SECONDS: Final = 0.5
#: A server that failed is left alone for so long: every search would wait for it again.
PAUSE_SECONDS: Final = 15.0
#: Questions whose vectors are kept: a page asks the same one again with every letter and filter.
KEPT: Final = 512
#: The model stays loaded from one question to the next.
KEEP_ALIVE: Final = "30m"
#: What the client raises: four families, depending on when and what went wrong.
_CAUGHT: Final = (
    ollama.ResponseError, httpx.HTTPError, ConnectionError, ValueError, TypeError, AttributeError,
)  # fmt: skip


class NoVectorError(Exception):
    """There is no vector of a question; the text says why, for people."""


class Questions:
    """Embeds questions; safe to use from several threads."""

    def __init__(self, hosts: str, *, clock: Callable[[], float] = time.monotonic) -> None:
        """`hosts` are addresses of Ollama servers, separated by commas, asked in this order."""
        named = [host.strip() for host in hosts.split(",") if host.strip()]
        # The client would read the environment by itself when it got an empty host.
        self._hosts = named or [OLLAMA_DEFAULT]
        self._clock = clock
        self._kept: OrderedDict[tuple[str, str], Vector] = OrderedDict()
        self._paused_until = 0.0
        self._lock = threading.Lock()

    def vector(self, question: str, *, model: str) -> Vector:
        """Return the question's vector, of length 1; NoVectorError."""
        key = model, question
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
            if self._clock() < self._paused_until:
                raise NoVectorError("The model server did not answer a moment ago.")
        made = self._make(question, model)
        with self._lock:
            self._kept[key] = made
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return made

    def _make(self, question: str, model: str) -> Vector:
        reason = ""
        for host in self._hosts:
            try:
                return _embedded(host, question, model)
            except ollama.ResponseError as error:
                reason = f"The model server refused to embed with {model} ({error.status_code})."
            except _CAUGHT:
                reason = "The model server does not answer."
        with self._lock:
            self._paused_until = self._clock() + PAUSE_SECONDS
        raise NoVectorError(reason)


def _embedded(host: str, question: str, model: str) -> Vector:
    timeout = httpx.Timeout(WAIT_SECONDS, connect=CONNECT_SECONDS)
    # A proxy of the environment is no way to a server in the house.
    with ollama.Client(host, timeout=timeout, trust_env=False) as client:
        answer = client.embed(model, input=question, keep_alive=KEEP_ALIVE)
    vector = unit(answer.embeddings[0]) if answer.embeddings else unit([])
    if not len(vector):
        raise ValueError("an empty vector")
    return vector
