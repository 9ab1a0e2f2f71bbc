"""Which fault strikes when: all of it follows from the seed."""

import random
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

STORM_SECONDS = 24.0
CALM_SECONDS = 10.0  # jobs end, and promises that need quiet can be measured
FIRST_SECONDS = 2.0
LONG_MINUTES = 10.0  # from here on Redis is also frozen for a whole minute
WORKERS = ("worker-1", "worker-2")
LINKS = ("relay", "redis-relay", "redis-jobs", "model")
#: What happens to links, and for how many seconds at least and at most.
LINK_KINDS: dict[str, tuple[float, float]] = {
    "delay": (2, 5), "slice": (2, 5), "stall": (1, 6), "silence": (2, 6),
    "cut": (1, 3), "reset": (0, 0),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What is done to whom, when, and for how long (both in seconds of the run)."""

    after: float
    kind: str
    target: str
    seconds: float = 0.0
    amount: int = 0  # bytes, for a cut

    def to_dict(self) -> dict[str, Any]:
        """Return the fields, for a record."""
        return asdict(self)


def plan(seed: int, *, minutes: float, database: str) -> tuple[Fault, ...]:
    """Return the faults of a run, in order; storms of them with calm between.

    Every kind strikes once before any strikes again.
    """
    dice = random.Random(f"{seed}:schedule")
    deck = _deck(database)
    if minutes >= LONG_MINUTES:
        deck.append(("freeze", "redis", 60, 60))
    cards = _shuffled(deck, dice)
    faults: list[Fault] = []
    at, end = FIRST_SECONDS, minutes * 60
    while at < end:
        kind, target, shortest, longest = next(cards)
        faults.append(
            Fault(
                after=round(at, 2),
                kind=kind,
                target=target,
                seconds=round(dice.uniform(shortest, longest), 2),
                amount=dice.randint(50, 3000) if kind == "cut" else 0,
            )
        )
        at += dice.uniform(1.0, 3.5)
        if at % (STORM_SECONDS + CALM_SECONDS) > STORM_SECONDS:
            at += (STORM_SECONDS + CALM_SECONDS) - at % (STORM_SECONDS + CALM_SECONDS)
    return tuple(faults)


Card = tuple[str, str, float, float]  # kind, target, shortest and longest seconds


def _shuffled(deck: list[Card], dice: random.Random) -> Iterator[Card]:
    while True:
        yield from dice.sample(deck, len(deck))


def _deck(database: str) -> list[Card]:
    processes = (*WORKERS, "relay", "web", "beat", "redis")
    kills: list[Card] = [("kill", name, 0, 0) for name in (*processes, "model")]
    kills += [("kill-child", name, 0, 0) for name in (*WORKERS, "relay", "web")]
    kills += [("stop", name, 0, 0) for name in (*WORKERS, "relay", "web")]
    # Longer than a lease for the workers: another attempt goes on, and the first one wakes up.
    freezes: list[Card] = [("freeze", name, 10, 14) for name in WORKERS]
    freezes += [("freeze", name, 1, 4) for name in WORKERS]
    freezes += [("freeze", name, 1, 6) for name in ("relay", "web", "beat", "redis", "redis")]
    redis: list[Card] = [("flush", "redis", 0, 0)]
    redis += [("kill-clients", kind, 0, 0) for kind in ("normal", "pubsub")]
    links: list[Card] = [
        (kind, link, *seconds) for link in LINKS for kind, seconds in LINK_KINDS.items()
    ]
    if database == "postgres":
        store: list[Card] = [("restart", "database", 0, 0), ("crash", "database", 0, 0)]
    else:
        store = [("lock", "database", 1, 4), ("lock", "database", 6, 9)]
    return [*kills, *freezes, *redis, *links, *store, *store]
