"""Rounds in which every contender has its turn, so that a slow minute hits all of them."""

import subprocess
from collections.abc import Callable, Sequence

from bench.contenders.contender import Contender, MissingError
from bench.load import LoadError
from bench.results import Row, Sample
from bench.servers import NotStartedError

FAILURES = (LoadError, NotStartedError, OSError, subprocess.SubprocessError)


def compare(
    contenders: Sequence[Contender], *, rounds: int, measure: Callable[[Contender], Sample]
) -> tuple[Row, ...]:
    """Return a row per contender; one that is missing or fails is named with the reason."""
    samples: dict[str, list[Sample]] = {contender.name: [] for contender in contenders}
    notes: dict[str, str] = {}
    out: set[str] = set()
    for contender in contenders:
        try:
            notes[contender.name] = contender.prepare()
        except MissingError as error:
            notes[contender.name] = str(error)
            out.add(contender.name)
    for number in range(1, rounds + 1):
        for contender in contenders:
            if contender.name in out:
                continue
            print(f"  round {number} of {rounds}: {contender.name}", flush=True)
            try:
                samples[contender.name].append(measure(contender))
            except FAILURES as error:
                notes[contender.name] = f"failed: {error}".replace("\n", " ")[:400]
                samples[contender.name] = []
                out.add(contender.name)
    return tuple(
        Row(
            name=contender.name,
            samples=tuple(samples[contender.name]),
            note=notes[contender.name],
        )
        for contender in contenders
    )


def repeat(name: str, note: str, *, rounds: int, measure: Callable[[], Sample]) -> Row:
    """Return the row of something that is measured alone."""
    samples = []
    for number in range(1, rounds + 1):
        print(f"  round {number} of {rounds}: {name}", flush=True)
        samples.append(measure())
    return Row(name=name, samples=tuple(samples), note=note)
