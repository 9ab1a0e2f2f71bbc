"""Schemalore's relay as it runs in production: the process, its store and its Redis."""

import contextlib
from collections.abc import Iterator
from importlib.metadata import version

from bench import stamps, world
from bench.contenders.contender import Running
from bench.stage import Stage

NAME = "Schemalore's relay"


class Relay:
    """One channel gets milestones (committed, then published), many channels get ticks."""

    name = NAME

    def prepare(self) -> str:
        """Return the versions of what it is made of."""
        names = ("flask", "gevent", "gunicorn", "hiredis", "sqlalchemy")
        return ", ".join(f"{name} {version(name)}" for name in names)

    @contextlib.contextmanager
    def serve(self, stage: Stage, *, channels: int) -> Iterator[Running]:
        """Start it with one job per channel."""
        with world.create(stage) as made:
            people = made.people(channels)
            with made.relay(stage) as server:

                def milestone(number: int, _channels: range) -> None:
                    text = made.commit(people[0], number)
                    # The contenders commit nothing, so the commit's time is no part of latency.
                    fresh = stamps.renew(text)
                    made.publish(people[0], number, fresh)

                def ticks(number: int, indexes: range) -> None:
                    made.ticks(people[indexes.start : indexes.stop], number)

                yield Running(
                    server=server,
                    requests=tuple(person.request() for person in people),
                    publish=milestone if channels == 1 else ticks,
                )
