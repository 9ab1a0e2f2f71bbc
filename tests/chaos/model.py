"""The model server of a run: `python -m tests.chaos.model --port P --seed N --log FILE`.

Every answer names its own call, in words: whoever sees a piece of it knows which call wrote it.
The log tells when each call began and how it ended, for which project, and a digest of its prompt.
"""

import argparse
import dataclasses
import json
import random
import re
import signal
import threading
import time
from pathlib import Path
from typing import Any

from tests import fake_ollama_text as texts
from tests.chaos.records import Record
from tests.chaos.schemas import CODE, SLOW
from tests.fake_ollama import PRESETS, Answer, Call, FakeOllama

FAULTS = (
    "busy", "busy", "rate_limited", "bad_gateway", "crashed", "cut", "cut", "cut_first",
    "error_line", "bad_line", "no_done", "length", "prose", "hang_first", "stall",
)  # fmt: skip
FAULTY = 0.04  # of the calls
FIRST_SECONDS = 0.02
CHUNK_SECONDS = {False: 0.0002, True: 0.02}
PULLABLE = {"tiny:latest": (200_000, 1_000, 300)}
LETTERS = "abcdefghijklmnopqrstuvwxyz"


class Model(FakeOllama):
    """Answers like a model that never tires, and sometimes like a broken one."""

    def __init__(self, seed: int, record: Record, *, port: int) -> None:
        super().__init__(registry=PULLABLE, port=port)
        self._seed = seed
        self._record = record
        self._count = 0
        self._lock = threading.Lock()
        self._names: dict[int, str] = {}  # of the calls under way

    def next_answer(self, call: Call) -> Answer:
        """Return the next answer, with its call's name in it; the call is recorded as begun."""
        if call.path != "/api/chat":
            return Answer(chunk_seconds=CHUNK_SECONDS[True])
        with self._lock:
            self._count += 1
            dice = random.Random(f"{self._seed}:call:{self._count}")
            name = self._names[call.number] = _letters(time.time_ns() // 1000)
        prompt = "\n".join(message["content"] for message in call.body["messages"])
        found = CODE.search(prompt)
        code = found[1] if found else ""
        fault = dice.choice(FAULTS) if dice.random() < FAULTY else None
        self._record.write(call=name, project=code, fault=fault, digest=call.digest, began=True)
        text = json.dumps(_filled(texts.example(call.body.get("format")), name, prompt))
        return dataclasses.replace(
            PRESETS[fault] if fault else Answer(text=text),
            first_seconds=FIRST_SECONDS,
            chunk_seconds=CHUNK_SECONDS[code.startswith(SLOW)],
        )

    def begin(self, _call: Call) -> None:
        """Note nothing yet: only calls that make the model write are of interest."""

    def end(self, call: Call, outcome: str) -> None:
        """Record how a call ended; the first word on it counts."""
        with self._lock:
            name = self._names.pop(call.number, None)
        if name is not None:
            self._record.write(call=name, outcome=outcome, began=False)


def _filled(value: Any, name: str, prompt: str) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(value, dict):
        return {
            key: _sql(prompt) if key == "sql" else _filled(each, name, prompt)
            for key, each in value.items()
        }
    if isinstance(value, list):
        return [_filled(each, name, prompt) for each in value]
    return f"Told in call {name}." if isinstance(value, str) else value


def _sql(prompt: str) -> str:
    found = re.search(r"\w+_x[a-z]{4}\b", prompt)
    return f"SELECT count(*) AS rows_found FROM {found[0]}" if found else "SELECT 1"


def _letters(number: int) -> str:
    """Return the number in letters: the product takes digits that nobody gave for an invention."""
    text = ""
    while number:
        number, rest = divmod(number, len(LETTERS))
        text += LETTERS[rest]
    return text


def main() -> None:
    """Serve until killed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--log", type=Path, required=True)
    given = parser.parse_args()
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    with Model(given.seed, Record(given.log), port=given.port):
        stop.wait()


if __name__ == "__main__":
    main()
