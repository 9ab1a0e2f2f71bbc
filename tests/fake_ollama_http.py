"""The fake Ollama as a process of its own.

    python -m tests.fake_ollama_http --port 11499 --log calls.jsonl --faults busy=0.05,cut=0.02

It prints `ready http://127.0.0.1:PORT` once it serves (`--port 0` takes a free one), and stops on
SIGTERM. `--log` is appended to, one JSON object per line; `tests.fake_ollama_log.Log` says what
is in it. `--faults` takes names of `tests.fake_ollama_script.PRESETS` with the share of calls they
hit; `--faults @FILE` reads the same text from a file anew for every call, so that another process
turns faults on and off while it runs (no file, or an empty one, means none; replace it by renaming
another one over it). Which calls are hit follows from `--seed`. `--latency` is before the first
token, `--chunk-latency` between tokens, `--load` what loading a model takes, all in seconds.
"""

import argparse
import random
import signal
import sys
import threading
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests import fake_ollama as fakes
from tests.fake_ollama import Answer, FakeOllama

PULLABLE = {"tiny:latest": (200_000, 1_000, 300), "qwen3:4b": (2_500_000_000, 18_000, 500)}


def main(arguments: list[str] | None = None) -> None:
    """Serve until SIGTERM or SIGINT."""
    given = _parser().parse_args(arguments)
    usual = Answer(first_seconds=given.latency, chunk_seconds=given.chunk_latency)
    chance = random.Random(given.seed)  # noqa: S311 - faults, no secrets
    turn = threading.Lock()

    def answer(_body: Mapping[str, Any]) -> Answer:
        with turn:
            roll = chance.random()
        return pick(shares(_text(given.faults)), roll=roll, usual=usual)

    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    models = dict.fromkeys(given.models.split(","), fakes.CAPABILITIES)
    models |= dict.fromkeys(filter(None, given.embedders.split(",")), ("embedding",))
    with FakeOllama(
        models=models,
        registry=PULLABLE,
        answer=answer,
        load_seconds=given.load,
        port=given.port,
        log=given.log,
    ) as fake:
        sys.stdout.write(f"ready {fake.url}\n")
        sys.stdout.flush()
        stop.wait()


def shares(text: str) -> dict[str, float]:
    """Return the share of each fault in a text such as `busy=0.1,cut=0.02`; ValueError."""
    return dict(_shares(text))


def pick(faults: Mapping[str, float], *, roll: float, usual: Answer) -> Answer:
    """Return the answer for a number of [0, 1): the usual one, or one with a fault."""
    for name, share in faults.items():
        if roll < share:
            preset = fakes.PRESETS[name]
            first = max(preset.first_seconds, usual.first_seconds)
            return replace(preset, first_seconds=first, chunk_seconds=usual.chunk_seconds)
        roll -= share
    return usual


def _shares(text: str) -> Iterator[tuple[str, float]]:
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, _, share = part.partition("=")
        if name not in fakes.PRESETS:
            known = ", ".join(fakes.PRESETS)
            raise ValueError(f"there is no fault {name!r}; known are {known}")
        yield name, float(share)


def _text(given: str) -> str:
    if not given.startswith("@"):
        return given
    path = Path(given[1:])
    return path.read_text() if path.exists() else ""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.fake_ollama_http")
    parser.add_argument("--port", type=int, default=11434)
    parser.add_argument("--log", type=Path)
    parser.add_argument("--latency", type=float, default=0.0)
    parser.add_argument("--chunk-latency", type=float, default=0.0)
    parser.add_argument("--load", type=float, default=0.0)
    parser.add_argument("--faults", default="")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--models", default=fakes.MODEL)
    parser.add_argument("--embedders", default="")
    return parser


if __name__ == "__main__":
    main()
