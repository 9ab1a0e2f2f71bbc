"""Random picks of the kinds the demo's rows need; the generator is always an argument."""

from collections.abc import Mapping, Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")


def chance(rng: Random, probability: float) -> bool:
    """Return True with the given probability between 0 and 1."""
    return rng.random() < probability


def weighted(rng: Random, weights: Mapping[T, float]) -> T:
    """Return one key, each as likely as its weight."""
    return rng.choices(list(weights), weights=list(weights.values()))[0]


def pick(rng: Random, options: Sequence[T], count: int) -> list[T]:
    """Return up to `count` different options in their original order."""
    chosen = rng.sample(range(len(options)), min(count, len(options)))
    return [options[index] for index in sorted(chosen)]
