"""Vectors of questions, from the model server that made those of the schema."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Final

import httpx

from catalog.search.meaning import Vector, unit
from contract.model_hosts import ModelHost

#: A search answers by words rather than wait longer than this.
WAIT_SECONDS: Final = 2.0
CONNECT_SECONDS: Final = 0.5
#: A server that failed is left alone for so long: every search would wait for it again.
PAUSE_SECONDS: Final = 15.0
#: Questions whose vectors are kept: a page asks the same one again with every letter and filter.
KEPT: Final = 512
#: The model stays loaded from one question to the next.
KEEP_ALIVE: Final = "30m"
#: A server that is away, or one that speaks another language.
_CAUGHT: Final = (httpx.HTTPError, ValueError, LookupError, TypeError, AttributeError)


class NoVectorError(Exception):
    """There is no vector of a question; the text says why, for people."""


class Questions:
    """Embeds questions; safe to use from several threads."""

    def __init__(
        self, hosts: Sequence[ModelHost], *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """`hosts` are the model servers, asked in this order."""
        self._hosts = hosts
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
            except httpx.HTTPStatusError as error:
                status = error.response.status_code
                reason = f"The model server refused to embed with {model} ({status})."
            except _CAUGHT:
                reason = "The model server does not answer."
        with self._lock:
            self._paused_until = self._clock() + PAUSE_SECONDS
        raise NoVectorError(reason)


def _embedded(host: ModelHost, question: str, model: str) -> Vector:
    # A proxy of the environment is no way to a server in the house.
    answer = httpx.post(
        f"{host.url}/api/embed",
        json={"model": model, "input": question, "keep_alive": KEEP_ALIVE},
        auth=host.auth,
        timeout=httpx.Timeout(WAIT_SECONDS, connect=CONNECT_SECONDS),
        trust_env=False,
    )
    answer.raise_for_status()
    vector = unit(answer.json()["embeddings"][0])
    if not len(vector):
        raise ValueError("an empty vector")
    return vector
